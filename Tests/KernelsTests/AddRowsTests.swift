import Kernels
import TestSupport
import Testing

@Suite struct AddRowsTests {
  @Test(arguments: [1, 19, 576], InstructionSet.available)
  func addsWeightedRowsWhereTheyBelong(columns: Int, set: InstructionSet) throws {
    var generator = SeededGenerator(seed: 29)
    let execution = try Execution(threads: 2, instructionSet: set)
    let (x, y) = (generator.normal(40 * columns), generator.normal(60 * columns))
    let rows = (0..<60).map(Int32.init).shuffled(using: &generator).prefix(40)
    let weights = generator.normal(40)
    let source = try Matrix(rows: 40, columns: columns, values: x)
    let output = try Matrix(rows: 60, columns: columns, values: y)
    try execution.add(source, to: output, rows: Array(rows), weights: weights)
    var expected = y.map(Double.init)
    for (i, row) in rows.enumerated() {
      for c in 0..<columns { expected[Int(row) * columns + c] += Double(weights[i]) * Double(x[i * columns + c]) }
    }
    for (value, reference) in zip(output.values, expected) {
      #expect(abs(Double(value) - reference) <= 0x1p-23 * (abs(reference) + 16), "seed 29, columns \(columns)")
    }
    try execution.add(source, to: output)
    let first = Double(x[0]) + expected[0]
    #expect(abs(Double(output[0, 0]) - first) <= 0x1p-22 * (abs(first) + 16), "rows in order, weight 1")
  }
}
