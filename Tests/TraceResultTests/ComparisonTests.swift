import Foundation
import Testing

@testable import TraceResult

@Suite struct ComparisonTests {
  /// A trace of one letter a token with these scores, and an answer of one token.
  private func trace(_ scores: [Float], method: String = "ifr-span", text: String? = nil, answer: Int = 1) throws
    -> Trace
  {
    let letters = Array(text ?? String("abcdefghijklmnopqrstuvwxyz".prefix(scores.count)))
    var sequence = zip(letters, scores).enumerated().map { index, pair in
      TracedToken(id: index, text: String(pair.0), kind: .user, start: index, end: index + 1, score: pair.1)
    }
    let end = sequence.count
    sequence.append(TracedToken(id: answer, text: "!", kind: .generation, start: end, end: end + 1, score: 0))
    var sample = SampleTrace(seed: 1)
    return try Trace(
      method: method, sequence: sequence, generationCount: 1, targetLogprobs: [-0.5],
      metadata: sample.metadata(hops: 0))
  }

  @Test func sharesAreOfTheSumOfSizes() throws {
    let comparison = try TraceComparison(trace([1, 3, 0, 4]), trace([-2, 2, 0, 4], method: "attnlrp"))
    #expect(comparison.tokens.map(\.first) == [0.125, 0.375, 0, 0.5])
    #expect(comparison.tokens.map(\.second) == [-0.25, 0.25, 0, 0.5])
    #expect(comparison.largestShareDifference.index == 0)
    #expect(comparison.largestShareDifference.difference == -0.375)
    #expect(comparison.byDifference.map(\.index) == [0, 1, 2, 3])
    #expect(comparison.largestScoreDifference == 0.75)
    #expect(comparison.largestLogprobDifference == 0)
  }

  /// Values of SciPy's `spearmanr`, ties included.
  @Test(
    arguments: [
      ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], 1), ([1, 2, 3, 4, 5], [10, 8, 6, 4, 2], -1),
      ([1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 0.8207826816681233), ([1, 1, 2, 2], [1, 2, 1, 2], 0),
      ([0, 0, 0, 3, 1], [0, 0, 2, 5, 0], 0.5),
    ] as [([Float], [Float], Double)])
  func rankCorrelationSharesTheRanksOfTies(a: [Float], b: [Float], expected: Double) throws {
    let found = try #require(try TraceComparison(trace(a), trace(b)).rankCorrelation)
    #expect(abs(found - expected) < 1e-12, "\(a) \(b): \(found)")
  }

  @Test func equalScoresHaveNoOrder() throws {
    let comparison = try TraceComparison(trace([0, 0, 0]), trace([1, 2, 3]))
    #expect(comparison.rankCorrelation == nil && comparison.largestScoreDifference == nil)
    #expect(comparison.tokens.map(\.first) == [0, 0, 0])
  }

  /// A tenth, rounded up; equal scores rank by index.
  @Test func theHighestAreSetAgainstEachOther() throws {
    let first = try trace([0, 9, 1, 8, 0, 0, 0, 0, 0, 0, 7])
    let second = try trace([5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 7])
    let tenth = try TraceComparison(first, second)
    #expect(tenth.topCount == 2 && tenth.topShared == 1)
    let three = try TraceComparison(first, second, topCount: 3)
    #expect(three.topCount == 3 && three.topShared == 2)
    #expect(three.topRankCorrelation == -0.5)
    #expect(try TraceComparison(first, second, topCount: 99).topShared == 11)
  }

  @Test func otherPromptsAreRefused() throws {
    func message(_ a: Trace, _ b: Trace) -> String {
      do {
        _ = try TraceComparison(a, b)
        return "no error"
      } catch { return error.description }
    }
    let first = try trace([1, 2, 3])
    #expect(
      message(first, try trace([1, 2, 3], text: "axc"))
        == "the prompts differ at position 1: \"b\" (id 1, user) and \"x\" (id 1, user); "
        + "only traces of the same prompt tokens can be compared")
    #expect(
      message(first, try trace([1, 2])).hasPrefix("the prompts have 3 and 2 tokens, the first 2 of which are equal"))
    #expect(message(try trace([]), try trace([])) == "the prompt has no token of the user's")
    // Answers may differ.
    #expect(try TraceComparison(first, trace([1, 2, 3], answer: 2)).largestLogprobDifference == nil)
  }

  @Test func theJSONHoldsAllNumbers() throws {
    let json = try TraceComparison(trace([1, 3]), trace([1, 1])).json()
    let text = String(decoding: json, as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"{"first":{"method":"ifr-span","model":{"#), "\(text)")
    let numbers =
      #""largest_logprob_difference":0,"largest_score_difference":0.6666666666666666,"largest_share_difference":"#
      + #"{"difference":0.25,"first":0.25,"index":0,"second":0.5,"token":"a"},"schema_version":1,"#
    #expect(text.contains(numbers), "\(text)")
    #expect(text.contains(#""top":{"count":1,"shared":0}}"#) && text.hasSuffix("\n"), "\(text)")
  }
}
