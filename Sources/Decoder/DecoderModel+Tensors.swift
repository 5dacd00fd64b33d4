import Checkpoint
import Kernels

extension DecoderModel {
  /// The model of a checkpoint; the weights stay where they lie.
  package convenience init(configuration: ModelConfiguration, tensors: ModelTensors) {
    var rotations: [Rotation] = []
    var layers: [DecoderLayer] = []
    for (facts, weights) in zip(configuration.layers, tensors.layers) {
      let rotation = facts.rotary.map { rotary in
        Rotation(
          frequencies: rotary.frequencies, magnitude: rotary.attentionFactor, layout: configuration.ropeLayout)
      }
      let index = rotation.map { rotation in
        if let known = rotations.firstIndex(of: rotation) { return known }
        rotations.append(rotation)
        return rotations.count - 1
      }
      layers.append(DecoderLayer(configuration, facts, weights, rotation: index))
    }
    self.init(
      embedding: tensors.embedding, embeddingScale: configuration.embeddingScale, rotations: rotations,
      layers: layers, finalNorm: tensors.finalNorm, epsilon: configuration.normEpsilon,
      head: Projection(tensors.unembedding))
  }
}

extension DecoderLayer {
  init(_ configuration: ModelConfiguration, _ facts: LayerConfiguration, _ weights: LayerTensors, rotation: Int?) {
    self.init(
      attention: AttentionShape(
        heads: configuration.headCount, keyValueHeads: configuration.keyValueHeadCount,
        headDimension: configuration.headDimension, window: facts.slidingWindow, scale: configuration.attentionScale),
      epsilon: configuration.normEpsilon, inputNorm: weights.attentionNorm,
      query: Projection(weights.query, bias: weights.queryBias), key: Projection(weights.key, bias: weights.keyBias),
      value: Projection(weights.value, bias: weights.valueBias), queryNorm: weights.queryNorm,
      keyNorm: weights.keyNorm, rotation: rotation, output: Projection(weights.output, bias: weights.outputBias),
      outputNorm: weights.postAttentionNorm, feedForwardNorm: weights.feedForwardNorm,
      feedForward: FeedForward(weights.feedForward, configuration), feedForwardOutputNorm: weights.postFeedForwardNorm)
  }
}

extension FeedForward {
  init(_ weights: FeedForwardTensors, _ configuration: ModelConfiguration) {
    func gated(_ gate: WeightMatrix, _ up: WeightMatrix, _ down: WeightMatrix) -> GatedFeedForward {
      GatedFeedForward(
        activation: configuration.activation, gate: Projection(gate), up: Projection(up), down: Projection(down))
    }
    switch weights {
    case .dense(let gate, let up, let down): self = .gated(gated(gate, up, down))
    case .experts(let router, let gates, let ups, let downs):
      guard let experts = configuration.experts else { preconditionFailure("experts come with their configuration") }
      self = .experts(
        ExpertFeedForward(
          router: router, experts: gates.indices.map { gated(gates[$0], ups[$0], downs[$0]) }, active: experts.used,
          renormalises: experts.normalises))
    }
  }
}
