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
    precondition(request.kept.count == pass.tokenCount && pass.captured.upperBound == pass.tokenCount)
    try request.validate()
    precondition(pass.captured.lowerBound <= request.generationStart, "generated positions are captured")
    switch request.method {
    case .flashtrace: return try attributeRecursively(request, progress: progress)
    case .ifrSpan: return try attributeSpan(request, progress: progress)
    case .ifrTokenwise: return try attributeTokenwise(request, progress: progress)
    case .route, .flow: return try attributeRoutes(request, progress: progress)
    }
  }

  var reader: LayerReader { LayerReader(pass: pass, execution: execution) }

  /// The captured row of a generated token.
  func row(_ generated: Int, _ request: AttributionRequest) -> Int {
    request.generationStart + generated - pass.captured.lowerBound
  }

  /// One weighted sum of sinks: scores of every position.
  func attribute(
    sinks: ClosedRange<Int>, weights: [Float], _ request: AttributionRequest, into result: inout AttributionResult
  ) throws -> [Float] {
    let start = ContinuousClock.now
    let q = try Matrix(rows: 1, columns: pass.captured.count)
    for (sink, weight) in zip(sinks, weights) { q[0, row(sink, request)] = weight }
    let (scores, pruning) = try reader.attributeSpans(weights: q, threshold: request.renormThreshold)
    result.pruning += pruning
    result.seconds.append(start.secondsSince)
    return scores.values
  }

  private func attributeSpan(
    _ request: AttributionRequest, progress: (Int, Int) -> Void
  ) throws -> AttributionResult {
    var result = AttributionResult.empty
    let ones = [Float](repeating: 1, count: request.output.count)
    result.scores = try attribute(sinks: request.output, weights: ones, request, into: &result)
    result.perHopScores = [result.scores]
    result.perHopTargetSpans = [request.output]
    progress(1, 1)
    return result
  }

  private func attributeTokenwise(
    _ request: AttributionRequest, progress: (Int, Int) -> Void
  ) throws -> AttributionResult {
    let start = ContinuousClock.now
    var result = AttributionResult.empty
    let rows = row(request.output.lowerBound, request)..<row(request.output.upperBound, request) + 1
    let (scores, pruning) = try reader.attributeTokens(range: rows, threshold: request.renormThreshold)
    result.rows = (0..<scores.rows).map { row in scores.withRow(row) { Array($0) } }
    result.scores = (0..<pass.tokenCount).map { j in
      Float(result.rows.reduce(0.0) { $0 + Double($1[j]) } / Double(result.rows.count))
    }
    (result.perHopScores, result.perHopTargetSpans) = ([result.scores], [request.output])
    (result.pruning, result.seconds) = (pruning, [start.secondsSince])
    progress(1, 1)
    return result
  }
}

extension AttributionResult {
  static var empty: AttributionResult {
    AttributionResult(
      scores: [], perHopScores: [], perHopTargetSpans: [], thinkingRatios: [], rows: [], seconds: [],
      pruning: PruningCounts())
  }
}

extension ContinuousClock.Instant {
  var secondsSince: Double {
    let elapsed = duration(to: .now)
    return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
  }
}
