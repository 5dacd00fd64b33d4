import TraceResult

/// The page of a trace: what every section needs, and their order.
struct HTMLReport {
  let trace: Trace
  let topCount: Int
  let views: [ReportView]
  let prompt: [TokenCluster]
  let generation: [TokenCluster]
  /// The largest score of a user's cluster in any view: the end of the prompt's scale.
  let largestPrompt: Double
  /// The largest score of a generated cluster in any view; the end-of-sequence token does not count.
  let largestGeneration: Double

  init(trace: Trace, topCount: Int) {
    let views = ReportView.all(of: trace)
    let (prompt, generation) = (TokenCluster.ofPrompt(trace), TokenCluster.ofGeneration(trace))
    (self.trace, self.topCount, self.views) = (trace, topCount, views)
    (self.prompt, self.generation) = (prompt, generation)
    let user = prompt.filter { $0.kind == .user }
    let answer = generation.filter { $0.kind == .generation }
    largestPrompt = views.flatMap { view in user.map { $0.score(in: view.promptScores) } }.max() ?? 0
    largestGeneration = views.flatMap { view in answer.map { $0.score(in: view.generationScores) } }.max() ?? 0
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
    let answer = generation.filter { $0.kind == .generation && $0.indices.overlaps(span) }.map(\.text).joined()
    let users = trace.scores.count
    let name = HTMLText.escape(trace.metadata.model.name)
    return """
      <header>
      <p class="kicker">FlashTrace <span>method \(HTMLText.escape(trace.method))</span></p>
      <h1>Which words did this answer come from?</h1>
      <blockquote lang="" dir="auto" translate="no">\(HTMLText.escape(excerpt(answer)))</blockquote>
      <p class="lede">An answer of \(name), traced back to the \(users) tokens of its prompt. The stronger the colour, the \
      more of the answer came from there.</p>
      </header>
      """
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
