import Decoder
import Kernels

extension LayerReader {
  /// Attribution of every sink of `range` (captured rows) on its own, summed over layers: [range.count, positions],
  /// and how far the pruning went, one count a layer.
  ///
  /// - Cost: about three passes of attention scores for these sinks a layer; memory for the result.
  func attributeTokens(range: Range<Int>, threshold: Float) throws -> (scores: Matrix, pruning: [PruningCounts]) {
    let scores = try Matrix(rows: range.count, columns: pass.tokenCount)
    var pruning = noPruning
    try forEachLayer { index, capture, layer in
      pruning[index] += try execution.tokenShares(
        layer, sinks: TokenSinks(capture), range: range, threshold: threshold, into: scores)
    }
    return (scores, pruning)
  }
}

extension TokenSinks {
  /// The captured rows of a layer.
  init(_ capture: LayerCapture) {
    self.init(
      queries: capture.queries, logSumExp: capture.logSumExp, before: capture.residualIn, mid: capture.residualMid,
      scales: capture.outputScale)
  }
}
