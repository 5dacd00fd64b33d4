import Evaluation
import Testing

@Suite struct MetricTests {
  /// Worked by hand from the definitions.
  @Test func deletionCurvesFollowTheirDefinitions() {
    // Responses 1, 0.5, 0.5 (the rise to -1 does not count), 0; density 1, 0.5, 0.25, 0.
    let curve = DeletionCurve(scores: [0, -2, -1, -4], density: [1, 0.5, 0.25, 0])
    #expect(curve.response == [1, 0.5, 0.5, 0])
    #expect(abs(curve.rise - (0.5 + 0.5 + 0.5) / 3) < 1e-12)
    // Penalised 1, 0.5, 0.75, 0: already from 0 to 1.
    #expect(abs(curve.mas - (0.5 + 0.5 + 0.75) / 3) < 1e-12)
  }

  @Test func curvesWithoutChangeAreStraight() {
    let flat = DeletionCurve(scores: [-3, -3, -3], density: [1, 0.5, 0])
    #expect(flat.response == [1, 0.5, 0] && flat.rise == 0.5 && flat.mas == 0.5)
    #expect(InsertionCurve(scores: [-3, -3, -3]).area == 0.5)
  }

  /// A target that gets likelier as tokens go counts as one that the deletion does not harm.
  @Test func aRisingTargetKeepsItsResponseInBounds() {
    let curve = DeletionCurve(scores: [-5, -4, -1], density: [1, 0.5, 0])
    #expect(curve.response.allSatisfy { (0...1).contains($0) })
  }

  @Test func insertionCountsWhatReturnsEarly() {
    #expect(abs(InsertionCurve(scores: [-4, -1, -2, 0]).area - (0 / 2 + 0.75 + 0.75 + 0.5) / 3) < 1e-12)
    #expect(InsertionCurve(scores: [-4, 0, 0, 0]).area > InsertionCurve(scores: [-4, -4, -4, 0]).area)
  }

  @Test func erasureIsTheMeanOverFourShares() {
    let falling = (0...20).map { -Double($0) }
    // Groups 1, 2, 4 and 10.
    #expect(abs(Erasure.comprehensiveness(deletion: falling, targetTokens: 2) - 17.0 / 4 / 2) < 1e-12)
    let rising = (0...20).map { Double($0) - 20 }
    #expect(abs(Erasure.sufficiency(insertion: rising, targetTokens: 1) - (19 + 18 + 16 + 10) / 4.0) < 1e-12)
    #expect(Erasure.comprehensiveness(deletion: [-1, -3], targetTokens: 1) == 2)
  }

  @Test func rankingBreaksTiesByTheText() {
    #expect(Ranking.order([0.5, 1, 0.5, 1, 0]) == [1, 3, 0, 2, 4])
    #expect(Ranking.groups([0, 1, 2, 3, 4, 5, 6], count: 3) == [[0, 1, 2], [3, 4], [5, 6]])
    #expect(Ranking.groups([4, 2], count: 20) == [[4], [2]])
  }

  @Test func recoveryIsTheShareOfWhatCanBeFound() {
    let scores = (0..<20).map { Double(20 - $0) }
    func gold(_ indices: Int...) -> [Bool] { (0..<20).map { indices.contains($0) } }
    #expect(Ranking.recovery(scores, gold: gold(0, 7)) == 0.5)
    // Two tokens are ranked, so that finding two of three is all there is to find.
    #expect(Ranking.recovery(scores, gold: gold(0, 1, 2)) == 1)
    #expect(Ranking.recovery(scores, gold: gold()) == nil)
    #expect(abs((Ranking.averagePrecision(scores, gold: gold(0, 3)) ?? 0) - (1 + 0.5) / 2) < 1e-12)
    #expect(Ranking.averagePrecision(scores, gold: gold()) == nil)
  }

  @Test func shareOfTheLastFiveLeavesOutNegativeScores() {
    #expect(Ranking.lastShare([1, -9, 1, 0, 0, 0, 2]) == 0.75)
    #expect(Ranking.lastShare([-1, 0]) == nil)
  }

  @Test func intervalsHoldTheMeanAndRepeat() throws {
    let values = (0..<40).map { Double(($0 * 31) % 17) }
    let estimate = try #require(Estimate(values))
    #expect(estimate.low < estimate.mean && estimate.mean < estimate.high && estimate.count == 40)
    #expect(Estimate(values) == estimate)
    #expect(Estimate([]) == nil)
    #expect(Estimate([2])?.low == 2 && Estimate([2])?.high == 2)
  }

  @Test func summariesPairTheSameSamples() throws {
    func result(_ sample: String, _ method: String, _ rise: Double) -> EvaluationResult {
      EvaluationResult(
        sample: sample, method: method, metrics: ["rise": rise], seconds: 2, prefillSeconds: 1, tokens: 5,
        deletableTokens: 3)
    }
    let summary = EvaluationSummary([
      result("a", "x", 0.2), result("a", "y", 0.4), result("b", "x", 0.5), result("b", "y", 0.3), result("c", "x", 9),
    ])
    let found = try #require(try summary.difference(.rise, "x", "y"))
    #expect(abs(found.estimate.mean) < 1e-12 && found.wins == 1 && found.ties == 0 && found.estimate.count == 2)
    #expect(summary.cost(of: "x")?.prefills == 2)
    #expect(SummaryTable(summary).markdown().contains("| `x` | 3 |"))
    #expect(try SummaryTable(summary.only(["y"])).markdown(Metric.allCases).split(separator: "\n").count == 3)
    #expect(throws: EvaluationError.unknownMethod("z", known: ["x", "y"])) { try summary.only(["z"]) }
    #expect(throws: EvaluationError.unknownMethod("z", known: ["x", "y"])) {
      try summary.difference(.rise, "x", "z")
    }
  }

  @Test func halvesShareNoSample() {
    let results = (0..<9).map {
      EvaluationResult(
        sample: "s\($0)", method: "x", metrics: ["rise": Double($0)], seconds: 0, prefillSeconds: 1, tokens: 1,
        deletableTokens: 1)
    }
    let halves = EvaluationSummary.Half.allCases.map { EvaluationSummary(results, half: $0) }
    #expect(halves.map(\.sampleCount) == [5, 4])
    #expect(halves[0].estimate(.rise, of: "x")?.mean == 4 && halves[1].estimate(.rise, of: "x")?.mean == 4)
  }
}
