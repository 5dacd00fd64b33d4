import Foundation
import Testing
import TraceResult

@testable import TraceReport

/// Scores by units of the text: sums of the tokens'.
@Suite struct UnitTests {
  /// Two sentences; the template and the end of sequence have the largest scores of all.
  private func trace() throws -> Trace {
    var sample = SampleTrace(
      prompt: [
        ("<s>", .special, 9), ("The", .user, 1), (" key", .user, 0.5), (" is", .user, 0.25), (" blue", .user, 2),
        (".", .user, 0.25), (" It", .user, 0.5), (" fits", .user, 0.5), (".", .user, 0), ("</s>", .special, 7),
      ])
    sample.answer = [("Blue", .generation), (" key", .generation), (".", .generation), ("</s>", .special)]
    sample.hops = [[1, 0, 0, 1, 0, 0, 1, 0]]
    sample.generationHops = [[1, 2, 0, 9]]
    return try sample.trace()
  }

  @Test func theTableAndTheHeatMapHaveUnits() throws {
    let report = try trace().terminalReport(topCount: 5, units: .sentence)
    let expected = """
      <s>The key is blue. It fits.</s>
         ████████████████▄▄▄▄▄▄▄▄▄

      #  index  sentence           score   share
      1    0–4  The␣key␣is␣blue.  4.0000  80.0 %  ████████████████
      2    5–7  ␣It␣fits.         1.0000  20.0 %  ████

      """
    #expect(report.hasPrefix(expected), "\(report)")
    #expect(report.contains("output span     1:1   key\n"), "the span is what was chosen, not its sentence")
  }

  @Test func thePageHasUnitsAndKeepsTheTemplateOutOfTheScale() throws {
    let page = ParsedPage(try trace().html(units: .sentence))
    #expect(page.failure == nil)
    let (prompt, answer) = (try #require(page.tokens["prompt"]), try #require(page.tokens["generation"]))
    #expect(prompt.map(\.text) == ["<s>", "The key is blue.", " It fits.", "</s>"])
    #expect(prompt.map { $0.levels["v0"] } == [nil, 1, 0.5, nil])
    #expect(
      prompt[1].attributes["title"] == "sentence · tokens 0–4 · sum 4.0000 · hop 0 2.0000"
        && prompt[0].attributes["title"] == "special · position 0 · 9.0000")
    #expect(answer.map(\.text) == ["Blue key.", "</s>"] && answer[0].levels["v1"] == 1 && answer[1].levels.isEmpty)
  }

  @Test func wordsKeepTheSpaceBeforeThem() throws {
    let words = TokenCluster.ofPrompt(try trace(), by: .word).filter { $0.kind == .user }
    #expect(words.map(\.text) == ["The", " key", " is", " blue.", " It", " fits."])
    #expect(words.map(\.indices) == [0..<1, 1..<2, 2..<3, 3..<5, 5..<6, 6..<8])
  }

  /// The JSON's units are those of the reports, their sums are all of the scores; reading it passes over them.
  @Test(arguments: TextUnit.allCases) func theJSONHasTheSums(unit: TextUnit) throws {
    let trace = try trace()
    let scores = trace.unitScores(unit)
    let clusters = TokenCluster.ofPrompt(trace, by: unit).filter { $0.kind == .user }
    #expect(scores.prompt.map(\.text) == clusters.map(\.text))
    #expect(scores.prompt.map { $0.tokens.lowerBound..<$0.tokens.upperBound + 1 } == clusters.map(\.indices))
    #expect(scores.prompt.map(\.score).reduce(0, +) == trace.scores.reduce(0, +))
    #expect(scores.generation.last?.text == "</s>" && scores.generation.last?.tokens == 3...3)
    let json = trace.json(units: unit)
    #expect(try Trace(json: json) == trace)
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    let added = object["unit_scores"] as? [String: Any]
    #expect((added == nil) == (unit == .token))
    if let added { #expect(added["unit"] as? String == unit.rawValue && added["prompt"] is [Any]) }
  }
}
