import Decoder
import Foundation
import Kernels
import Testing

/// The parts that attribution adds up must be the whole: `x_mid = x_prev + sum over j, h of y[i,j,h] + s w b`, where b
/// is the output projection's bias, in a layer as it was captured.
@Suite struct ConservationTests {
  @Test(
    .enabled(if: ReferenceData.folder != nil, "needs the reference data (FLASHTRACE_REFERENCE)"),
    arguments: ReferenceData.families)
  func partsAddUpInEveryFamily(family: String) throws {
    let golden = try #require(try ReferenceData.tiny(family).first)
    try expectConservation(TestModels.tiny(family), ids: golden.ids, captured: 30, layers: [0, 1, 2])
  }

  @Test(
    .enabled(if: TestModels.isPresent(.smolLM2), "needs the reference data and \(RealModel.smolLM2.file)"))
  func partsAddUpInARealModel() throws {
    let golden = try ReferenceData.trace(RealModel.smolLM2.name, "variables")
    try expectConservation(TestModels.real(.smolLM2), ids: golden.ids, captured: 99, layers: [0, 7, 29])
  }

  private func expectConservation(_ model: DecoderModel, ids: [Int32], captured: Int, layers: [Int]) throws {
    let execution = try Execution()
    let pass = try model.forward(
      ids: ids, generationStart: captured, captured: captured..<ids.count, execution: execution)
    for layer in layers {
      let capture = pass.layers[layer]
      let projection = try Matrix(rows: capture.output.rows, columns: capture.output.columns)
      try execution.dequantize(capture.output, into: projection)
      for row in [0, 1, ids.count - captured - 1] {
        let sum = partsSum(capture, projection, row: row)
        let whole = capture.residualMid.withRow(row) { $0.map(Double.init) }
        let error = zip(sum, whole).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
        let norm = whole.map { $0 * $0 }.reduce(0, +).squareRoot()
        #expect(error <= 1e-5 * norm, "layer \(layer), captured row \(row): relative error \(error / norm)")
      }
    }
  }

  /// `x_prev + sum over j and h of s w (O[h] V[j,h]) alpha[h,i,j]`, in double precision from the definition.
  private func partsSum(_ capture: LayerCapture, _ projection: Matrix, row: Int) -> [Double] {
    let shape = capture.attention
    let attended = attendedValues(capture, row: row)
    let scale = Double(capture.outputScale?[row] ?? 1)
    return (0..<projection.rows).map { k in
      let output = projection.withRow(k) { weights in
        (0..<shape.queryColumns).reduce(0.0) { $0 + Double(weights[$1]) * attended[$1] }
      }
      let weight = Double(capture.outputWeight?[k] ?? 1)
      return Double(capture.residualIn[row, k]) + scale * weight * (output + Double(capture.outputBias?[k] ?? 0))
    }
  }

  /// `sum over j of alpha[h,i,j] V[j,h]` for every head, with alpha rebuilt from queries, keys and log-sum-exp.
  private func attendedValues(_ capture: LayerCapture, row: Int) -> [Double] {
    let shape = capture.attention
    let n = shape.headDimension
    let position = capture.captured.lowerBound + row
    let first = shape.window.map { max(0, position - $0 + 1) } ?? 0
    var attended = [Double](repeating: 0, count: shape.queryColumns)
    for head in 0..<shape.heads {
      let shared = head / (shape.heads / shape.keyValueHeads) * n
      for source in first...position {
        let score = (0..<n).reduce(0.0) {
          $0 + Double(capture.queries[row, head * n + $1]) * Double(capture.keys[source, shared + $1])
        }
        let alpha = exp(Double(shape.scale) * score - Double(capture.logSumExp[row, head]))
        for c in 0..<n { attended[head * n + c] += alpha * Double(capture.values[source, shared + c]) }
      }
    }
    return attended
  }
}
