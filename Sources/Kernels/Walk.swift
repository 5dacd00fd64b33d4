import CKernels

extension Execution {
  /// One layer of a walk: weights `q` on sinks move onto their sources, `q E`, or stay with the residual, `q r`.
  ///
  /// - Parameters:
  ///   - weights: [spans, sinks.rows], contiguous.
  ///   - negligible: tiles of sinks that all weigh no more than this are left where they are.
  /// - Returns: `moved` [spans, positions] and `kept` [spans, sinks.rows]; together they weigh what `weights` do.
  /// - Cost: that of ``tokenShares(_:sinks:range:threshold:into:residualShares:)`` for the sinks that carry weight.
  public func walk(
    _ layer: AttributionLayer, sinks: TokenSinks, weights: Matrix, negligible: Float = 0
  ) throws(KernelError) -> (moved: Matrix, kept: Matrix, pruning: PruningCounts) {
    precondition(sinks.queries.columns == layer.shape.queryColumns && sinks.mid.columns == layer.hidden)
    precondition(sinks.rows <= layer.positions && weights.columns == sinks.rows && weights.stride == sinks.rows)
    let moved = try Matrix(rows: weights.rows, columns: layer.positions)
    let kept = try Matrix(rows: weights.rows, columns: sinks.rows)
    var counts = ft_pruning_counts()
    try layer.withRaw { layer throws(KernelError) in
      try sinks.withRaw { sinks throws(KernelError) in
        try run { execution in
          ft_walk_layer(
            execution, layer, sinks, weights.rows, weights.pointer, negligible, moved.pointer, kept.pointer, &counts)
        }
      }
    }
    return (moved, kept, PruningCounts(counts))
  }
}
