import Testing
import TraceResult

@testable import TraceReport

@Suite struct TerminalSafetyTests {
  static let hostile = [
    "\u{1B}[31mred", "\u{1B}]0;title\u{7}", "\u{9B}2J", "\u{8}\u{8}", "\r", "\u{0}", "\u{202E}abc", "\u{2067}",
    "\u{2028}",
    "\u{FEFF}", "\u{7F}", "\u{85}", "\t", "a\\n",
  ]

  private func scalars(_ text: String) -> String.UnicodeScalarView { text.unicodeScalars }

  @Test func nothingOfTheTextActsOnTheTerminal() throws {
    var sample = SampleTrace.prompt(Self.hostile)
    sample.answer = Self.hostile.map { ($0, .generation) }
    let report = try sample.trace(name: Self.hostile[0]).terminalReport()
    for scalar in scalars(report) where scalar != "\n" {
      #expect(!VisibleText.acts(scalar), "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test func colouredReportsHoldTheirOwnSequencesOnly() throws {
    let trace = try SampleTrace.prompt(Self.hostile).trace()
    for color in [TerminalStyle.Color.palette, .full] {
      let report = trace.terminalReport(style: TerminalStyle(color: color))
      let rest = report.replacing(/\u{1B}\[[0-9;]+m/, with: "")
      #expect(!scalars(rest).contains { $0 != "\n" && VisibleText.acts($0) })
      #expect(report.matches(of: /\u{1B}\[0m/).count * 2 == report.matches(of: /\u{1B}\[/).count)
      #expect(rest.split(separator: "\n").count > 0)
    }
  }

  @Test func linesOfTheHeatMapFitTheWidth() throws {
    let pieces = [
      "word", " ", "  ", "東京", "🇦🇹", "👩‍👩‍👧", "e\u{301}", "שלום", "a-very-long-word-that-does-not-fit", "\t", "\n",
      "\u{202E}",
    ]
    var state: UInt64 = 1
    for width in [20, 21, 37, 80] {
      let texts = (0..<400).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return pieces[Int(state >> 33) % pieces.count]
      }
      let trace = try SampleTrace.prompt(texts).trace()
      let map = HeatMap(TokenCluster.ofPrompt(trace), scores: trace.scores, columns: width)
      for line in map.lines {
        let columns = line.reduce(0) { $0 + $1.width }
        #expect(columns <= width, "width \(width): \(line.map(\.text).joined())")
      }
      let shown = map.lines.joined().map(\.text).joined().filter { !" ↵".contains($0) }
      let whole = VisibleText.line(texts.joined().filter { !" \t\n".contains($0) })
      #expect(shown == whole, "width \(width)")
    }
  }

  @Test func widthsFollowTheEastAsianAndEmojiRules() {
    #expect(ColumnWidth.of("abc") == 3)
    #expect(ColumnWidth.of("東京は") == 6)
    #expect(ColumnWidth.of("🇦🇹🗼👩‍👩‍👧") == 6)
    #expect(ColumnWidth.of("e\u{301}\u{200E}") == 1)
    #expect(ColumnWidth.of("한ｱＡ") == 2 + 1 + 2)
    #expect(ColumnWidth.of("❤\u{FE0F}") == 2)
  }

  @Test func longTokensAreCutInTheTableAlone() throws {
    let report = try SampleTrace.prompt([String(repeating: "x", count: 30)]).trace().terminalReport()
    #expect(report.contains(String(repeating: "x", count: 23) + "…"))
    #expect(report.contains(String(repeating: "x", count: 30) + "\n"))
  }

  @Test func whatIsCutFillsItsColumnsAndNoMore() {
    #expect(VisibleText.token("abcd", columns: 4) == "abcd")
    #expect(VisibleText.token("abcde", columns: 4) == "abc…")
    #expect(VisibleText.token("東京", columns: 4) == "東京")
    #expect(VisibleText.token("東京は", columns: 4) == "東…")
    #expect(VisibleText.token("abc京", columns: 4) == "abc…")
  }

  @Test func colourIsDecidedByTheEnvironment() {
    let style = TerminalStyle.color(isTerminal:environment:)
    #expect(style(false, ["COLORTERM": "truecolor"]) == .none)
    #expect(style(true, ["COLORTERM": "truecolor"]) == .full)
    #expect(style(true, ["COLORTERM": "24bit", "NO_COLOR": ""]) == .full)
    #expect(style(true, ["COLORTERM": "truecolor", "NO_COLOR": "1"]) == .none)
    #expect(style(true, ["TERM": "xterm-256color"]) == .palette)
    #expect(style(true, ["TERM": "dumb"]) == .none)
  }
}
