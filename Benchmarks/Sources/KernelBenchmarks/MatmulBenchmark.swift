import BenchmarkSupport
import Kernels
import Randomness

/// A matrix product that disagrees with its definition: nothing is timed then.
struct WrongResult: Error, CustomStringConvertible {
  let description: String
}

/// One matrix product on one set of weights, verified, then timed.
struct MatmulBenchmark {
  let product: ModelProduct
  let type: ElementType
  private let weights: WeightMatrix
  private let x: Matrix
  private let y: Matrix

  /// Nil where the inputs are no whole blocks of `type`.
  init?(_ product: ModelProduct, rows: Int, type: ElementType) throws {
    guard let weights = RandomWeights.matrix(type, rows: product.outputs, columns: product.inputs) else { return nil }
    var generator = SeededGenerator(seed: 2)
    let values = (0..<rows * product.inputs).map { _ in Float.random(in: -1..<1, using: &generator) }
    (self.product, self.type, self.weights) = (product, type, weights)
    x = try Matrix(rows: rows, columns: product.inputs, values: values)
    y = try Matrix(rows: rows, columns: product.outputs)
  }

  var operations: Double { 2 * Double(x.rows) * Double(product.outputs) * Double(product.inputs) }
  var weightBytes: Double { Double(weights.rows * weights.rowBytes) }

  func run(_ execution: Execution, budget: Double) throws -> Samples {
    try verify(execution)
    return try Samples(budget: budget) { try execution.matmul(x, weights, into: y) }
  }

  /// Compares 64 outputs with sums in double precision over the widened weights. The bound is the forward error of a
  /// dot product, k epsilon sum |x w|, with both factors rounded first in bf16. In i16 a factor x is off by up to 2^-16, the
  /// largest being 1, and it meets w without its offset, which is no larger than twice the largest value of random blocks.
  private func verify(_ execution: Execution) throws {
    try execution.matmul(x, weights, into: y)
    let reference = try Execution(threads: 1, instructionSet: .portable)
    let row = try Matrix(rows: 1, columns: product.inputs)
    let unit = Double(product.inputs + 4) * 0x1p-24 + (execution.precision == .bf16 ? 0x1p-7 : 0)
    let rounding = execution.precision == .i16 ? Double(product.inputs) * 0x1p-16 : 0
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<64 {
      let (i, n) = (
        Int.random(in: 0..<x.rows, using: &generator), Int.random(in: 0..<product.outputs, using: &generator)
      )
      try reference.dequantize(weights, rows: [Int32(n)], into: row)
      var (sum, size, largest) = (0.0, 0.0, 0.0)
      for k in 0..<product.inputs {
        let term = Double(x[i, k]) * Double(row[0, k])
        (sum, size, largest) = (sum + term, size + abs(term), max(largest, abs(Double(row[0, k]))))
      }
      let bound = unit * size + rounding * 2 * largest
      guard abs(Double(y[i, n]) - sum) <= bound else {
        throw WrongResult(
          description: "\(product.name), \(type), \(execution.instructionSet), \(execution.precision): "
            + "y[\(i), \(n)] is \(y[i, n]), expected \(sum) within \(bound)")
      }
    }
  }
}
