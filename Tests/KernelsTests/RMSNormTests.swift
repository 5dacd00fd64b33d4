import Kernels
import TestSupport
import Testing

@Suite struct RMSNormTests {
  /// Groups of n values, the padding behind each row, and the number of rows.
  private static let shapes = [
    (1, 1, 0, 1), (3, 24, 5, 7), (1, 63, 1, 5), (1, 576, 0, 40), (5, 17, 3, 9), (2, 129, 0, 3),
  ]

  @Test(arguments: shapes, InstructionSet.available)
  private func agreesWithTheDefinition(shape: (Int, Int, Int, Int), set: InstructionSet) throws {
    let (groups, n, padding, rows) = shape
    let epsilon: Float = 1e-5
    var generator = SeededGenerator(seed: 11)
    let execution = try Execution(threads: 2, instructionSet: set)
    let whole = try Matrix(
      rows: rows, columns: groups * n + padding, values: generator.normal(rows * (groups * n + padding), scale: 3))
    let x = whole.columns(0..<groups * n)
    let w = generator.normal(n)
    let before = generator.normal(rows * groups * n)
    let y = try Matrix(rows: rows, columns: groups * n)
    let sum = try Matrix(rows: rows, columns: groups * n, values: before)
    let scale = try Matrix(rows: rows, columns: groups)
    try execution.rmsNorm(x, weight: w, epsilon: epsilon, into: y, scale: scale)
    try execution.rmsNorm(x, weight: w, epsilon: epsilon, into: sum, accumulate: true)
    for row in 0..<rows {
      for group in 0..<groups {
        let values = (0..<n).map { Double(x[row, group * n + $0]) }
        let expected = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(n) + Double(epsilon)).squareRoot()
        // A sum of n squares in f32 is off by at most n / lanes roundings, its root by half of that.
        let tolerance = expected * 0x1p-23 * (2 + Double(n).squareRoot())
        #expect(abs(Double(scale[row, group]) - expected) <= tolerance, "seed 11, \(shape), row \(row) group \(group)")
        for c in 0..<n {
          let column = group * n + c
          let value = values[c] * expected * Double(w[c])
          let bound = abs(value) * 0x1p-23 * (4 + Double(n).squareRoot())
          #expect(abs(Double(y[row, column]) - value) <= bound, "seed 11, \(shape), row \(row) column \(column)")
          let total = value + Double(before[row * groups * n + column])
          #expect(abs(Double(sum[row, column]) - total) <= bound + abs(total) * 0x1p-23, "seed 11, \(shape)")
        }
      }
    }
    try execution.rmsNorm(x, weight: w, epsilon: epsilon, into: x)
    #expect(x.values == y.values, "in place as beside")
  }
}
