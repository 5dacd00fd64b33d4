import TraceResult

/// One way to look at a trace: the sum, or a single hop.
struct ReportView {
  var title: String
  /// A score for each of the user's tokens.
  var promptScores: [Float]
  /// A score for each generated token.
  var generationScores: [Float]

  /// The sum first, then each hop where there are several vectors to look at.
  static func all(of trace: Trace) -> [ReportView] {
    let sum = ReportView(title: "Sum", promptScores: trace.scores, generationScores: trace.generationScores)
    let hops = trace.perHopScores.indices.map { hop in
      ReportView(
        title: "Hop \(hop)", promptScores: trace.perHopScores[hop],
        generationScores: trace.perHopGenerationScores[hop])
    }
    return [sum] + hops
  }
}

/// Where the mass of `Trace.sequence`'s scores lies, their signs aside.
struct MassShares: Equatable {
  var user = 0.0
  var template = 0.0
  var generation = 0.0

  init(_ trace: Trace) {
    for token in trace.promptPositions where token.kind == .user { user += Double(abs(token.score)) }
    for token in trace.promptPositions where token.kind != .user { template += Double(abs(token.score)) }
    for token in trace.generationPositions { generation += Double(abs(token.score)) }
    let total = user + template + generation
    guard total > 0 else { return }
    (user, template, generation) = (user / total, template / total, generation / total)
  }
}
