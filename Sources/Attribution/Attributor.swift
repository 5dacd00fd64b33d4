import Decoder
import Kernels

/// Attributes spans of one forward pass; any number of requests share it.
package struct Attributor: Sendable {
  let pass: ForwardPass
  let execution: Execution

  /// - Parameter pass: captured from the first generated position on, or earlier.
  package init(pass: ForwardPass, execution: Execution) {
    (self.pass, self.execution) = (pass, execution)
  }

  /// - Parameter progress: called after the first attribution and each hop, with the number done and the total.
  /// - Throws: ``AttributionError`` for a request outside its ranges, `KernelError`, `CancellationError`.
  package func attribute(
    _ request: AttributionRequest, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> AttributionResult {
    try attribute([request], progress: progress)[0]
  }

  /// Attributes all requests; those of one method and threshold go through the layers together, hop by hop.
  ///
  /// - Returns: one result a request, in their order.
  /// - Cost: spans that go together share the attention scores of their sinks, which is most of the work.
  package func attribute(
    _ requests: [AttributionRequest], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> [AttributionResult] {
    for request in requests {
      precondition(request.kept.count == pass.tokenCount && pass.captured.upperBound == pass.tokenCount)
      try request.validate()
      precondition(pass.captured.lowerBound <= request.generationStart, "generated positions are captured")
    }
    let passages = Passage.all(of: requests)
    let total = passages.reduce(0) { $0 + $1.steps }
    var done = 0
    var results = requests.map { _ in AttributionResult.empty }
    for passage in passages {
      let found = try attribute(passage.method, passage.members.map { requests[$0] }) {
        done += 1
        progress(done, total)
      }
      for (member, result) in zip(passage.members, found) { results[member] = result }
    }
    return results
  }

  private func attribute(
    _ method: AttributionMethod, _ requests: [AttributionRequest], step: () -> Void
  ) throws -> [AttributionResult] {
    switch method {
    case .flashtrace: return try attributeRecursively(requests, step: step)
    case .ifrSpan: return try attributeSpans(requests, step: step)
    case .ifrTokenwise: return try requests.map { try attributeTokens($0, step: step) }
    case .route, .flow: return try attributeRoutes(requests, step: step)
    }
  }

  var reader: LayerReader { LayerReader(pass: pass, execution: execution) }

  /// The captured row of a generated token.
  func row(_ generated: Int, _ request: AttributionRequest) -> Int {
    request.generationStart + generated - pass.captured.lowerBound
  }

  private func attributeTokens(_ request: AttributionRequest, step: () -> Void) throws -> AttributionResult {
    let start = ContinuousClock.now
    var result = AttributionResult.empty
    let rows = row(request.output.lowerBound, request)..<row(request.output.upperBound, request) + 1
    let (scores, pruning) = try reader.attributeTokens(range: rows, threshold: request.renormThreshold)
    result.rows = (0..<scores.rows).map { row in scores.withRow(row) { Array($0) } }
    result.scores = (0..<pass.tokenCount).map { j in
      Float(result.rows.reduce(0.0) { $0 + Double($1[j]) } / Double(result.rows.count))
    }
    (result.perHopScores, result.perHopTargetSpans) = ([result.scores], [request.output])
    (result.pruning, result.seconds) = (pruning, [start.secondsUntilNow])
    step()
    return result
  }
}

/// Requests that go through the layers together.
private struct Passage {
  let method: AttributionMethod
  let threshold: Float
  var members: [Int] = []
  var steps = 0

  static func all(of requests: [AttributionRequest]) -> [Passage] {
    var passages: [Passage] = []
    for (index, request) in requests.enumerated() {
      let fits = passages.firstIndex { $0.method == request.method && $0.threshold == request.renormThreshold }
      let at = fits ?? passages.count
      if fits == nil { passages.append(Passage(method: request.method, threshold: request.renormThreshold)) }
      passages[at].members.append(index)
      let steps = request.method.hasHops ? request.hops + 1 : 1
      passages[at].steps = request.method == .ifrTokenwise ? passages[at].steps + steps : max(passages[at].steps, steps)
    }
    return passages
  }
}

extension AttributionResult {
  static var empty: AttributionResult {
    AttributionResult(
      scores: [], perHopScores: [], perHopTargetSpans: [], thinkingRatios: [], rows: [], seconds: [], pruning: [])
  }
}
