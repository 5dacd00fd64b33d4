import Kernels

/// The weights of a decoder model under the same names for every family and file format.
package struct ModelTensors: Sendable {
  /// [vocabulary, hidden]
  package var embedding: WeightMatrix
  package var layers: [LayerTensors]
  /// [hidden], the effective weight
  package var finalNorm: [Float]
  /// [vocabulary, hidden]; the embedding itself where the two are tied
  package var unembedding: WeightMatrix
}

/// The weights of one layer; what a family lacks is nil. Norm weights are the effective ones.
package struct LayerTensors: Sendable {
  /// On the attention block's input, [hidden].
  package var attentionNorm: [Float]?
  /// [heads * head dimension, hidden]
  package var query: WeightMatrix
  /// [key-value heads * head dimension, hidden]
  package var key, value: WeightMatrix
  package var queryBias, keyBias, valueBias: [Float]?
  /// [head dimension], or the whole width.
  package var queryNorm, keyNorm: [Float]?
  /// [hidden, heads * head dimension]
  package var output: WeightMatrix
  package var outputBias: [Float]?
  /// On the attention block's output, [hidden].
  package var postAttentionNorm: [Float]?
  /// On the feed-forward block's input, [hidden].
  package var feedForwardNorm: [Float]?
  package var feedForward: FeedForwardTensors
  /// On the feed-forward block's output, [hidden].
  package var postFeedForwardNorm: [Float]?
}

/// The weights of a gated feed-forward block.
package enum FeedForwardTensors: Sendable {
  /// gate, up [intermediate, hidden], down [hidden, intermediate]
  case dense(gate: WeightMatrix, up: WeightMatrix, down: WeightMatrix)
  /// router [experts, hidden]; the others one an expert
  case experts(router: WeightMatrix, gates: [WeightMatrix], ups: [WeightMatrix], downs: [WeightMatrix])
}
