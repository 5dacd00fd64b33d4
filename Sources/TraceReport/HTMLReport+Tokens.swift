import TraceResult

extension HTMLReport {
  func promptSection() -> String {
    let tokens = prompt.map { cluster in
      cluster.kind == .user
        ? token(cluster, scores: views.map(\.promptScores), largest: largestPrompt, classes: ["t"])
        : templateToken(cluster)
    }
    let shares = MassShares(trace)
    let note =
      shares.template == 0
      ? ""
      : """
      <p class="note">Grey tokens belong to the chat template. They hold <strong>\(NumberText.percent(shares.template))\
      </strong> of the mass, the prompt <strong>\(NumberText.percent(shares.user))</strong>; they do not set the scale.</p>
      """
    return """
      <section aria-labelledby="prompt-title">
      <div class="bar"><h2 id="prompt-title">Prompt</h2>\(legend(largest: largestPrompt, of: "prompt tokens"))</div>
      <div class="tokens" id="prompt" lang="" dir="auto" translate="no">\(tokens.joined())</div>
      \(note)
      </section>
      """
  }

  func generationSection() -> String {
    guard !generation.isEmpty else { return "" }
    let vectors = views.map(\.generationScores)
    let tokens = generation.map { cluster in
      token(cluster, scores: vectors, largest: largestGeneration, classes: generationClasses(cluster))
    }
    let silent = vectors[0].allSatisfy { $0 == 0 } && largestGeneration > 0
    let note =
      silent ? #"<p class="note">The sum credits the prompt alone; each hop shows what fell on these tokens.</p>"# : ""
    return """
      <section\(isSigned ? "" : #" class="generation""#) aria-labelledby="generation-title">
      <div class="bar"><h2 id="generation-title">Generated</h2>\
      \(legend(largest: largestGeneration, of: "generated tokens"))</div>
      <div class="tokens" id="generation" lang="" dir="auto" translate="no">\(tokens.joined())</div>
      \(spanKey())
      \(note)
      </section>
      """
  }

  private func generationClasses(_ cluster: TokenCluster) -> [String] {
    func within(_ span: ClosedRange<Int>?) -> Bool {
      span.map { cluster.indices.overlaps($0.lowerBound..<$0.upperBound + 1) } ?? false
    }
    return [cluster.kind == .special ? "x" : "t"] + (within(trace.outputSpan) ? ["out"] : [])
      + (within(trace.reasoningSpan) ? ["why"] : [])
  }

  /// What the underlines mean.
  private func spanKey() -> String {
    let output = trace.outputSpan.map { #"<span class="out">output span</span> \#(NumberText.span($0))"# }
    let reasoning = trace.reasoningSpan.map { #"<span class="why">reasoning span</span> \#(NumberText.span($0))"# }
    let keys = [output, reasoning].compactMap { $0 }
    return keys.isEmpty ? "" : #"<p class="note">\#(keys.joined(separator: ", "))</p>"#
  }

  /// One cluster: its level in every view as `--v0`, `--v1` and so on, its numbers as the title.
  private func token(_ cluster: TokenCluster, scores: [[Float]], largest: Double, classes: [String]) -> String {
    let each = scores.map { cluster.score(in: $0) }
    let levels = each.enumerated().filter { $1 != 0 }.map { view, score in
      "--v\(view):\(levelText(HeatScale.level(of: score, largest: largest)))"
    }
    let numbers = zip(views, each).map { "\($0.title.lowercased()) \(NumberText.score($1))" }
    let place = (units == .token ? "token " : "\(units.rawValue) · tokens ") + NumberText.indices(cluster.indices)
    let title = ([place] + numbers).joined(separator: " · ")
    let style = levels.isEmpty || classes[0] == "x" ? "" : #" style="\#(levels.joined(separator: ";"))""#
    return """
      <span class="\(classes.joined(separator: " "))"\(style) title="\(title)">\(HTMLText.preformatted(cluster.text))</span>
      """
  }

  private func templateToken(_ cluster: TokenCluster) -> String {
    let score = cluster.indices.reduce(0) { $0 + Double(trace.sequence[$1].score) }
    let title =
      "\(cluster.kind.rawValue) · position \(NumberText.indices(cluster.indices)) · \(NumberText.score(score))"
    return #"<span class="x" title="\#(title)">\#(HTMLText.preformatted(cluster.text))</span>"#
  }

  private func levelText(_ level: Double) -> String {
    let text = NumberText.fixed(level, 3)
    return text.hasPrefix("0.") ? String(text.dropFirst()) : text
  }

  /// The scale with the scores at a quarter, half, three quarters and the whole of its length; with a sign, from the
  /// largest against the output over none to the largest for it.
  private func legend(largest: Double, of tokens: String) -> String {
    guard largest > 0 else { return "" }
    let levels = isSigned ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]
    let ticks = levels.map { "<span>\(NumberText.score(largest * $0 * abs($0)))</span>" }
    let ends =
      isSigned
      ? "\(NumberText.score(-largest)) against the output to \(NumberText.score(largest)) for it"
      : "0 to \(NumberText.score(largest))"
    return """
      <div class="scale" role="img" aria-label="Scale of the \(tokens), the same in every view: \(ends)">\
      <div class="ramp\(isSigned ? " both" : "")"></div><div class="ticks">\(ticks.joined())</div></div>
      """
  }
}
