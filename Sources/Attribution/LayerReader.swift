import Decoder
import Kernels

/// The forward pass as attribution reads it, layer by layer: the output projection is widened for one layer at a time.
struct LayerReader {
  let pass: ForwardPass
  let execution: Execution

  /// One count a layer, all 0.
  var noPruning: [PruningCounts] { pass.layers.map { _ in PruningCounts() } }

  /// Calls `body` for the layers of `range`, from the top down; checks for cancellation between layers.
  func forEachLayer(
    _ range: Range<Int>? = nil, _ body: (_ index: Int, LayerCapture, AttributionLayer) throws -> Void
  ) throws {
    guard let first = pass.layers.first else { return }
    let output = try Matrix(rows: first.output.rows, columns: first.output.columns)
    for index in (range ?? pass.layers.indices).reversed() {
      let capture = pass.layers[index]
      try Task.checkCancellation()
      try execution.dequantize(capture.output, into: output)
      let layer = AttributionLayer(
        shape: capture.attention, keys: capture.keys, values: capture.values, output: output,
        outputWeight: capture.outputWeight)
      try body(index, capture, layer)
    }
  }
}
