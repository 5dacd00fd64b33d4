import Testing
import TraceResult

@testable import TraceReport

@Suite struct HTMLTests {
  private func parse(_ html: String) throws -> ParsedPage {
    let page = ParsedPage(html)
    #expect(page.failure == nil)
    return page
  }

  @Test func thePageShowsEveryTokenOnce() throws {
    let trace = try SampleTrace.chat.trace()
    let page = try parse(trace.html())
    #expect(page.tokens["prompt"]?.map(\.text) == trace.promptPositions.map(\.text))
    #expect(page.tokens["generation"]?.map(\.text) == trace.generationTokens)
    #expect(page.tokens["generation"]?.map(\.classes) == [["t", "why"], ["t", "out"], ["x"]])
    #expect(page.tokens["prompt"]?[6].attributes["title"] == "token 4 · sum 2.0000 · hop 0 1.0000 · hop 1 2.0000")
    #expect(page.tokens["prompt"]?[0].attributes["title"] == "special · position 0 · 9.0000")
  }

  @Test func allViewsShareOneScaleThatTheTemplateDoesNotSet() throws {
    let page = try parse(try SampleTrace.chat.trace().html())
    let prompt = try #require(page.tokens["prompt"])
    #expect(prompt[6].levels == ["v0": 1, "v1": 0.707, "v2": 1])
    #expect(prompt[3].levels == ["v0": 0.707, "v1": 0.5, "v2": 0.707])
    #expect(prompt[4].levels.isEmpty)
    #expect(prompt.filter { $0.classes == ["x"] }.allSatisfy { $0.levels.isEmpty && $0.attributes["style"] == nil })
    let generation = try #require(page.tokens["generation"])
    #expect(generation.map(\.levels) == [["v1": 0.354, "v2": 1], ["v1": 0.5], [:]])
  }

  @Test func thereIsAViewForTheSumAndEachHop() throws {
    let page = try parse(try SampleTrace.chat.trace().html())
    let views = page.elements.filter { $0.attributes["name"] == "view" }
    #expect(views.map { $0.attributes["value"] } == ["Sum", "Hop 0", "Hop 1"])
    #expect(views.filter { $0.attributes["checked"] != nil }.map { $0.attributes["id"] } == ["view-0"])
    let style = try #require(page.elements.first { $0.name == "style" }?.text)
    for view in 1...2 { #expect(style.contains("body:has(#view-\(view):checked) .t { --l: var(--v\(view), 0); }")) }
    let single = try SampleTrace.prompt(["a"]).trace().html()
    #expect(!(single.contains("type=\"radio\"")))
  }

  @Test func theTemplatesShareOfTheMassIsPrinted() throws {
    let page = try parse(try SampleTrace.chat.trace().html())
    #expect(page.elements.contains { $0.name == "strong" && $0.text == "72.7 %" })
  }

  @Test func thePageNeedsNothingElse() throws {
    let page = try parse(try SampleTrace.chat.trace().html())
    for element in page.elements {
      #expect(!["link", "img", "iframe", "object", "embed", "base"].contains(element.name))
      #expect(Set(element.attributes.keys).isDisjoint(with: ["src", "href", "action"]), "\(element)")
    }
    let html = try SampleTrace.chat.trace().html()
    for address in ["http:", "https:", "//cdn", "@import", "url("] { #expect(!html.contains(address), "\(address)") }
  }

  @Test func hostileTextIsHarmless() throws {
    let hostile = [
      "</script><script>alert(1)</script>", "</style>", "<!--", "]]>", "&amp;", "\"><img src=x onerror=alert(1)>", "'",
      "\u{0}", "\u{1B}[2J", "\u{202E}", "\u{FFFE}", "\u{2028}", "\t", "--v0:9;", "${x}", "\\",
    ]
    var sample = SampleTrace.prompt(hostile)
    sample.answer = hostile.map { ($0, .generation) }
    let trace = try sample.trace(name: hostile.joined(), method: hostile[0])
    let page = try parse(trace.html())
    #expect(page.elements.filter { $0.name == "script" }.count == 1)
    #expect(!page.elements.contains { $0.name == "img" })
    #expect(!page.elements.contains { $0.attributes.keys.contains { $0.hasPrefix("on") } })
    let shown = hostile.map { $0 == "\t" ? $0 : VisibleText.line($0) }
    #expect(page.tokens["prompt"]?.map(\.text) == shown)
    #expect(page.tokens["generation"]?.map(\.text) == shown)
  }

  @Test func lineFeedsAndIndentationAreKept() throws {
    let page = try parse(try SampleTrace.prompt(["a:\n", "    b\n\n", "\tc"]).trace().html())
    #expect(page.tokens["prompt"]?.map(\.text).joined() == "a:\n    b\n\n\tc")
    #expect(page.elements.filter { $0.classes == ["nl"] }.count == 3)
  }

  @Test func anEmptyPromptOrAnswerHasAPageToo() throws {
    var sample = SampleTrace.prompt([])
    _ = try parse(try sample.trace().html())
    sample.answer = []
    let trace = try Trace(
      method: "ifr-span", sequence: [], generationCount: 0, targetLogprobs: [], metadata: SampleTrace.metadata("m"))
    _ = try parse(trace.html())
    #expect(trace.terminalReport() == "")
  }

  @Test(.enabled(if: ReferenceTrace.isThere, "no reference data: set FLASHTRACE_REFERENCE"))
  func thePagesOfRealTracesSpellPromptAndAnswer() throws {
    for name in try ReferenceTrace.names() {
      let reference = try ReferenceTrace(name)
      for run in reference.runs where run.method != "flashtrace" || run.hops == 3 {
        let trace = try reference.trace(run)
        let page = try parse(trace.html())
        #expect(page.tokens["prompt"]?.map(\.text).joined() == reference.formattedPrompt, "\(name)")
        let levels = page.tokens["prompt"]?.flatMap(\.levels.values) ?? []
        #expect(levels.max() == 1, "\(name)")
      }
    }
  }
}
