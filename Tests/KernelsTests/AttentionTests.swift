import Foundation
import Kernels
import TestSupport
import Testing

/// Attention of one row and head in double precision, straight from the definition.
private func reference(
  query: ArraySlice<Float>, keys: [[Float]], values: [[Float]], visible: ClosedRange<Int>, scale: Float
) -> (output: [Double], logSumExp: Double) {
  let scores = visible.map { j in zip(query, keys[j]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } * Double(scale) }
  let peak = scores.max()!
  let sum = scores.reduce(0.0) { $0 + exp($1 - peak) }
  var output = [Double](repeating: 0, count: query.count)
  for (score, j) in zip(scores, visible) {
    for d in output.indices { output[d] += exp(score - peak) / sum * Double(values[j][d]) }
  }
  return (output, peak + log(sum))
}

private struct Case: CustomStringConvertible, Sendable {
  var heads, keyValueHeads, dimension, rows, first: Int
  var window: Int?
  var spread = 1.0
  var description: String {
    "heads \(heads)/\(keyValueHeads) dim \(dimension) rows \(rows) first \(first) window \(window ?? 0) spread \(spread)"
  }

  static let all = [
    Case(heads: 1, keyValueHeads: 1, dimension: 1, rows: 1, first: 0),
    Case(heads: 9, keyValueHeads: 3, dimension: 64, rows: 70, first: 0),
    Case(heads: 4, keyValueHeads: 2, dimension: 24, rows: 33, first: 65),
    Case(heads: 7, keyValueHeads: 1, dimension: 20, rows: 19, first: 127),
    Case(heads: 4, keyValueHeads: 4, dimension: 7, rows: 130, first: 1),
    Case(heads: 4, keyValueHeads: 2, dimension: 24, rows: 150, first: 40, window: 24),
    Case(heads: 2, keyValueHeads: 1, dimension: 16, rows: 100, first: 0, window: 1),
    Case(heads: 2, keyValueHeads: 1, dimension: 32, rows: 80, first: 3, spread: 30),
  ]
}

@Suite struct AttentionTests {
  private func run(_ c: Case, seed: UInt64, execution: Execution) throws -> (Matrix, Matrix, [Float], [Float], [Float])
  {
    var generator = SeededGenerator(seed: seed)
    let total = c.first + c.rows
    let shape = AttentionShape(
      heads: c.heads, keyValueHeads: c.keyValueHeads, headDimension: c.dimension, window: c.window,
      scale: 1 / Float(c.dimension).squareRoot())
    let q = generator.normal(c.rows * shape.queryColumns, scale: c.spread)
    let k = generator.normal(total * shape.keyColumns, scale: c.spread)
    let v = generator.normal(total * shape.keyColumns)
    let output = try Matrix(rows: c.rows, columns: shape.queryColumns)
    let logSumExp = try Matrix(rows: c.rows, columns: c.heads)
    try execution.attention(
      shape, queries: Matrix(rows: c.rows, columns: shape.queryColumns, values: q),
      keys: Matrix(rows: total, columns: shape.keyColumns, values: k),
      values: Matrix(rows: total, columns: shape.keyColumns, values: v), firstPosition: c.first, into: output,
      logSumExp: logSumExp)
    return (output, logSumExp, q, k, v)
  }

  @Test(arguments: Case.all, InstructionSet.available)
  fileprivate func agreesWithTheDefinition(c: Case, set: InstructionSet) throws {
    for precision in set.precisions {
      try check(c, Execution(threads: 2, precision: precision, instructionSet: set))
    }
  }

