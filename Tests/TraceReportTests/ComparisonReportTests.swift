import Testing
import TraceResult

@testable import TraceReport

@Suite struct ComparisonReportTests {
  /// Two traces of the chat's prompt: shares 1/16, 4/16, 0, 3/16, 8/16, 0 and -1/16, 4/16, 0, 1/16, 8/16, 2/16.
  private func comparison() throws -> TraceComparison {
    var (first, second) = (SampleTrace.chat, SampleTrace.chat)
    for (place, scores) in zip(2..., [(1, -1), (4, 4), (0, 0), (3, 1), (8, 8), (0, 2)] as [(Float, Float)]) {
      (first.prompt[place].score, second.prompt[place].score) = scores
    }
    return try TraceComparison(first.trace(), second.trace(name: "Other", method: "attnlrp"))
  }

  @Test func theTerminalShowsBothOnOneScale() throws {
    let report = try comparison().terminalReport(style: TerminalStyle(width: 43), topCount: 3)
    let expected = """
      A  flashtrace of Sample, f32, output 1:1   key
      B  attnlrp of Other, f32, output 1:1   key

      A                    │ B
      <s>user↵             │ <s>user↵
      The key↵             │ The key↵
      ▃▃▃▆▆▆▆              │ ▒▒▒▆▆▆▆
      is blue.</s>↵        │ is blue.</s>↵
      ▅▅█████              │ ▃▃█████▄

      B - A: ▁▂▃▄▅▆▇█ more in B, ░▒▓ less; each up to 50.00 %
      <s>user↵
      The key↵
      ▒▒▒
      is blue.</s>↵
      ▒▒     ▄

      #  index  token        A        B     B - A
      1      0  The     6.25 %  -6.25 %  -12.50 %
      2      3  is     18.75 %   6.25 %  -12.50 %
      3      5  .       0.00 %  12.50 %  +12.50 %

      rank correlation             0.667 (Spearman, all 6 tokens)
      highest 1                    1 in both (100.0 %), rank correlation of A's none
      largest share difference     -12.50 % at token 0 The
      largest log-prob difference  0.0000
      Shares are scores divided by the sum of their sizes over the prompt's tokens. Both maps and the difference have one scale.

      """
    #expect(report == expected)
  }

  @Test func colouredColumnsAreAligned() throws {
    let report = try comparison().terminalReport(style: TerminalStyle(color: .full, width: 43), topCount: 0)
    let lines = report.split(separator: "\n").map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") }
    let gaps = lines.filter { $0.contains(" │ ") }.map { $0.prefix { $0 != "│" }.count }
    #expect(gaps == [21, 21, 21, 21], "\(lines)")
  }

  @Test func thePageShowsBothAndTheirDifferenceOnOneScale() throws {
    let page = ParsedPage(try comparison().html())
    #expect(page.failure == nil)
    let texts = SampleTrace.chat.prompt.map(\.text)
    func levels(_ id: String) -> [Double] { (page.tokens[id] ?? []).map { $0.levels["v0"] ?? 0 } }
    for id in ["first", "second", "difference"] { #expect(page.tokens[id]?.map(\.text) == texts, "\(id)") }
    #expect(levels("first") == [0, 0, 0.354, 0.707, 0, 0.612, 1, 0, 0])
    #expect(levels("second") == [0, 0, -0.354, 0.707, 0, 0.354, 1, 0.5, 0])
    #expect(levels("difference") == [0, 0, -0.5, 0, 0, -0.5, 0, 0.5, 0])
    #expect(
      page.tokens["first"]?[2].attributes["title"] == "token 0 · A 6.25 % · B -6.25 % · B − A -12.50 %")
  }

  @Test func hostileTextIsHarmless() throws {
    let hostile = ["</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "\u{1B}[2J", "\u{202E}"]
    let trace = try SampleTrace.prompt(hostile).trace(name: hostile[0], method: hostile[1])
    let comparison = try TraceComparison(trace, trace)
    let page = ParsedPage(comparison.html())
    #expect(page.failure == nil)
    #expect(page.elements.filter { $0.name == "script" }.count == 1 && !page.elements.contains { $0.name == "img" })
    let report = comparison.terminalReport(style: TerminalStyle(color: .none))
    #expect(!report.contains("\u{1B}") && !report.contains("\u{202E}"))
  }
}
