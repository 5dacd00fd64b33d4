import TraceResult

/// The page of a comparison.
struct ComparisonPage {
  private let comparison: TraceComparison
  private let clusters: [ComparedCluster]
  private let largest: Double
  private let topCount: Int

  init(_ comparison: TraceComparison, topCount: Int) {
    let clusters = ComparedCluster.all(of: comparison)
    (self.comparison, self.clusters, self.topCount) = (comparison, clusters, topCount)
    largest = clusters.largest
  }

  func page() -> String {
    let hasNegative = clusters.contains { $0.first < 0 || $0.second < 0 }
    let maps = zip(comparison.sides, ["first", "second"]).map { side, id in
      map(id: id, title: side.name, isSigned: hasNegative, note: origin(side.trace)) {
        id == "first" ? $0.first : $0.second
      }
    }
    return HTMLDocument.page(
      title: "Comparison of two traces", style: HTMLStyle.sheet(viewCount: 1) + "\n" + ComparisonStyle.sheet,
      body: """
        <main>
        <header>
        <p class="kicker">FlashTrace <span>comparison</span></p>
        <h1>Where do two traces differ?</h1>
        <p class="lede">\(TraceComparison.scale) Grey tokens belong to the chat template and have no \
        part in any number.</p>
        </header>
        \(numbers())
        <div class="sides">
        \(maps.joined(separator: "\n"))
        </div>
        \(map(id: "difference", title: "B − A", isSigned: true, note: "Orange: more in B. Blue: less in B.") { $0.difference })
        \(table())
        </main>
        """)
  }

  private func origin(_ trace: Trace) -> String {
    let span = trace.outputSpan.map { ", output " + trace.spanText($0) } ?? ""
    return HTMLText.escape(trace.origin + span)
  }

  private func numbers() -> String {
    let items = comparison.facts.map { "<div><dt>\($0)</dt><dd>\(HTMLText.escape($1))</dd></div>" }
    return """
      <dl class="facts">
      \(items.joined(separator: "\n"))
      </dl>
      """
  }

  private func map(
    id: String, title: String, isSigned: Bool, note: String, value: (ComparedCluster) -> Double
  ) -> String {
    """
    <section aria-labelledby="\(id)-title">
    <div class="bar"><h2 id="\(id)-title">\(title)</h2>\(legend(isSigned: isSigned))</div>
    <p class="note">\(note)</p>
    <div class="tokens" id="\(id)" lang="" dir="auto" translate="no">\(clusters.map { token($0, value($0)) }.joined())</div>
    </section>
    """
  }

  private func token(_ compared: ComparedCluster, _ value: Double) -> String {
    let (cluster, text) = (compared.cluster, HTMLText.preformatted(compared.cluster.text))
    guard cluster.kind == .user else {
      return #"<span class="x" title="\#(cluster.kind.rawValue)">\#(text)</span>"#
    }
    let level = HeatScale.level(of: value, largest: largest)
    let style = level == 0 ? "" : #" style="--v0:\#(NumberText.fixed(level, 3))""#
    let title =
      "token \(NumberText.indices(cluster.indices)) · A \(NumberText.share(compared.first)) · "
      + "B \(NumberText.share(compared.second)) · B − A \(NumberText.signedShare(compared.difference))"
    return #"<span class="t"\#(style) title="\#(title)">\#(text)</span>"#
  }

  /// The scale with the shares at its ends and between them.
  private func legend(isSigned: Bool) -> String {
    guard largest > 0 else { return "" }
    let places = isSigned ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]
    let ticks = places.map { place in
      let share = largest * place * abs(place)
      return "<span>\(isSigned ? NumberText.signedShare(share) : NumberText.share(share))</span>"
    }
    let from = isSigned ? NumberText.signedShare(-largest) : "0"
    return """
      <div class="scale" role="img" aria-label="Scale: \(from) to \(NumberText.share(largest)) of the prompt">\
      <div class="ramp\(isSigned ? " both" : "")"></div><div class="ticks">\(ticks.joined())</div></div>
      """
  }

  private func table() -> String {
    let rows = clusters.mostDifferent(topCount).enumerated().map { place, compared in
      """
      <tr><td>\(place + 1)</td><td>\(NumberText.indices(compared.cluster.indices))</td>\
      <td class="word"><bdi lang="" translate="no">\(HTMLText.escape(VisibleText.token(compared.cluster.text, columns: 48)))</bdi></td>\
      <td>\(NumberText.share(compared.first))</td><td>\(NumberText.share(compared.second))</td>\
      <td>\(NumberText.signedShare(compared.difference))</td></tr>
      """
    }
    if rows.isEmpty { return "" }
    return """
      <section aria-labelledby="table-title">
      <h2 id="table-title">Largest differences</h2>
      <div class="scroll"><table>
      <thead><tr><th scope="col">#</th><th scope="col">Index</th><th scope="col" class="word">Token</th>\
      <th scope="col">A</th><th scope="col">B</th><th scope="col">B − A</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      </section>
      """
  }
}
