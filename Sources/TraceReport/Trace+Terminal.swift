import TraceResult

extension Trace {
  /// The trace for a terminal: heat map of the prompt, top input tokens, hops, spans and the answer's probability.
  ///
  /// Tokens that share a character are shown as one with the sum of their scores. Control characters, escape sequences and
  /// bidirectional controls of the text appear as `\u{...}` and never reach the terminal. Text of the template is dimmed.
  /// Negative scores have a colour of their own, and a legend then tells both; without colour they are shades, not bars.
  /// - Parameters:
  ///   - topCount: how many rows the table of tokens has at most.
  ///   - units: what scores are summed by.
  public func terminalReport(
    style: TerminalStyle = TerminalStyle(), topCount: Int = 20, units: TextUnit = .token
  ) -> String {
    let clusters = TokenCluster.ofPrompt(self, by: units)
    let heatMap = HeatMap(clusters, scores: scores, columns: style.columns).text(style)
    return [heatMap, topTable(clusters, style, topCount, units), hopTable(style), summary(style)]
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func topTable(_ clusters: [TokenCluster], _ style: TerminalStyle, _ count: Int, _ units: TextUnit) -> String {
    let top = RankedCluster.top(count, of: clusters, scores: scores)
    guard let largest = top.first.map({ abs($0.score) }) else { return "" }
    var table = TextTable(alignments: [.right, .right, .left, .right, .right, .left])
    table.rows = [["#", "index", units.rawValue, "score", "share", ""]]
    for place in top {
      table.rows.append([
        "\(place.rank)", NumberText.indices(place.cluster.indices), TextTable.tokenCell(place.cluster.text),
        NumberText.score(place.score), NumberText.percent(place.share), bar(place.score, largest: largest),
      ])
    }
    return table.text(style)
  }

  private func bar(_ score: Double, largest: Double) -> String {
    guard score != 0 else { return "" }
    let eighths = max(1, Int((abs(score) / largest * 128).rounded()))
    if score < 0 { return String(repeating: "▒", count: (eighths + 7) / 8) }
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + part
  }

  private func hopTable(_ style: TerminalStyle) -> String {
    guard !perHopScores.isEmpty else { return "" }
    var table = TextTable(alignments: [.right, .right, .right, .right])
    table.rows = [["hop", "explains", "on prompt", "thinking ratio"]]
    for hop in perHopScores.indices {
      let mass = perHopScores[hop].reduce(0) { $0 + Double($1) }
      table.rows.append([
        "\(hop)", NumberText.span(perHopTargetSpans[hop]), NumberText.score(mass),
        NumberText.fixed(Double(thinkingRatios[hop]), 4),
      ])
    }
    return table.text(style)
  }

  private func summary(_ style: TerminalStyle) -> String {
    var lines: [String] = []
    let shares = MassShares(self)
    if shares.template > 0 { lines.append("template share  \(NumberText.percent(shares.template))") }
    if let reasoningSpan { lines.append("reasoning span  " + spanText(reasoningSpan)) }
    if let outputSpan { lines.append("output span     " + spanText(outputSpan)) }
    if generationCount > 0 {
      let logprob = targetLogprobs.reduce(0) { $0 + Double($1) }
      let mean = logprob / Double(generationCount)
      let (total, each) = (NumberText.fixed(logprob, 3), NumberText.fixed(mean, 3))
      lines.append("target log-prob \(total) (\(generationCount) tokens, \(each) each)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  func spanText(_ span: ClosedRange<Int>) -> String {
    let clusters = TokenCluster.ofGeneration(self).filter { $0.indices.overlaps(span.lowerBound..<span.upperBound + 1) }
    return NumberText.span(span) + "  " + VisibleText.line(clusters.map(\.text).joined())
  }
}
