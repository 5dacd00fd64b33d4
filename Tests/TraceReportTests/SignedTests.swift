import Testing
import TraceResult

@testable import TraceReport

/// Scores of both signs: two colours, one scale, a legend. Template and special tokens do not set the scale.
@Suite struct SignedTests {
  private func trace() throws -> Trace {
    var sample = SampleTrace.chat
    sample.prompt[2].score = -4  // "The", of the user
    sample.prompt[1].score = -50  // of the template
    return try sample.trace()
  }

  @Test func theTerminalShowsBothColours() throws {
    let report = try trace().terminalReport(style: TerminalStyle(color: .full), topCount: 2)
    let colored = { (text: String, level: Double, scale: HeatScale) in
      let (red, green, blue) = scale.color(level: level, mode: .dark).bytes
      return "48;2;\(red);\(green);\(blue)m\(text)"
    }
    #expect(report.contains(colored("The", 1, .against)), "\(report.debugDescription)")
    #expect(report.contains(colored(" key", 0.5, .prompt)), "\(report.debugDescription)")
    #expect(report.contains(colored(" against ", 1, .against)) && report.contains("each up to 4.0000\n"))
  }

  @Test func withoutColourShadesStandForWhatSpeaksAgainst() throws {
    let report = try trace().terminalReport(topCount: 2)
    let expected = """
      <s>user↵
      The key↵
      ▓▓▓▄▄▄▄
      is blue.</s>↵
      ▃▃▆▆▆▆▆

      ▁▂▃▄▅▆▇█ for the output, ░▒▓ against it; each up to 4.0000

      #  index  token    score    share
      1      0  The    -4.0000  -53.3 %  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
      2      4  ␣blue   2.0000   26.7 %  ████████

      """
    #expect(report.hasPrefix(expected), "\(report)")
  }

  @Test func thePageHasOneScaleWithTwoEnds() throws {
    let page = ParsedPage(try trace().html())
    #expect(page.failure == nil)
    let prompt = try #require(page.tokens["prompt"])
    #expect(prompt[2].levels["v0"] == -1 && prompt[3].levels["v0"] == 0.5 && prompt[6].levels["v0"] == 0.707)
    #expect(prompt[1].levels.isEmpty && prompt[0].levels.isEmpty, "the template has no colour")
    let scales = page.elements.filter { $0.classes == ["ramp", "both"] }
    #expect(scales.count == 2)
    let labels = page.elements.compactMap { $0.attributes["aria-label"] }
    #expect(labels.contains { $0.hasSuffix("-4.0000 against the output to 4.0000 for it") }, "\(labels)")
    #expect(!page.elements.contains { $0.classes == ["generation"] }, "one pair of colours for both texts")
    #expect(page.elements.contains { $0.name == "div" && $0.classes == ["against"] })
  }

  @Test func withoutNegativeScoresThereIsNoLegendOfTwoColours() throws {
    let trace = try SampleTrace.chat.trace()
    #expect(!trace.terminalReport().contains("against"))
    #expect(!ParsedPage(trace.html()).elements.contains { $0.classes.contains("both") })
  }
}