  /// A single row, read as it is stored: f32 in every precision, and the same bytes for any number of threads.
  @Test(arguments: Case.all, InstructionSet.available)
  fileprivate func singleRowsAgreeWithTheDefinition(c: Case, set: InstructionSet) throws {
    var c = c
    (c.first, c.rows) = (c.first + c.rows - 1, 1)
    for precision in set.precisions {
      var execution = try Execution(threads: 2, precision: precision, instructionSet: set)
      execution.streamsSingleRows = true
      try check(c, execution, arithmetic: .f32)
    }
    let outputs = try [1, 2, 7].map { threads in
      var execution = try Execution(threads: threads, instructionSet: set)
      execution.streamsSingleRows = true
      let (output, logSumExp, _, _, _) = try run(c, seed: 3, execution: execution)
      return output.values + logSumExp.values
    }
    #expect(outputs.allSatisfy { $0 == outputs[0] }, "\(c), \(set), seed 3")
  }

  private func check(_ c: Case, _ execution: Execution, arithmetic: Precision? = nil) throws {
    let (set, precision) = (execution.instructionSet, arithmetic ?? execution.precision)
    let (output, logSumExp, q, k, v) = try run(c, seed: 7, execution: execution)
    let n = c.dimension
    // Scores carry an error of dim * epsilon * |q||k|; it acts on the weights through the exponential.
    let epsilon = precision == .bf16 ? 0x1p-7 : 0x1p-23
    let tolerance = epsilon * (8 + 4 * c.spread * c.spread * Double(n).squareRoot())
    for head in 0..<c.heads {
      let kv = head / (c.heads / c.keyValueHeads)
      let width = c.keyValueHeads * n
      let keys = (0..<c.first + c.rows).map { Array(k[($0 * width + kv * n)..<($0 * width + (kv + 1) * n)]) }
      let values = (0..<c.first + c.rows).map { Array(v[($0 * width + kv * n)..<($0 * width + (kv + 1) * n)]) }
      for row in 0..<c.rows {
        let position = c.first + row
        let start = c.window.map { max(0, position - $0 + 1) } ?? 0
        let at = (row * c.heads + head) * n
        let expected = reference(
          query: q[at..<at + n], keys: keys, values: values, visible: start...position,
          scale: 1 / Float(n).squareRoot())
        let context: Comment = "\(c), \(set), \(precision), seed 7, row \(row), head \(head)"
        #expect(abs(Double(logSumExp[row, head]) - expected.logSumExp) <= tolerance, context)
        for d in 0..<n {
          #expect(abs(Double(output[row, head * n + d]) - expected.output[d]) <= 4 * tolerance, context)
        }
      }
    }
  }

  @Test(arguments: Case.all) fileprivate func threadsChangeNothing(c: Case) throws {
    let one = try run(c, seed: 3, execution: Execution(threads: 1))
    for threads in [2, 5] {
      let many = try run(c, seed: 3, execution: Execution(threads: threads))
      #expect(one.0.values == many.0.values && one.1.values == many.1.values, "\(c), \(threads) threads, seed 3")
    }
  }

  /// A row's result does not depend on the rows that are computed with it.
  @Test func chunksChangeNothing() throws {
    let c = Case(heads: 6, keyValueHeads: 2, dimension: 24, rows: 150, first: 0, window: 70)
    for precision in InstructionSet.best.precisions {
      let execution = try Execution(threads: 2, precision: precision)
      let (whole, _, q, k, v) = try run(c, seed: 5, execution: execution)
      let shape = AttentionShape(
        heads: 6, keyValueHeads: 2, headDimension: 24, window: 70, scale: 1 / Float(24).squareRoot())
      let queries = try Matrix(rows: 150, columns: 144, values: q)
      let keys = try Matrix(rows: 150, columns: 48, values: k)
      let values = try Matrix(rows: 150, columns: 48, values: v)
      for chunk in [0..<37, 37..<38, 38..<150] {
        let output = try Matrix(rows: chunk.count, columns: 144)
        try execution.attention(
          shape, queries: queries.rows(chunk), keys: keys, values: values, firstPosition: chunk.lowerBound,
          into: output)
        #expect(output.values == whole.rows(chunk).values, "chunk \(chunk), \(precision), seed 5")
      }
    }
  }
}
