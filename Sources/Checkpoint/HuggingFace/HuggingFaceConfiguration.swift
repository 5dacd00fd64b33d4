import Kernels

/// Reads a model's configuration from config.json.
struct HuggingFaceConfiguration {
  let config: JSONObject
  let family: Family
  /// Whether the language model is one part of several.
  let isMultimodal: Bool

  init(_ document: JSONObject) throws(CheckpointError) {
    let type = try document.required("model_type", try document.optionalString("model_type"))
    guard let family = Family.all.first(where: { $0.huggingFaceTypes.contains(type) }) else {
      throw .unsupported(file: document.file, what: "the model type \(type); supported are \(Family.names)")
    }
    // A multimodal model keeps its language model's facts one level down.
    let nested = try document.optionalObject("text_config")
    if let inner = try nested?.optionalString("model_type"), !family.huggingFaceTypes.contains(inner) {
      throw .unsupported(file: document.file, what: "the model type \(inner) in text_config of \(type)")
    }
    (config, isMultimodal, self.family) = (nested ?? document, nested != nil, family)
  }

  /// Whether embedding and unembedding are one matrix; nil where config.json does not say.
  var tiesEmbeddings: Bool? {
    get throws(CheckpointError) { try config.optionalBool("tie_word_embeddings") }
  }

  /// Which of the attention block's projections have biases.
  var biases: (inputs: Bool, output: Bool) {
    get throws(CheckpointError) {
      if family.hasInputBiases { return (inputs: true, output: false) }
      let all = try config.optionalBool("attention_bias") ?? false
      return (inputs: all, output: all)
    }
  }

  func configuration() throws(CheckpointError) -> ModelConfiguration {
    try refuseUnsupported()
    let large = 1...(1 << 24)
    let hidden = try integer("hidden_size", in: large)
    let heads = try integer("num_attention_heads", in: 1...65_536)
    let dimension = try config.optionalInteger("head_dim") ?? family.defaults["head_dim"] ?? hidden / heads
    try ModelConfiguration.validate(headDimension: dimension, file: config.file)
    let count = try integer("num_hidden_layers", in: 1...4096)
    let experts = try experts()
    let scaled = try family.scalesQueries ? config.optionalNumber("query_pre_attn_scalar") ?? 256 : Double(dimension)
    let configuration = ModelConfiguration(
      family: family.name, name: try config.optionalString("_name_or_path"), hiddenSize: hidden,
      vocabularySize: try integer("vocab_size", in: large), headCount: heads,
      keyValueHeadCount: try config.optionalInteger("num_key_value_heads")
        ?? family.defaults["num_key_value_heads"] ?? heads, headDimension: dimension,
      intermediateSize: try integer("intermediate_size", in: large),
      normEpsilon: Float(try config.optionalNumber("rms_norm_eps") ?? 1e-6),
      contextLength: try config.integer(
        "max_position_embeddings", in: 1...Int(Int32.max),
        default: family.defaults["max_position_embeddings"] ?? 2048), ropeLayout: .halfSplit,
      activation: family.activation, embeddingScale: family.scalesEmbedding ? Float(hidden).squareRoot() : 1,
      attentionScale: Float(1 / scaled.squareRoot()), normPlacement: family.normPlacement,
      queryKeyNorm: family.queryKeyNorm, experts: experts,
      layers: try layers(count: count, dimension: dimension, hasExperts: experts != nil))
    try configuration.validate(file: config.file)
    return configuration
  }

  /// An integer of config.json, or what the family has where it does not say.
  private func integer(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int {
    try config.integer(key, in: range, default: family.defaults[key])
  }

  private func experts() throws(CheckpointError) -> MixtureOfExperts? {
    guard family.hasExperts else { return nil }
    let count = try config.firstInteger("num_experts", "num_local_experts")
    guard let count, (1...65_536).contains(count) else {
      throw .malformed(file: config.file, field: "num_experts", reason: "is missing, or not 1 to 65536")
    }
    return MixtureOfExperts(
      count: count, used: try config.integer("num_experts_per_tok", in: 1...65_536),
      intermediateSize: try config.integer("moe_intermediate_size", in: 1...(1 << 24)),
      normalises: try config.optionalBool("norm_topk_prob") ?? false)
  }

  private func layers(
    count: Int, dimension: Int, hasExperts: Bool
  ) throws(CheckpointError) -> [LayerConfiguration] {
    let rope = RopeParameters(config: config, family: family, dimension: dimension)
    let (global, sliding) = (try rope.embedding(slides: false), try rope.embedding(slides: true))
    let window = try slidingWindow()
    let ownPeriod = try config.optionalInteger("no_rope_layer_interval")
    let noRopePeriod = family.noRopePeriod.map { ownPeriod ?? $0 }
    let kinds = try config.optionalStrings("layer_types")
    let noRope = try config.optionalIntegers("no_rope_layers")
    let dense = Set(try config.optionalIntegers("mlp_only_layers") ?? [])
    let step = try config.optionalInteger("decoder_sparse_step") ?? 1
    for (name, entries) in [("layer_types", kinds?.count), ("no_rope_layers", noRope?.count)] {
      guard let entries, entries < count else { continue }
      throw .malformed(file: config.file, field: name, reason: "has \(entries) entries for \(count) layers")
    }
    let period =
      try config.firstInteger("sliding_window_pattern", "_sliding_window_pattern") ?? family.globalLayerPeriod
    // Qwen2 and dense Qwen3: the layers below this one see everything.
    let namesFirst = family.slidingWindow == .asked && !family.hasExperts
    let firstSliding = namesFirst ? try config.optionalInteger("max_window_layers") ?? 28 : 0
    var layers: [LayerConfiguration] = []
    for layer in 0..<count {
      let slides = try slides(layer, kinds: kinds, period: period, from: firstSliding) && window != nil
      let turns = noRope.map { $0[layer] != 0 } ?? noRopePeriod.map { $0 <= 0 || (layer + 1) % $0 != 0 } ?? true
      layers.append(
        LayerConfiguration(
          slidingWindow: slides ? window : nil, rotary: turns ? (slides ? sliding : global) : nil,
          usesExperts: hasExperts && !dense.contains(layer) && step > 0 && (layer + 1) % step == 0))
    }
    return layers
  }

  private func slidingWindow() throws(CheckpointError) -> Int? {
    if family.slidingWindow != .always, try config.optionalBool("use_sliding_window") != true { return nil }
    return try config.optionalInteger("sliding_window") ?? family.defaults["sliding_window"]
  }

  private func slides(
    _ layer: Int, kinds: [String]?, period: Int?, from first: Int
  ) throws(CheckpointError) -> Bool {
    guard let kinds else { return layer >= first && (period.map { $0 > 0 && (layer + 1) % $0 != 0 } ?? true) }
    switch kinds[layer] {
    case "sliding_attention": return true
    case "full_attention": return false
    default:
      throw .unsupported(
        file: config.file,
        what: "layer_types[\(layer)] \(kinds[layer]); supported are full_attention, sliding_attention")
    }
  }
}
