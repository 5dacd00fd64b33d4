import Kernels

/// The facts of a decoder model, validated and independent of the file format.
public struct ModelConfiguration: Sendable, Equatable {
  /// The family's name, such as `llama`.
  public var family: String
  /// The model's own name, where its files give one.
  public var name: String?
  /// Width of the residual stream.
  public var hiddenSize: Int
  /// Rows of the embedding.
  public var vocabularySize: Int
  /// Query heads.
  public var headCount: Int
  /// Key-value heads; they divide the query heads.
  public var keyValueHeadCount: Int
  /// Values of one head.
  public var headDimension: Int
  /// Inner width of a dense feed-forward block.
  public var intermediateSize: Int
  /// Added to the mean square in RMSNorm.
  public var normEpsilon: Float
  /// Positions that the model was made for.
  public var contextLength: Int
  /// Which values of a head turn together.
  public var ropeLayout: RotaryLayout
  /// The function of the feed-forward gate.
  public var activation: Activation
  /// Factor on the embeddings; 1 for most families.
  public var embeddingScale: Float
  /// Factor of query times key before the softmax.
  public var attentionScale: Float
  /// Where norms stand around the blocks.
  public var normPlacement: NormPlacement
  /// The norm of queries and keys.
  public var queryKeyNorm: QueryKeyNorm
  /// Present where feed-forward blocks choose among experts.
  public var experts: MixtureOfExperts?
  /// One entry a layer, from the embedding up.
  public var layers: [LayerConfiguration]
}

/// Where RMSNorm stands around the attention and feed-forward blocks.
public enum NormPlacement: Sendable, Equatable {
  /// On a block's input: Llama, Mistral, Qwen, Phi-3.
  case before
  /// On input and output: Gemma 3.
  case beforeAndAfter
  /// On a block's output: OLMo 2.
  case after
}

/// The norm of queries and keys before RoPE.
public enum QueryKeyNorm: Sendable, Equatable {
  case none
  /// Each head on its own: Qwen3, Gemma 3.
  case perHead
  /// All heads together: OLMo 2.
  case fullWidth
}

/// Sparsely activated feed-forward experts.
public struct MixtureOfExperts: Sendable, Equatable {
  /// Experts in all.
  public var count: Int
  /// Experts used for a token.
  public var used: Int
  /// Inner width of one expert.
  public var intermediateSize: Int
  /// Whether the probabilities of the experts used are scaled to add up to 1.
  public var normalises: Bool
}

/// What may differ from layer to layer.
public struct LayerConfiguration: Sendable, Equatable {
  /// Positions that a position sees, itself included; nil means all before it.
  public var slidingWindow: Int?
  /// nil where the layer has no position embedding.
  public var rotary: RotaryEmbedding?
  /// Whether the feed-forward block chooses among experts.
  public var usesExperts: Bool
}

/// The frequencies of rotary position embedding (Su et al. 2021), scaling included.
public struct RotaryEmbedding: Sendable, Equatable {
  /// Radians a position, one a pair of rotated values.
  public var frequencies: [Double]
  /// Factor on cosines and sines (YaRN); 1 elsewhere.
  public var attentionFactor: Double
}
