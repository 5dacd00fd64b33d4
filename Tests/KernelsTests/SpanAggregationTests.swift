import Kernels
import TestSupport
import Testing

@Suite struct SpanAggregationTests {
  private func weights(_ spans: Int, _ sinks: Int, seed: UInt64) throws -> Matrix {
    var generator = SeededGenerator(seed: seed)
    // A third of the sinks carry no weight, as stop tokens do.
    let values = (0..<spans * sinks).map { i in i % 3 == 1 ? 0 : Float.random(in: 0.01..<1, using: &generator) }
    return try Matrix(rows: spans, columns: sinks, values: values)
  }

  private func columnSums(_ instance: AttributionCase.Instance, _ weights: Matrix, span: Int) -> [[Double]] {
    (0..<instance.layer.shape.heads).map { h in
      (0..<instance.layer.positions).map { j in
        (0..<weights.columns).reduce(0.0) { $0 + Double(weights[span, $1]) * instance.alpha[$1][h][j] }
      }
    }
  }

  @Test(arguments: AttributionCase.all, InstructionSet.available)
  func columnSumsAgreeWithTheDefinition(c: AttributionCase, set: InstructionSet) throws {
    let instance = try c.make()
    for precision in set.precisions {
      let execution = try Execution(threads: 2, precision: precision, instructionSet: set)
      // A score's error, dim * epsilon * |q||k| * scale, is the relative error of its weight.
      let tolerance = (precision == .bf16 ? 0x1p-8 : 0x1p-23) * (8 + 8 * Double(c.dimension).squareRoot())
      for spans in [1, 2, 11] {
        let weights = try weights(spans, c.sinks, seed: 5)
        let sums = try execution.attentionColumnSums(
          instance.layer, queries: instance.queries, logSumExp: instance.logSumExp, weights: weights)
        for span in 0..<spans {
          let expected = columnSums(instance, weights, span: span)
          for h in 0..<c.heads {
            for j in 0..<c.positions {
              let value = Double(sums[span, h * c.positions + j])
              #expect(
                abs(value - expected[h][j]) <= tolerance * (expected[h][j] + 1e-6),
                "\(c), \(set), \(precision), span \(span) of \(spans), head \(h), source \(j)")
            }
          }
        }
      }
    }
  }

  @Test(arguments: AttributionCase.all, InstructionSet.available)
  func sharesAgreeWithTheDefinition(c: AttributionCase, set: InstructionSet) throws {
    let instance = try c.make()
    let execution = try Execution(threads: 2, instructionSet: set)
    let spans = 2
    let weights = try weights(spans, c.sinks, seed: 9)
    let sums = try execution.attentionColumnSums(
      instance.layer, queries: instance.queries, logSumExp: instance.logSumExp, weights: weights)
    let mid = try execution.weightedRows(instance.mid, weights: weights)
    let before = try execution.weightedRows(instance.before, weights: weights)
    let scores = try Matrix(rows: spans, columns: c.positions)
    let counts = try execution.spanShares(instance.layer, before: before, mid: mid, columnSums: sums, into: scores)
    #expect(counts.pairs <= spans * c.heads * c.positions && counts.opposed + counts.uncorrected <= counts.pairs)
    for span in 0..<spans {
      let expected = instance.shares(
        mid: (0..<c.hidden).map { Double(mid[span, $0]) }, before: (0..<c.hidden).map { Double(before[span, $0]) },
        columnSums: columnSums(instance, weights, span: span))
      let largest = expected.max()!
      for j in 0..<c.positions {
        #expect(
          abs(Double(scores[span, j]) - expected[j]) <= 2e-5 * largest + 1e-9,
          "\(c), \(set), span \(span), source \(j): \(scores[span, j]), expected \(expected[j])")
      }
    }
  }

  /// One span's result depends on neither the spans beside it nor the number of threads.
  @Test(arguments: AttributionCase.all) func neighboursAndThreadsChangeNothing(c: AttributionCase) throws {
    let instance = try c.make()
    let weights = try weights(9, c.sinks, seed: 4)
    func scores(_ weights: Matrix, threads: Int) throws -> Matrix {
      let execution = try Execution(threads: threads)
      let result = try Matrix(rows: weights.rows, columns: c.positions)
      let sums = try execution.attentionColumnSums(
        instance.layer, queries: instance.queries, logSumExp: instance.logSumExp, weights: weights)
      try execution.spanShares(
        instance.layer, before: execution.weightedRows(instance.before, weights: weights),
        mid: execution.weightedRows(instance.mid, weights: weights), columnSums: sums, into: result)
      return result
    }
    let together = try scores(weights, threads: 1)
    for threads in [2, 5] {
      let same = try scores(weights, threads: threads).values == together.values
      #expect(same, "\(c), \(threads) threads")
    }
    for span in [0, 8] {
      let alone = try scores(weights.rows(span..<span + 1), threads: 2)
      let same = alone.values == together.rows(span..<span + 1).values
      #expect(same, "\(c), span \(span)")
    }
  }
}
