import Attribution
import Foundation
import TestSupport
import Testing

/// One sequence of a tiny model with its golden values (float64, `reference.py`).
struct GoldenSequence: Decodable {
  let promptIds: [Int32]
  let generationIds: [Int32]
  let userPositions: [Int]
  let tokens: [String]
  let targetLogprobs: [Double]
  let lastLogits: [Double]
  let runs: [ReferenceTrace.Run]

  var ids: [Int32] { promptIds + generationIds }

  /// Positions that are no stop tokens; template positions are always kept.
  var kept: [Bool] {
    let counted = Set(userPositions).union(promptIds.count..<tokens.count)
    return tokens.enumerated().map { position, token in
      !counted.contains(position) || !["", ",", "."].contains(token.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  func request(_ run: ReferenceTrace.Run) throws -> AttributionRequest {
    func span(_ values: [Int]?) -> ClosedRange<Int>? { values.map { $0[0]...$0[1] } }
    return AttributionRequest(
      method: try #require(AttributionMethod(rawValue: run.method)), outputSpan: span(run.outputSpan),
      reasoningSpan: span(run.reasoningSpan), hops: run.hops ?? 1, kept: kept, generationStart: promptIds.count,
      endsWithEndOfSequence: true)
  }
}

extension GoldenSequence {
  /// The largest difference of two vectors relative to the largest expected value.
  private func difference(_ values: [Float], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let largest = expected.map(abs).max() ?? 0
    let difference = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? 0
    return difference == 0 ? 0 : difference / largest
  }

  /// Expects every vector of a run to be within `tolerance` of its largest value.
  func check(_ result: AttributionResult, _ run: ReferenceTrace.Run, tolerance: Double, _ context: String) {
    let (user, start) = (userPositions, promptIds.count)
    func expect(_ name: String, _ values: [Float], _ expected: [Double]) {
      let difference = difference(values, expected)
      #expect(difference <= tolerance, "\(context), \(name): \(difference)")
    }
    expect("scores", user.map { result.scores[$0] }, run.scores)
    for (hop, expected) in (run.perHopScores ?? []).enumerated() {
      expect("hop \(hop)", user.map { result.perHopScores[hop][$0] }, expected)
    }
    for (hop, expected) in (run.perHopGenerationScores ?? []).enumerated() {
      expect("hop \(hop) on the generation", Array(result.perHopScores[hop][start...]), expected)
    }
    if let expected = run.generationScores { expect("generation", Array(result.scores[start...]), expected) }
    if let expected = run.thinkingRatios { expect("ratios", result.thinkingRatios, expected) }
    for (row, expected) in (run.rows ?? []).enumerated() {
      let values = user.map { result.rows[row][$0] } + result.rows[row][start...]
      expect("row \(row)", values, expected)
    }
  }
}
