import Kernels

/// Reads a model's configuration from GGUF metadata.
struct GGUFConfiguration {
  let metadata: GGUFMetadata
  let store: TensorStore
  let family: Family
  let prefix: String
  var path: String { metadata.file.path }

  init(metadata: GGUFMetadata, store: TensorStore) throws(CheckpointError) {
    guard let architecture = try metadata.optionalString("general.architecture") else {
      throw .malformed(file: metadata.file.path, field: "general.architecture", reason: "is missing")
    }
    guard let family = Family.all.first(where: { $0.name == architecture }) else {
      throw .unsupported(
        file: metadata.file.path, what: "the architecture \(architecture); supported are \(Family.names)")
    }
    (self.metadata, self.store, self.family, prefix) = (metadata, store, family, architecture + ".")
  }

  func configuration() throws(CheckpointError) -> ModelConfiguration {
    try refuseUnsupported()
    let large = 1...(1 << 24)
    let hidden = try metadata.integer(prefix + "embedding_length", in: large)
    let layers = try metadata.integer(prefix + "block_count", in: 1...4096)
    let heads = try metadata.integer(prefix + "attention.head_count", in: 1...65_536)
    let keyValueHeads = try metadata.optionalInteger(prefix + "attention.head_count_kv") ?? heads
    let dimension = try metadata.optionalInteger(prefix + "attention.key_length") ?? hidden / heads
    try ModelConfiguration.validate(headDimension: dimension, file: path)
    let experts = try experts()
    let configuration = ModelConfiguration(
      family: family.name, name: try metadata.optionalString("general.name"), hiddenSize: hidden,
      vocabularySize: try vocabularySize(), headCount: heads, keyValueHeadCount: keyValueHeads,
      headDimension: dimension, intermediateSize: try metadata.integer(prefix + "feed_forward_length", in: large),
      normEpsilon: Float(try number("attention.layer_norm_rms_epsilon")),
      contextLength: try metadata.integer(prefix + "context_length", in: 1...Int(Int32.max)),
      ropeLayout: family.interleavedInGGUF ? .interleaved : .halfSplit, activation: family.activation,
      embeddingScale: family.scalesEmbedding ? Float(hidden).squareRoot() : 1,
      attentionScale: attentionScale(hidden: hidden, heads: heads, dimension: dimension, layers: layers),
      normPlacement: family.normPlacement, queryKeyNorm: family.queryKeyNorm, experts: experts,
      layers: try self.layers(count: layers, dimension: dimension, hasExperts: experts != nil))
    try configuration.validate(file: path)
    return configuration
  }

  func number(_ key: String) throws(CheckpointError) -> Double {
    guard let value = try metadata.optionalNumber(prefix + key) else {
      throw .malformed(file: path, field: prefix + key, reason: "is missing")
    }
    return value
  }

  /// The rows of the embedding decide.
  private func vocabularySize() throws(CheckpointError) -> Int {
    guard let embedding = store.tensors.first(where: { $0.name == "token_embd.weight" }) else {
      throw .missingTensor(file: path, name: "token_embd.weight")
    }
    return embedding.rows
  }

  /// Gemma 3's largest model (62 layers) scales by hidden size / heads; no key says so.
  private func attentionScale(hidden: Int, heads: Int, dimension: Int, layers: Int) -> Float {
    let scaled = family.name == "gemma3" && layers == 62 ? hidden / heads : dimension
    return 1 / Float(scaled).squareRoot()
  }

  private func experts() throws(CheckpointError) -> MixtureOfExperts? {
    guard family.hasExperts else { return nil }
    return MixtureOfExperts(
      count: try metadata.integer(prefix + "expert_count", in: 1...65_536),
      used: try metadata.integer(prefix + "expert_used_count", in: 1...65_536),
      intermediateSize: try metadata.integer(prefix + "expert_feed_forward_length", in: 1...(1 << 24)),
      normalises: true)
  }

  private func layers(
    count: Int, dimension: Int, hasExperts: Bool
  ) throws(CheckpointError) -> [LayerConfiguration] {
    let rotated = try metadata.optionalInteger(prefix + "rope.dimension_count") ?? dimension
    guard rotated > 0, rotated <= dimension, rotated % 2 == 0 else {
      throw .malformed(
        file: path, field: prefix + "rope.dimension_count",
        reason: "is \(rotated); allowed are even numbers up to \(dimension)")
    }
    let theta = try metadata.optionalNumber(prefix + "rope.freq_base") ?? family.defaultTheta
    var global = try scaling().embedding(dimensions: rotated, theta: theta)
    try applyFrequencyFactors(&global)
    let slidingTheta = try metadata.optionalNumber(prefix + "rope.freq_base_swa") ?? family.slidingTheta
    let sliding = slidingTheta.map { RotaryScaling.none.embedding(dimensions: rotated, theta: $0) } ?? global
    let window = try metadata.optionalInteger(prefix + "attention.sliding_window").flatMap { $0 > 0 ? $0 : nil }
    let period = try metadata.optionalInteger(prefix + "attention.sliding_window_pattern") ?? family.globalLayerPeriod
    return (0..<count).map { layer in
      let slides = window != nil && (period.map { $0 > 0 && (layer + 1) % $0 != 0 } ?? true)
      let turns = family.noRopePeriod.map { (layer + 1) % $0 != 0 } ?? true
      return LayerConfiguration(
        slidingWindow: slides ? window : nil, rotary: turns ? (slides ? sliding : global) : nil,
        usesExperts: hasExperts)
    }
  }

  /// `rope_freqs.weight` holds a divisor for every frequency (Llama 3.1).
  private func applyFrequencyFactors(_ rotary: inout RotaryEmbedding) throws(CheckpointError) {
    for name in ["rope_factors_long.weight", "rope_factors_short.weight"] where store.has(name) {
      throw .unsupported(file: path, what: "RoPE with long and short factors (\(name))")
    }
    var store = store
    guard let factors = try store.optionalVector("rope_freqs.weight", count: rotary.frequencies.count) else { return }
    for (index, factor) in factors.enumerated() {
      guard factor > 0 else {
        throw .malformed(file: path, field: "rope_freqs.weight", reason: "holds \(factor); divisors are above 0")
      }
      rotary.frequencies[index] /= Double(factor)
    }
  }
}
