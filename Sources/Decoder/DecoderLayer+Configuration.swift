import Checkpoint
import Kernels

extension DecoderLayer {
  /// The layer that a configuration and its tensors describe; `rotation` as in ``DecoderLayer/rotation``.
  init(_ tensors: LayerTensors, layer: LayerConfiguration, rotation: Int?, configuration: ModelConfiguration) {
    attention = AttentionShape(
      heads: configuration.headCount, keyValueHeads: configuration.keyValueHeadCount,
      headDimension: configuration.headDimension, window: layer.slidingWindow, scale: configuration.attentionScale)
    epsilon = configuration.normEpsilon
    inputNorm = tensors.attentionNorm
    query = Projection(tensors.query, bias: tensors.queryBias)
    key = Projection(tensors.key, bias: tensors.keyBias)
    value = Projection(tensors.value, bias: tensors.valueBias)
    (queryNorm, keyNorm) = (tensors.queryNorm, tensors.keyNorm)
    self.rotation = rotation
    output = Projection(tensors.output, bias: tensors.outputBias)
    outputNorm = tensors.postAttentionNorm
    feedForwardNorm = tensors.feedForwardNorm
    feedForward = FeedForward(tensors.feedForward, configuration)
    feedForwardOutputNorm = tensors.postFeedForwardNorm
  }
}

extension FeedForward {
  init(_ tensors: FeedForwardTensors, _ configuration: ModelConfiguration) {
    func block(_ gate: WeightMatrix, _ up: WeightMatrix, _ down: WeightMatrix) -> GatedFeedForward {
      GatedFeedForward(
        activation: configuration.activation, gate: Projection(gate), up: Projection(up), down: Projection(down))
    }
    switch tensors {
    case .dense(let gate, let up, let down): self = .gated(block(gate, up, down))
    case .experts(let router, let gates, let ups, let downs):
      guard let choice = configuration.experts else { preconditionFailure("experts come with their configuration") }
      self = .experts(
        ExpertFeedForward(
          router: router, experts: gates.indices.map { block(gates[$0], ups[$0], downs[$0]) }, active: choice.used,
          renormalises: choice.normalises))
    }
  }
}
