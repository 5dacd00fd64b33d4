import TraceResult

extension HTMLReport {
  func topSection() -> String {
    let top = RankedCluster.top(topCount, of: prompt, scores: trace.scores)
    guard let largest = top.first.map({ abs($0.score) }) else { return "" }
    let rows = top.map { place in
      let width = NumberText.fixed(largest > 0 ? abs(place.score) / largest * 100 : 0, 1)
      let side = place.score < 0 ? #" class="against""# : ""
      return """
        <tr><td>\(place.rank)</td><td>\(NumberText.indices(place.cluster.indices))</td>\
        <td class="word"><bdi lang="" translate="no">\(HTMLText.escape(VisibleText.token(place.cluster.text, columns: 48)))</bdi></td>\
        <td>\(NumberText.score(place.score))</td><td>\(NumberText.percent(place.share))</td>\
        <td class="graph"><div\(side) style="width:\(width)%"></div></td></tr>
        """
    }
    return """
      <section aria-labelledby="top-title">
      <h2 id="top-title">Strongest \(units.rawValue)s</h2>
      <div class="scroll"><table>
      <thead><tr><th scope="col">#</th><th scope="col">Index</th><th scope="col" class="word">\(units.rawValue.prefix(1).uppercased() + units.rawValue.dropFirst())</th>\
      <th scope="col">Score</th><th scope="col">Share</th><td></td></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      </section>
      """
  }

  func hopSection() -> String {
    guard !trace.perHopScores.isEmpty else { return "" }
    let rows = trace.perHopScores.indices.map { hop in
      let weight = hop == 0 ? 1 : Double(trace.thinkingRatios[hop - 1])
      let mass = trace.perHopScores[hop].reduce(0) { $0 + Double($1) }
      return """
        <tr><td>\(hop)</td><td>\(NumberText.span(trace.perHopTargetSpans[hop]))</td><td>\(NumberText.score(mass))</td>\
        <td>\(NumberText.fixed(weight, 4))</td><td>\(NumberText.fixed(Double(trace.thinkingRatios[hop]), 4))</td></tr>
        """
    }
    return """
      <section aria-labelledby="hop-title">
      <h2 id="hop-title">Hops</h2>
      <div class="scroll"><table>
      <thead><tr><th scope="col">Hop</th><th scope="col">Explains</th><th scope="col">On the prompt</th>\
      <th scope="col">Weight in the sum</th><th scope="col">Thinking ratio</th></tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table></div>
      </section>
      """
  }

  func footer() -> String {
    let (data, timing) = (trace.metadata, trace.metadata.timing)
    let hops = timing.hops.map(NumberText.seconds).joined(separator: ", ")
    let logprob = trace.targetLogprobs.reduce(0) { $0 + Double($1) }
    let threads = "\(data.threads) " + (data.threads == 1 ? "thread" : "threads")
    let time = "load \(NumberText.seconds(timing.load)), prefill \(NumberText.seconds(timing.prefill))"
    let facts: [(String, String)] = [
      ("Model", "\(data.model.name), \(data.model.family), \(data.model.quantisation)"),
      ("Size", NumberText.bytes(data.model.fileSize)),
      ("Arithmetic", "\(data.precision), \(data.instructionSet), \(threads)"),
      ("Time", time + (hops.isEmpty ? "" : ", hops \(hops)") + ", total \(NumberText.seconds(timing.total))"),
      ("Peak memory", NumberText.bytes(data.peakMemoryBytes)),
      ("Target log-probability", "\(NumberText.fixed(logprob, 3)) over \(trace.generationCount) tokens"),
    ]
    let items = facts.map { "<div><dt>\($0)</dt><dd>\(HTMLText.escape($1))</dd></div>" }
    return """
      <footer>
      <dl>
      \(items.joined(separator: "\n"))
      </dl>
      </footer>
      """
  }
}
