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

@Suite struct WalkTests {
  /// A walk is the product of the weights with the rows of single tokens, keeps their total, and depends on neither
  /// threads nor the spans beside it.
  @Test(arguments: AttributionCase.all, InstructionSet.available)
  func movesWeightsByTokenShares(c: AttributionCase, set: InstructionSet) throws {
    let instance = try c.make()
    let sinks = TokenSinks(
      queries: instance.queries, logSumExp: instance.logSumExp, before: instance.before, mid: instance.mid)
    let execution = try Execution(threads: 2, instructionSet: set)
    let rows = try Matrix(rows: c.sinks, columns: c.positions)
    let residual = try Matrix(rows: 1, columns: c.sinks)
    try execution.tokenShares(
      instance.layer, sinks: sinks, range: 0..<c.sinks, into: rows, residualShares: residual)
    var generator = SeededGenerator(seed: 31)
    let weights = try Matrix(
      rows: 3, columns: c.sinks, values: (0..<3 * c.sinks).map { _ in Float.random(in: 0..<1, using: &generator) })
    let (moved, kept, _) = try execution.walk(instance.layer, sinks: sinks, weights: weights)
    for span in 0..<3 {
      var (before, after) = (0.0, 0.0)
      for i in 0..<c.sinks {
        before += Double(weights[span, i])
        after += Double(kept[span, i])
        #expect(abs(kept[span, i] - weights[span, i] * residual[0, i]) <= 1e-6, "\(c), \(set)")
      }
      for j in 0..<c.positions {
        let expected = (0..<c.sinks).reduce(0.0) { $0 + Double(weights[span, $1]) * Double(rows[$1, j]) }
        after += Double(moved[span, j])
        #expect(abs(Double(moved[span, j]) - expected) <= 1e-5 * (1 + expected), "\(c), \(set), source \(j)")
      }
      #expect(abs(before - after) <= 1e-5 * before, "\(c), \(set): the total is kept")
    }
    let other = try Execution(threads: 5, instructionSet: set)
    let alone = try other.walk(instance.layer, sinks: sinks, weights: weights.rows(1..<2))
    let same = alone.moved.values == moved.rows(1..<2).values && alone.kept.values == kept.rows(1..<2).values
    #expect(same, "\(c), \(set)")
  }

  /// Sinks that weigh next to nothing stay where they are, and are counted; the others' weights move as before.
  @Test(arguments: AttributionCase.all, InstructionSet.available)
  func leavesNegligibleSinksAlone(c: AttributionCase, set: InstructionSet) throws {
    let instance = try c.make()
    let sinks = TokenSinks(
      queries: instance.queries, logSumExp: instance.logSumExp, before: instance.before, mid: instance.mid)
    let execution = try Execution(threads: 2, instructionSet: set)
    let weights = try Matrix(
      rows: 1, columns: c.sinks, values: (0..<c.sinks).map { $0 == c.sinks - 1 ? 1 : 1e-9 })
    let all = try execution.walk(instance.layer, sinks: sinks, weights: weights)
    #expect(all.pruning.sinks == c.sinks && all.pruning.skipped == 0, "\(c), \(set)")
    let some = try execution.walk(instance.layer, sinks: sinks, weights: weights, negligible: 1e-7)
    #expect(some.pruning.sinks == c.sinks && some.pruning.skipped < c.sinks, "\(c), \(set)")
    #expect(some.pruning.skipped > 0 || c.sinks <= 48, "\(c), \(set): \(some.pruning)")
    let untouched = some.kept.values.prefix(some.pruning.skipped).allSatisfy { $0 == 1e-9 }
    #expect(untouched, "\(c), \(set)")
    for j in 0..<c.positions {
      #expect(abs(some.moved[0, j] - all.moved[0, j]) <= 1e-7, "\(c), \(set), source \(j)")
    }
  }
}
