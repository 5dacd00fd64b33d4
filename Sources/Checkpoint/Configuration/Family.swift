import Kernels

/// A family of decoder models: what its files do not say themselves. One entry describes one family in both formats.
struct Family: Sendable {
  /// Our name, which is also GGUF's `general.architecture`.
  var name: String
  /// `model_type` in config.json.
  var huggingFaceTypes: [String]
  var normPlacement = NormPlacement.before
  var queryKeyNorm = QueryKeyNorm.none
  var activation = Activation.silu
  /// Added to norm weights of safetensors files; GGUF files hold the sum.
  var normOffset: Float = 0
  /// Embeddings are multiplied by the square root of the hidden size.
  var scalesEmbedding = false
  /// Query and key rows of GGUF files are ordered for interleaved RoPE.
  var interleavedInGGUF = false
  /// Query, key and value, and gate and up, are one matrix each.
  var fusesProjections = false
  var hasExperts = false
  /// Every n-th layer has global attention, the others a sliding window, where the files name the window alone.
  var globalLayerPeriod: Int?
  /// RoPE base of sliding layers where it differs.
  var slidingTheta: Double?
  /// Every n-th layer has no RoPE, unless the files list them.
  var noRopePeriod: Int?
  var defaultTheta = 10_000.0
  var slidingWindow = SlidingWindow.none
  /// Queries, keys and values have biases, always.
  var hasInputBiases = false
  /// `attention_bias` of config.json may be true.
  var mayHaveAttentionBiases = true
  /// RoPE may be stretched.
  var mayScaleRope = true
  /// Queries are scaled by `query_pre_attn_scalar` instead of the head dimension.
  var scalesQueries = false
  /// What config.json means where it leaves a key out, as the part of a multimodal model's file does.
  var defaults: [String: Int] = [:]

  /// How `sliding_window` of config.json is meant.
  enum SlidingWindow {
    /// The family has none.
    case none
    /// In force wherever it is given.
    case always
    /// In force only where `use_sliding_window` says so.
    case asked
    /// The same, in the layers that `layer_types` names.
    case askedWithTypes
  }

  static let all: [Family] = [
    Family(name: "llama", huggingFaceTypes: ["llama"], interleavedInGGUF: true),
    Family(
      name: "mistral", huggingFaceTypes: ["mistral"], interleavedInGGUF: true, slidingWindow: .always,
      mayHaveAttentionBiases: false),
    Family(name: "qwen2", huggingFaceTypes: ["qwen2"], slidingWindow: .asked, hasInputBiases: true),
    Family(name: "qwen3", huggingFaceTypes: ["qwen3"], queryKeyNorm: .perHead, slidingWindow: .asked),
    Family(
      name: "qwen3moe", huggingFaceTypes: ["qwen3_moe"], queryKeyNorm: .perHead, hasExperts: true,
      slidingWindow: .asked),
    Family(
      name: "gemma3", huggingFaceTypes: ["gemma3_text", "gemma3"], normPlacement: .beforeAndAfter,
      queryKeyNorm: .perHead, activation: .geluTanh, normOffset: 1, scalesEmbedding: true, globalLayerPeriod: 6,
      slidingTheta: 10_000, defaultTheta: 1_000_000, slidingWindow: .always, scalesQueries: true,
      defaults: [
        "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26, "num_attention_heads": 8,
        "num_key_value_heads": 4, "head_dim": 256, "vocab_size": 262_208, "max_position_embeddings": 131_072,
        "sliding_window": 4096,
      ]),
    Family(
      name: "phi3", huggingFaceTypes: ["phi3"], fusesProjections: true, slidingWindow: .always,
      mayHaveAttentionBiases: false, mayScaleRope: false),
    Family(name: "olmo2", huggingFaceTypes: ["olmo2"], normPlacement: .after, queryKeyNorm: .fullWidth),
    Family(
      name: "smollm3", huggingFaceTypes: ["smollm3"], interleavedInGGUF: true, noRopePeriod: 4,
      slidingWindow: .askedWithTypes),
  ]

  static var names: String { all.map(\.name).joined(separator: ", ") }
}
