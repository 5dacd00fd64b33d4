import Kernels

/// The weights of a decoder model under the same names for every family and file format.
public struct ModelTensors: Sendable {
  /// [vocabulary, hidden]
  public var embedding: WeightMatrix
  public var layers: [LayerTensors]
  /// [hidden], the effective weight
  public var finalNorm: [Float]
  /// [vocabulary, hidden]; the embedding itself where the two are tied
  public var unembedding: WeightMatrix
}

/// The weights of one layer; what a family lacks is nil. Norm weights are the effective ones.
public struct LayerTensors: Sendable {
  /// On the attention block's input, [hidden].
  public var attentionNorm: [Float]?
  /// [heads * head dimension, hidden]
  public var query: WeightMatrix
  /// [key-value heads * head dimension, hidden]
  public var key, value: WeightMatrix
  public var queryBias, keyBias, valueBias: [Float]?
  /// [head dimension], or the whole width.
  public var queryNorm, keyNorm: [Float]?
  /// [hidden, heads * head dimension]
  public var output: WeightMatrix
  public var outputBias: [Float]?
  /// On the attention block's output, [hidden].
  public var postAttentionNorm: [Float]?
  /// On the feed-forward block's input, [hidden].
  public var feedForwardNorm: [Float]?
  public var feedForward: FeedForwardTensors
  /// On the feed-forward block's output, [hidden].
  public var postFeedForwardNorm: [Float]?
}

/// The weights of a gated feed-forward block.
public enum FeedForwardTensors: Sendable {
  /// gate, up [intermediate, hidden], down [hidden, intermediate]
  case dense(gate: WeightMatrix, up: WeightMatrix, down: WeightMatrix)
  /// router [experts, hidden]; the others one an expert
  case experts(router: WeightMatrix, gates: [WeightMatrix], ups: [WeightMatrix], downs: [WeightMatrix])
}
