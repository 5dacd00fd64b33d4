import Decoder
import Kernels

extension Attributor {
  /// Attribution that follows the routes of information down the layers: weights start at the positions that predict
  /// the output tokens, one before each, and in every layer, from the top, move onto the sources of the positions that
  /// hold them or stay with the residual, `q <- q E + q r`.
  ///
  /// What arrives at generated tokens starts again, in the next hop, from the positions that predict these.
  ///
  /// `route` goes down all layers and scores what arrives; nothing is deleted, so that prompt, template and what is left
  /// on generated tokens add up to 1. `flow` goes down the top half and scores every token each time weight moves onto
  /// it; stop tokens are deleted and each hop's scores are scaled to its mass.
  ///
  /// Positions that are not kept carry no weight at the start, unless all of the output span are such.
  func attributeRoutes(_ request: AttributionRequest, progress: (Int, Int) -> Void) throws -> AttributionResult {
    precondition(pass.captured.lowerBound == 0, "routes go through every position")
    var result = AttributionResult.empty
    result.scores = [Float](repeating: 0, count: pass.tokenCount)
    var weights = startWeights(request)
    for hop in 0...request.hops {
      let start = ContinuousClock.now
      let scores = try walk(weights, request, &result.pruning)
      for j in 0..<request.generationStart { result.scores[j] += scores[j] }
      let left = scores[request.generationStart...]
      result.perHopScores.append(scores)
      result.perHopTargetSpans.append(hop == 0 ? request.output : 0...(pass.tokenCount - request.generationStart - 1))
      result.thinkingRatios.append(min(1, Float(left.reduce(0.0) { $0 + Double($1) })))
      result.seconds.append(start.secondsSince)
      weights = predicting(left, request)
      progress(hop + 1, request.hops + 1)
    }
    for (offset, score) in result.perHopScores[request.hops][request.generationStart...].enumerated() {
      result.scores[request.generationStart + offset] = score
    }
    return result
  }

  /// Equal weights of the output tokens that are kept, on the positions before them.
  private func startWeights(_ request: AttributionRequest) -> [Float] {
    let positions = request.output.map { request.generationStart + $0 }
    let kept = positions.filter { request.kept[$0] }
    let counted = kept.isEmpty ? positions : kept
    var weights = [Float](repeating: 0, count: pass.tokenCount)
    for position in counted { weights[position - 1] = 1 / Float(counted.count) }
    return weights
  }

  /// The weights of generated tokens on the positions that predict them.
  private func predicting(_ generated: ArraySlice<Float>, _ request: AttributionRequest) -> [Float] {
    var weights = [Float](repeating: 0, count: pass.tokenCount)
    for (offset, weight) in generated.enumerated() { weights[request.generationStart - 1 + offset] = weight }
    return weights
  }

  /// One hop: the scores of all positions.
  private func walk(
    _ start: [Float], _ request: AttributionRequest, _ pruning: inout PruningCounts
  ) throws -> [Float] {
    let isFlow = request.method == .flow
    let mass = start.reduce(0.0) { $0 + Double($1) }
    let weights = try Matrix(rows: 1, columns: pass.tokenCount, values: start)
    var credited = [Double](repeating: 0, count: pass.tokenCount)
    try reader.forEachLayer(isFlow ? pass.layers.count / 2..<pass.layers.count : pass.layers.indices) {
      capture, layer in
      let step = try execution.walk(
        layer, sinks: TokenSinks(capture), weights: weights, negligible: Float(mass) * Self.negligible)
      pruning += step.pruning
      for j in 0..<pass.tokenCount {
        if isFlow { credited[j] += Double(step.moved[0, j]) }
        weights[0, j] = step.moved[0, j] + step.kept[0, j]
      }
    }
    if !isFlow { return weights.values }
    for j in credited.indices where !request.kept[j] { credited[j] = 0 }
    let total = credited.reduce(1e-300, +)
    return credited.map { Float($0 * mass / total) }
  }

  /// Rows of less than this share of the weight are left where they are.
  private static let negligible: Float = 1e-7
}
