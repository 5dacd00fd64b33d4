import Kernels

extension Attributor {
  /// Recursive attribution (Pan et al. 2026, section 5): the share of a hop that falls on generated tokens explains
  /// nothing yet, so these tokens, weighted by their shares, are the sinks of the next hop.
  ///
  ///     hop_0 = attribution of the output span
  ///     hop_k = attribution of the generated tokens, weighted by hop_{k-1}
  ///     ratio_k = ratio_{k-1} * (mass of hop_k on generated tokens / mass of hop_k),   ratio_{-1} = 1
  ///     scores = sum_k ratio_{k-1} * hop_k on the positions before the recursion span
  ///
  /// Positions that are not kept carry neither weight nor score.
  func attributeRecursively(
    _ request: AttributionRequest, progress: (Int, Int) -> Void
  ) throws -> AttributionResult {
    var result = AttributionResult.empty
    result.scores = [Float](repeating: 0, count: pass.tokenCount)
    let first = request.generationStart + request.recursion.lowerBound
    let positions = first..<request.generationStart + request.recursion.upperBound + 1
    var (sinks, weights) = (request.output, outputWeights(request))
    var ratio: Float = 1
    for hop in 0...request.hops {
      let scores =
        ratio > 0 ? try kept(attribute(sinks: sinks, weights: weights, request, into: &result), request) : zeros
      for j in 0..<first { result.scores[j] += ratio * scores[j] }
      result.perHopScores.append(scores)
      result.perHopTargetSpans.append(sinks)
      ratio *= share(of: positions, in: scores)
      result.thinkingRatios.append(ratio)
      sinks = request.recursion
      weights = normalised(Array(scores[positions]))
      progress(hop + 1, request.hops + 1)
    }
    return result
  }

  private var zeros: [Float] { [Float](repeating: 0, count: pass.tokenCount) }

  /// 1 for every token; where the output span has stop tokens, 0 for these and equal shares of 1 for the others.
  private func outputWeights(_ request: AttributionRequest) -> [Float] {
    let kept = request.output.map { request.kept[request.generationStart + $0] }
    return kept.contains(false) ? normalised(kept.map { $0 ? 1 : 0 }) : kept.map { _ in 1 }
  }

  private func normalised(_ weights: [Float]) -> [Float] {
    let sum = weights.reduce(0.0) { $0 + Double($1) }
    return weights.map { Float(Double($0) / (sum + 1e-12)) }
  }

  private func kept(_ scores: [Float], _ request: AttributionRequest) -> [Float] {
    zip(scores, request.kept).map { $1 ? $0 : 0 }
  }

  /// The share of the mass of `scores` that falls on `positions`; 0 where there is none.
  private func share(of positions: Range<Int>, in scores: [Float]) -> Float {
    let total = scores.reduce(0.0) { $0 + Double($1) }
    return total > 0 ? Float(scores[positions].reduce(0.0) { $0 + Double($1) } / (total + 1e-12)) : 0
  }
}
