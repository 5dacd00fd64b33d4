import Testing
import TraceResult

@testable import TraceReport

@Suite struct TerminalTests {
  /// What follows the heat map; `b` and `e` stand around the head of a table.
  private func tables(_ b: String, _ e: String) -> String {
    """

    \(b)#  index  token   score   share\(e)
    1      4  ␣blue  2.0000  53.3 %  ████████████████
    2      1  ␣key   1.0000  26.7 %  ████████
    3      3  is     0.5000  13.3 %  ████
    4      0  The    0.2500   6.7 %  ██
    5      2  \\n     0.0000   0.0 %

    \(b)hop  explains  on prompt  thinking ratio\(e)
      0       1:1     2.0000          0.5000
      1       0:1     3.5000          0.3333

    template share  72.7 %
    reasoning span  0:0  Blue
    output span     1:1   key
    target log-prob -1.500 (3 tokens, -0.500 each)

    """
  }

  private func report(_ color: TerminalStyle.Color, _ background: TerminalStyle.Background) throws -> String {
    try SampleTrace.chat.trace().terminalReport(style: TerminalStyle(color: color, background: background), topCount: 5)
  }

  @Test func withoutColourBarsStandUnderTheText() throws {
    let heatMap = """
      <s>user↵
      The key↵
      ▃▃▃▆▆▆▆
      is blue.</s>↵
      ▄▄█████

      """
    #expect(try report(.none, .dark) == heatMap + tables("", ""))
    #expect(try report(.none, .light) == heatMap + tables("", ""))
  }

  @Test func fullColourOnADarkTerminal() throws {
    let ink = "\u{1B}[38;2;255;255;255;48;2;"
    let (dim, end) = ("\u{1B}[2m", "\u{1B}[0m")
    let heatMap = """
      \(dim)<s>user↵\(end)
      \(ink)77;45;29mThe\(end)\(ink)122;64;32m key\(end)↵
      \(ink)94;53;30mis\(end)\(ink)169;83;30m blue\(end).\(dim)</s>↵\(end)

      """
    #expect(try report(.full, .dark) == heatMap + tables("\u{1B}[1m", end))
  }

  @Test func paletteOnALightTerminal() throws {
    let ink = "\u{1B}[38;5;16;48;5;"
    let (dim, end) = ("\u{1B}[2m", "\u{1B}[0m")
    let heatMap = """
      \(dim)<s>user↵\(end)
      \(ink)223mThe\(end)\(ink)215m key\(end)↵
      \(ink)216mis\(end)\(ink)166m blue\(end).\(dim)</s>↵\(end)

      """
    #expect(try report(.palette, .light) == heatMap + tables("\u{1B}[1m", end))
  }

  @Test func linesBreakAfterASpace() throws {
    let trace = try SampleTrace.prompt(["one two three", " four five", " abcdefghijklmnopqrstuvwxyz"]).trace()
    let lines = HeatMap(TokenCluster.ofPrompt(trace), scores: trace.scores, columns: 20).lines
    let texts = lines.map { $0.map(\.text).joined() }
    #expect(texts == ["one two three four ", "five ", "abcdefghijklmnopqrst", "uvwxyz"])
  }

  @Test(.enabled(if: ReferenceTrace.isThere, "no reference data: set FLASHTRACE_REFERENCE"))
  func aSplitFlagIsOneRowOfTheTable() throws {
    let reference = try ReferenceTrace("smollm2-135m.unicode.json")
    let report = try reference.trace(try #require(reference.runs.first { $0.hops == 1 })).terminalReport()
    #expect(report.contains(" 1  12–17  ␣🇦🇹       0.2107  10.2 %  ████████████████\n"))
    #expect(report.contains("15  30–32  首        0.0421   2.0 %  ███▎\n"))
  }
}
