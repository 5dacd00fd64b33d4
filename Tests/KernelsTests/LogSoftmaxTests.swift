import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct LogSoftmaxTests {
  @Test(arguments: [1, 5, 16, 640, 1025, 49_152], InstructionSet.available)
  func agreesWithTheDefinition(columns: Int, set: InstructionSet) throws {
    let execution = try Execution(threads: 2, instructionSet: set)
    for spread in [0.01, 3, 200] {
      var generator = SeededGenerator(seed: 17)
      let rows = columns > 10_000 ? 2 : 5
      let values = generator.normal(rows * columns, scale: spread)
      let ids = (0..<rows).map { _ in Int32.random(in: 0..<Int32(columns), using: &generator) }
      let logits = try Matrix(rows: rows, columns: columns, values: values)
      let (logSumExp, logProbabilities) = try execution.logSoftmax(logits, ids: ids)
      for row in 0..<rows {
        let line = values[row * columns..<(row + 1) * columns].map(Double.init)
        let top = line.max()!
        let expected = top + log(line.reduce(0) { $0 + exp($1 - top) })
        let tolerance = 1e-5 + abs(expected) * 0x1p-23
        #expect(abs(Double(logSumExp[row]) - expected) <= tolerance, "seed 17, \(columns), spread \(spread)")
        let logProbability = line[Int(ids[row])] - expected
        #expect(
          abs(Double(logProbabilities[row]) - logProbability) <= 1e-5 + abs(logProbability) * 0x1p-23,
          "seed 17, \(columns), spread \(spread), row \(row)")
      }
    }
  }

  @Test func refusesAnIdOutsideTheVocabulary() throws {
    let logits = try Matrix(rows: 1, columns: 3)
    let execution = try Execution(threads: 1)
    for id: Int32 in [-1, 3] {
      #expect(throws: KernelError.badArgument) { try execution.logSoftmax(logits, ids: [id]) }
    }
  }

  @Test func largestComeInOrderWithTiesByColumn() throws {
    let row = try Matrix(rows: 1, columns: 7, values: [2, 5, -1, 5, 7, 2, -.infinity])
    #expect(row.largest(5, ofRow: 0) == [4, 1, 3, 0, 5])
    #expect(row.largest(9, ofRow: 0) == [4, 1, 3, 0, 5, 2, 6])
    var generator = SeededGenerator(seed: 23)
    let values = generator.normal(1000)
    let sorted = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }
    #expect(try Matrix(rows: 1, columns: 1000, values: values).largest(20, ofRow: 0) == Array(sorted.prefix(20)))
  }
}
