import Kernels
import TestSupport
import Testing

@Suite struct TokenSharesTests {
  private func scales(_ c: AttributionCase) -> [Float]? {
    var generator = SeededGenerator(seed: 21)
    return c.normalised ? (0..<c.sinks).map { _ in Float.random(in: 0.5..<2, using: &generator) } : nil
  }

  private func run(
    _ c: AttributionCase, _ instance: AttributionCase.Instance, range: Range<Int>, execution: Execution
  ) throws -> (scores: Matrix, residual: Matrix, counts: PruningCounts) {
    let scores = try Matrix(rows: range.count, columns: c.positions)
    let residual = try Matrix(rows: 1, columns: range.count)
    let sinks = TokenSinks(
      queries: instance.queries, logSumExp: instance.logSumExp, before: instance.before, mid: instance.mid,
      scales: scales(c))
    let counts = try execution.tokenShares(
      instance.layer, sinks: sinks, range: range, into: scores, residualShares: residual)
    return (scores, residual, counts)
  }

  @Test(arguments: AttributionCase.all, InstructionSet.available)
  func rowsAgreeWithTheDefinition(c: AttributionCase, set: InstructionSet) throws {
    let instance = try c.make()
    let execution = try Execution(threads: 2, instructionSet: set)
    let (scores, residual, counts) = try run(c, instance, range: 0..<c.sinks, execution: execution)
    #expect(counts.opposed + counts.uncorrected <= counts.pairs)
    for i in Set([0, 1, c.sinks / 2, c.sinks - 1]) where i < c.sinks {
      let scale = Double(scales(c)?[i] ?? 1)
      let expected = instance.shares(
        mid: (0..<c.hidden).map { Double(instance.mid[i, $0]) },
        before: (0..<c.hidden).map { Double(instance.before[i, $0]) },
        columnSums: instance.alpha[i].map { head in head.map { $0 * scale } })
      let largest = max(expected.max()!, 1e-9)
      var total = Double(residual[0, i])
      for j in 0..<c.positions {
        total += Double(scores[i, j])
        #expect(
          abs(Double(scores[i, j]) - expected[j]) <= 2e-5 * largest,
          "\(c), \(set), sink \(i), source \(j): \(scores[i, j]), expected \(expected[j])")
      }
      #expect(abs(total - 1) < 1e-5, "\(c), \(set), sink \(i)")
    }
  }

  /// A row depends on neither the rows computed with it nor the number of threads.
  @Test(arguments: AttributionCase.all) func neighboursAndThreadsChangeNothing(c: AttributionCase) throws {
    let instance = try c.make()
    let all = try run(c, instance, range: 0..<c.sinks, execution: Execution(threads: 1)).scores.values
    let five = try run(c, instance, range: 0..<c.sinks, execution: Execution(threads: 5)).scores.values
    let sameForThreads = all == five
    #expect(sameForThreads, "\(c)")
    let range = (c.sinks / 3)..<(c.sinks / 3 + (c.sinks + 1) / 2)
    let some = try run(c, instance, range: range, execution: Execution(threads: 2)).scores.values
    let sameForRows = some == Array(all[(range.lowerBound * c.positions)..<(range.upperBound * c.positions)])
    #expect(sameForRows, "\(c), rows \(range)")
  }
}
