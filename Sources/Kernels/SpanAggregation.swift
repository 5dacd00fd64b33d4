import CKernels

/// How far the exact pruning of proximities went.
public struct PruningCounts: Sendable, Equatable {
  /// Sink vectors: one a span, or one for each sink that stands on its own.
  public var sinks = 0
  /// Of these, single sinks that were left out since they weigh next to nothing.
  public var skipped = 0
  /// (source, head) pairs of the sink vectors that were not left out.
  public var pairs = 0
  /// Of these, pairs whose proximity is 0 by the sign of the projection alone.
  public var opposed = 0
  /// Of the others, pairs that no coordinate could correct.
  public var uncorrected = 0
  /// Coordinates evaluated for the rest.
  public var coordinates = 0

  /// All counts 0.
  public init() {}

  init(_ raw: ft_pruning_counts) {
    (sinks, skipped) = (Int(raw.sinks), Int(raw.skipped))
    (pairs, opposed) = (Int(raw.pairs), Int(raw.opposed))
    (uncorrected, coordinates) = (Int(raw.uncorrected), Int(raw.coordinates))
  }

  /// Adds the counts of `b` to those of `a`.
  public static func += (a: inout PruningCounts, b: PruningCounts) {
    a.sinks += b.sinks
    a.skipped += b.skipped
    a.pairs += b.pairs
    a.opposed += b.opposed
    a.uncorrected += b.uncorrected
    a.coordinates += b.coordinates
  }
}

extension Execution {
  /// `a[s, h, j]`, the attention that the sinks of span s, weighted, pay to source j in head h.
  ///
  /// - Parameters:
  ///   - queries: [sinks, heads * headDimension] of the last positions, after RoPE.
  ///   - logSumExp: [sinks, heads], contiguous, of the forward pass.
  ///   - weights: [spans, sinks], contiguous.
  /// - Returns: [spans, heads * positions].
  /// - Cost: one pass of attention scores for the sinks that carry weight, for all spans together.
  public func attentionColumnSums(
    _ layer: AttributionLayer, queries: Matrix, logSumExp: Matrix, weights: Matrix
  ) throws(KernelError) -> Matrix {
    precondition(queries.rows <= layer.positions && queries.columns == layer.shape.queryColumns)
    precondition(logSumExp.rows == queries.rows && logSumExp.columns == layer.shape.heads)
    precondition(logSumExp.stride == logSumExp.columns && weights.stride == weights.columns)
    precondition(weights.columns == queries.rows)
    let sums = try Matrix(rows: weights.rows, columns: layer.shape.heads * layer.positions)
    try layer.withRaw { raw throws(KernelError) in
      try run { execution in
        ft_attention_column_sums(
          execution, raw, queries.rows, queries.pointer, queries.stride, logSumExp.pointer, weights.rows,
          weights.pointer, sums.pointer)
      }
    }
    return sums
  }

  /// `weights` [spans, rows] times `x` [rows, columns]: [spans, columns], summed in double precision.
  public func weightedRows(_ x: Matrix, weights: Matrix) throws(KernelError) -> Matrix {
    precondition(weights.columns == x.rows && weights.stride == weights.columns)
    let sums = try Matrix(rows: weights.rows, columns: x.columns)
    try run { execution in
      ft_weighted_rows(
        execution, x.rows, x.columns, x.pointer, x.stride, weights.rows, weights.pointer, sums.pointer)
    }
    return sums
  }

  /// Adds the shares of the sources in each span's sink vector in one layer (Pan et al. 2026, section 4).
  ///
  /// - Parameters:
  ///   - before, mid: [spans, hidden], the weighted residual stream before and after the attention block.
  ///   - columnSums: [spans, heads * positions] of ``attentionColumnSums(_:queries:logSumExp:weights:)``.
  ///   - threshold: a pair's proximity below it counts as 0.
  ///   - scores: [spans, positions], contiguous; added to.
  /// - Cost: one dot product of a head's dimension a source and head, and the few coordinates that may correct it.
  @discardableResult
  public func spanShares(
    _ layer: AttributionLayer, before: Matrix, mid: Matrix, columnSums: Matrix, threshold: Float = 0,
    into scores: Matrix
  ) throws(KernelError) -> PruningCounts {
    let spans = scores.rows
    precondition(before.rows == spans && mid.rows == spans && columnSums.rows == spans)
    precondition(before.columns == layer.hidden && mid.columns == layer.hidden)
    precondition(scores.columns == layer.positions && columnSums.columns == layer.shape.heads * layer.positions)
    precondition([before, mid, columnSums, scores].allSatisfy { $0.stride == $0.columns }, "contiguous matrices")
    var counts = ft_pruning_counts()
    try layer.withRaw { raw throws(KernelError) in
      try run { execution in
        ft_span_shares(
          execution, raw, spans, before.pointer, mid.pointer, columnSums.pointer, threshold, scores.pointer, nil,
          &counts)
      }
    }
    return PruningCounts(counts)
  }
}
