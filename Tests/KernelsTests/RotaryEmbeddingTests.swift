import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct RotaryEmbeddingTests {
  /// Heads, head dimension, rotating pairs, rows, first position.
  private static let shapes = [
    (1, 2, 1, 1, 0), (3, 64, 32, 5, 1000), (4, 24, 12, 9, 3), (2, 80, 10, 7, 100), (2, 7, 3, 4, 0),
  ]

  @Test(arguments: shapes, InstructionSet.available)
  private func turnsPairsByTheirAngles(shape: (Int, Int, Int, Int, Int), set: InstructionSet) throws {
    let (heads, dimension, pairs, rows, first) = shape
    let execution = try Execution(threads: 2, instructionSet: set)
    let frequencies = (0..<pairs).map { pow(10_000, -Double($0) / Double(pairs)) }
    for layout in [RotaryLayout.halfSplit, .interleaved] {
      var generator = SeededGenerator(seed: 3)
      let values = generator.normal(rows * heads * dimension)
      let x = try Matrix(rows: rows, columns: heads * dimension, values: values)
      let table = try RotaryTable(
        positions: first - min(first, 2)..<first + rows, frequencies: frequencies, magnitude: 1.25, layout: layout,
        threads: 2)
      try execution.rotate(x, headDimension: dimension, by: table.rows(min(first, 2)..<min(first, 2) + rows))
      var expected = values.map(Double.init)
      for row in 0..<rows {
        for head in 0..<heads {
          for pair in 0..<pairs {
            let start = row * heads * dimension + head * dimension
            let a = start + (layout == .halfSplit ? pair : 2 * pair)
            let b = layout == .halfSplit ? a + pairs : a + 1
            let angle = Double(first + row) * frequencies[pair]
            let (p, q) = (Double(values[a]), Double(values[b]))
            expected[a] = 1.25 * (p * cos(angle) - q * sin(angle))
            expected[b] = 1.25 * (q * cos(angle) + p * sin(angle))
          }
        }
      }
      for (index, (value, reference)) in zip(x.values, expected).enumerated() {
        #expect(abs(Double(value) - reference) <= 16 * 0x1p-23, "seed 3, \(shape), \(layout), value \(index)")
      }
    }
  }

  @Test func refusesMorePairsThanAHeadHas() throws {
    let execution = try Execution(threads: 1)
    let table = try RotaryTable(positions: 0..<1, frequencies: [1, 1, 1], layout: .halfSplit, threads: 1)
    #expect(throws: KernelError.badArgument) {
      try execution.rotate(Matrix(rows: 1, columns: 4), headDimension: 4, by: table)
    }
  }
}
