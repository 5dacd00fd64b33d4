import Kernels

/// The facts of a decoder model, validated and independent of the file format.
public struct ModelConfiguration: Sendable, Equatable {
  /// The family's name, such as `llama`.
  public var family: String
  /// The model's own name, where its files give one.
  public var name: String?
  public var hiddenSize: Int
  public var vocabularySize: Int
  public var headCount: Int
  public var keyValueHeadCount: Int
  public var headDimension: Int
  public var intermediateSize: Int
  public var normEpsilon: Float
  /// Positions that the model was made for.
  public var contextLength: Int
  public var ropeLayout: RotaryLayout
  public var activation: Activation
  /// Factor on the embeddings; 1 for most families.
  public var embeddingScale: Float
  /// Factor of query times key before the softmax.
  public var attentionScale: Float
  public var normPlacement: NormPlacement
  public var queryKeyNorm: QueryKeyNorm
  /// Present where feed-forward blocks choose among experts.
  public var experts: MixtureOfExperts?
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
  public var count: Int
  /// Experts used for a token.
  public var used: Int
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
