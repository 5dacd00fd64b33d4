import Testing
import TraceResult

@testable import TraceReport

@Suite struct TokenClusterTests {
  /// Tokens of the user with their character ranges, scores 1, 2, 4 and so on.
  private func trace(_ tokens: [(String, Range<Int>)]) throws -> Trace {
    let sequence = tokens.enumerated().map { index, token in
      TracedToken(
        id: index, text: token.0, kind: .user, start: token.1.lowerBound, end: token.1.upperBound,
        score: Float(1 << index))
    }
    return try Trace(
      method: "ifr-span", sequence: sequence, generationCount: 0, targetLogprobs: [],
      metadata: SampleTrace.metadata("m"))
  }

  @Test func tokensOfOneCharacterAreShownOnceWithTheirSum() throws {
    let trace = try trace([
      ("a", 0..<1), (" 東", 1..<3), ("東", 2..<3), ("東", 2..<3), ("京", 3..<4), ("京", 3..<4), ("!", 4..<5),
    ])
    let clusters = TokenCluster.ofPrompt(trace)
    #expect(clusters.map(\.text) == ["a", " 東", "京", "!"])
    let sums: [Double] = [1, 14, 48, 64]
    #expect(clusters.map { $0.score(in: trace.scores) } == sums)
    #expect(clusters.map(\.indices) == [0..<1, 1..<4, 4..<6, 6..<7])
  }

  @Test func aFlagOfSixTokensIsOneCharacter() throws {
    let (a, t) = ("\u{1F1E6}", "\u{1F1F9}")
    let trace = try trace([(a, 0..<1), (a, 0..<1), (a, 0..<1), (t, 1..<2), (t, 1..<2), (t, 1..<2)])
    #expect(TokenCluster.ofPrompt(trace).map(\.text) == ["🇦🇹"])
  }

  @Test func aTokenThatEndsInsideACharacterBringsTheRestOfItsText() throws {
    let trace = try trace([("は", 0..<1), ("は日", 0..<2), ("本", 2..<3)])
    #expect(TokenCluster.ofPrompt(trace).map(\.text) == ["は日", "本"])
  }

  @Test func equalNeighboursStaySeparate() throws {
    #expect(TokenCluster.ofPrompt(try trace([("す", 0..<1), ("す", 1..<2)])).map(\.text) == ["す", "す"])
    #expect(TokenCluster.ofPrompt(try trace([("\r", 0..<1), ("\n", 1..<2)])).map(\.text) == ["\r", "\n"])
  }

  @Test func promptAndTemplateNeverMerge() throws {
    let trace = try SampleTrace(prompt: [("e", .template, 1), ("\u{301}", .user, 1), ("x", .special, 1)]).trace()
    #expect(TokenCluster.ofPrompt(trace).map(\.kind) == [.template, .user, .special])
  }

  @Test(.enabled(if: ReferenceTrace.isThere, "no reference data: set FLASHTRACE_REFERENCE"))
  func theClustersOfRealTracesSpellThePromptAndKeepTheMass() throws {
    for name in try ReferenceTrace.names() {
      let reference = try ReferenceTrace(name)
      for run in reference.runs {
        let trace = try reference.trace(run)
        let clusters = TokenCluster.ofPrompt(trace)
        #expect(clusters.map(\.text).joined() == reference.formattedPrompt, "\(name)")
        let mass = clusters.filter { $0.kind == .user }.reduce(0) { $0 + $1.score(in: trace.scores) }
        let expected = run.scores.reduce(0) { $0 + Double($1) }
        #expect(abs(mass - expected) <= 1e-9 * expected, "\(name)")
      }
    }
  }
}
