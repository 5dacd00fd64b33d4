import CKernels

/// The rows of one layer that can be sinks: the last ones of its positions.
public struct TokenSinks: Sendable {
  /// [sinks, heads * headDimension], after RoPE.
  public let queries: Matrix
  /// [sinks, heads], contiguous.
  public let logSumExp: Matrix
  /// Residual stream before the layer and after its attention block, [sinks, hidden], of equal stride.
  public let before, mid: Matrix
  /// s [sinks], 1 / rms of the attention output where the block normalises it; nil means 1.
  public let scales: [Float]?

  /// Checks that the shapes fit each other.
  public init(queries: Matrix, logSumExp: Matrix, before: Matrix, mid: Matrix, scales: [Float]? = nil) {
    let rows = queries.rows
    precondition(logSumExp.rows == rows && logSumExp.stride == logSumExp.columns)
    precondition(before.rows == rows && mid.rows == rows && before.columns == mid.columns)
    precondition(before.stride == mid.stride && scales.map { $0.count == rows } ?? true)
    (self.queries, self.logSumExp, self.before, self.mid) = (queries, logSumExp, before, mid)
    self.scales = scales
  }

  /// Number of sinks.
  public var rows: Int { queries.rows }
}

extension Execution {
  /// Adds, for every sink of `range`, the shares of all sources in one layer: the rows of token-wise attribution.
  ///
  /// - Parameters:
  ///   - threshold: a pair's proximity below it counts as 0.
  ///   - scores: [range.count, positions]; added to.
  ///   - residualShares: [1, range.count], contiguous; the residual's shares are added to it.
  /// - Cost: about three passes of attention scores for these sinks.
  @discardableResult
  public func tokenShares(
    _ layer: AttributionLayer, sinks: TokenSinks, range: Range<Int>, threshold: Float = 0, into scores: Matrix,
    residualShares: Matrix? = nil
  ) throws(KernelError) -> PruningCounts {
    precondition(sinks.queries.columns == layer.shape.queryColumns && sinks.mid.columns == layer.hidden)
    precondition(sinks.rows <= layer.positions && sinks.logSumExp.columns == layer.shape.heads)
    precondition(range.lowerBound >= 0 && range.upperBound <= sinks.rows)
    precondition(scores.rows == range.count && scores.columns == layer.positions)
    precondition(residualShares.map { $0.rows == 1 && $0.columns == range.count } ?? true)
    var counts = ft_pruning_counts()
    try layer.withRaw { layer throws(KernelError) in
      try sinks.withRaw { sinks throws(KernelError) in
        try run { execution in
          ft_token_shares(
            execution, layer, sinks, range.lowerBound, range.count, threshold, scores.pointer, scores.stride,
            residualShares?.pointer, &counts)
        }
      }
    }
    return PruningCounts(counts)
  }
}

extension TokenSinks {
  func withRaw<R>(_ body: (UnsafePointer<ft_token_sinks>) throws(KernelError) -> R) throws(KernelError) -> R {
    try scales.withPointer { scales throws(KernelError) in
      var raw = ft_token_sinks(
        rows: rows, queries: queries.pointer, ldq: queries.stride, lse: logSumExp.pointer, before: before.pointer,
        mid: mid.pointer, ldx: mid.stride, scales: scales)
      return try body(&raw)
    }
  }
}
