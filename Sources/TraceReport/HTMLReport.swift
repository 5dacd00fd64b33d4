import TraceResult

/// The page of a trace: what every section needs, and their order.
struct HTMLReport {
  let trace: Trace
  let topCount: Int
  let units: TextUnit
  let views: [ReportView]
  let prompt: [TokenCluster]
  let generation: [TokenCluster]
  /// Whether any user's or generated cluster has a negative score in any view.
  let isSigned: Bool
  /// The largest size of a user's score in any view: the end of the prompt's scale.
  let largestPrompt: Double
  /// The largest size of a generated score in any view; the end-of-sequence token does not count.
  let largestGeneration: Double

  init(trace: Trace, topCount: Int, units: TextUnit) {
    let views = ReportView.all(of: trace)
    let (prompt, generation) = (TokenCluster.ofPrompt(trace, by: units), TokenCluster.ofGeneration(trace, by: units))
    (self.trace, self.topCount, self.units, self.views) = (trace, topCount, units, views)
    (self.prompt, self.generation) = (prompt, generation)
    let user = prompt.filter { $0.kind == .user }
    let answer = generation.filter { $0.kind == .generation }
    let promptScores = views.flatMap { view in user.map { $0.score(in: view.promptScores) } }
    let answerScores = views.flatMap { view in answer.map { $0.score(in: view.generationScores) } }
    isSigned = (promptScores + answerScores).contains { $0 < 0 }
    (largestPrompt, largestGeneration) = (promptScores.map(abs).max() ?? 0, answerScores.map(abs).max() ?? 0)
  }

  func page() -> String {
    HTMLDocument.page(
      title: "Trace of \(trace.metadata.model.name)", style: HTMLStyle.sheet(viewCount: views.count),
      body: """
        <main>
        \(header())
        \(viewChooser())
        \(promptSection())
        \(generationSection())
        \(topSection())
        \(hopSection())
        </main>
        \(footer())
        """)
  }

  private func header() -> String {
    let span = trace.outputSpan.map { $0.lowerBound..<$0.upperBound + 1 } ?? 0..<trace.generationCount
    let answer = TokenCluster.ofGeneration(trace).filter { $0.kind == .generation && $0.indices.overlaps(span) }
    let users = trace.scores.count
    let name = HTMLText.escape(trace.metadata.model.name)
    return """
      <header>
      <p class="kicker">FlashTrace <span>method \(HTMLText.escape(trace.method))</span></p>
      <h1>Which words did this answer come from?</h1>
      <blockquote lang="" dir="auto" translate="no">\(HTMLText.escape(excerpt(answer.map(\.text).joined())))</blockquote>
      <p class="lede">An answer of \(name), traced back to the \(users) tokens of its prompt. \(meaning)</p>
      </header>
      """
  }

  private var meaning: String {
    isSigned
      ? "Orange speaks for the answer, blue against it; the stronger the colour, the more."
      : "The stronger the colour, the more of the answer came from there."
  }

  /// At most 280 characters, leading and trailing white space removed.
  private func excerpt(_ text: String) -> String {
    let trimmed = text.drop(while: \.isWhitespace)
    let end = trimmed.lastIndex { !$0.isWhitespace }.map { trimmed.index(after: $0) } ?? trimmed.endIndex
    let whole = trimmed[..<end].map { $0.isNewline ? " " : $0 }
    return String(whole.prefix(280)) + (whole.count > 280 ? "…" : "")
  }

  private func viewChooser() -> String {
    guard views.count > 1 else { return "" }
    let choices = views.indices.map { index in
      let detail = index == 0 ? "of all hops" : "explains " + NumberText.span(trace.perHopTargetSpans[index - 1])
      return """
        <label><input type="radio" name="view" id="view-\(index)" value="\(views[index].title)"\
        \(index == 0 ? #" checked="checked""# : "")/><span>\(views[index].title) <small>\(detail)</small></span></label>
        """
    }
    return """
      <fieldset class="views">
      <legend>View</legend>
      \(choices.joined(separator: "\n"))
      </fieldset>
      """
  }
}
