import Decoder
import Kernels

extension LayerReader {
  /// Attribution of weighted sums of sinks, summed over layers (Pan et al. 2026, section 4).
  ///
  /// - Parameter weights: [spans, captured positions]; a span's weights need not add up to anything.
  /// - Returns: [spans, positions], and how far the pruning went.
  /// - Cost: a pass of attention scores for the weighted sinks a layer, for all spans together.
  func attributeSpans(weights: Matrix, threshold: Float) throws -> (scores: Matrix, pruning: PruningCounts) {
    precondition(weights.columns == pass.captured.count)
    let scores = try Matrix(rows: weights.rows, columns: pass.tokenCount)
    var pruning = PruningCounts()
    try forEachLayer { capture, layer in
      let sums = try execution.attentionColumnSums(
        layer, queries: capture.queries, logSumExp: capture.logSumExp,
        weights: try scaled(weights, by: capture.outputScale))
      pruning += try execution.spanShares(
        layer, before: execution.weightedRows(capture.residualIn, weights: weights),
        mid: execution.weightedRows(capture.residualMid, weights: weights), columnSums: sums, threshold: threshold,
        into: scores)
    }
    return (scores, pruning)
  }

  /// `weights[span, i] * scale[i]`.
  private func scaled(_ weights: Matrix, by scale: [Float]?) throws(KernelError) -> Matrix {
    guard let scale else { return weights }
    let result = try Matrix(rows: weights.rows, columns: weights.columns)
    for span in 0..<weights.rows {
      for (i, factor) in scale.enumerated() { result[span, i] = weights[span, i] * factor }
    }
    return result
  }
}
