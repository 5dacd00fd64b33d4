import Decoder
import Kernels

extension Attributor {
  /// Leave-one-out: each segment of the prompt in turn is replaced, and its positions share in equal parts what that
  /// costs the output span's log-probability, or what it changes of the distributions that predict the span.
  ///
  /// - Cost: a forward pass a segment, which begins at the segment and reads everything before from the KV cache: half of
  ///   the positions on the average. Short passes go side by side.
  func attributePerturbation(_ request: AttributionRequest, step: () -> Void) throws -> AttributionResult {
    let start = ContinuousClock.now
    var scorer = TargetScorer(model: model, pass: pass, execution: execution)
    let base = try scorer.scoreOriginal()
    step()
    var scores = [Float](repeating: 0, count: pass.tokenCount)
    let variants = request.segments.map { segment in
      var ids = pass.ids
      for position in segment { ids[position] = request.parameters.replacement }
      return ids
    }
    try scorer.score(variants) { index, changed in
      let segment = request.segments[index]
      let difference = try difference(changed, base, request)
      for position in segment { scores[position] = Float(difference / Double(segment.count)) }
      step()
    }
    return AttributionResult(scores, of: request.output, seconds: start.secondsUntilNow)
  }

  private func difference(
    _ changed: TargetScorer.Scores, _ base: TargetScorer.Scores, _ request: AttributionRequest
  ) throws -> Double {
    switch request.parameters.perturbationScore {
    case .logLikelihood:
      return request.output.reduce(0.0) {
        $0 + Double(base.logProbabilities[$1]) - Double(changed.logProbabilities[$1])
      }
    case .divergence:
      let divergence = try model.divergence(of: changed.stream, from: base.stream, execution: execution)
      return request.output.reduce(0.0) { $0 + Double(divergence[$1]) }
    }
  }
}
