/// RoPE as config.json describes it: `rope_parameters` (one, or one a kind of layer), or `rope_theta` and `rope_scaling`.
struct RopeParameters {
  let config: JSONObject
  let family: Family
  let dimension: Int

  /// The embedding of global layers, or of those with a sliding window.
  func embedding(slides: Bool) throws(CheckpointError) -> RotaryEmbedding {
    let source = try parameters(slides: slides)
    let own = try source?.optionalNumber("rope_theta")
    let local = slides ? try localTheta() : nil
    let common = try config.optionalNumber("rope_theta")
    let theta = own ?? local ?? common ?? family.defaultTheta
    guard theta > 0, theta.isFinite else {
      throw .malformed(file: config.file, field: "rope_theta", reason: "is \(theta); it must be above 0")
    }
    let ownPart = try source?.optionalNumber("partial_rotary_factor")
    let commonPart = try config.optionalNumber("partial_rotary_factor")
    let partial = ownPart ?? commonPart ?? 1
    let rotated = (Double(dimension) * partial).rounded(.towardZero)
    guard partial > 0, partial <= 1, rotated > 0, rotated.remainder(dividingBy: 2) == 0 else {
      throw .malformed(
        file: config.file, field: "partial_rotary_factor",
        reason: "rotates \(rotated) of \(dimension) values; it must be an even number of them")
    }
    return try scaling(source).embedding(dimensions: Int(rotated), theta: theta)
  }

  private func localTheta() throws(CheckpointError) -> Double? {
    guard let theta = try config.optionalNumber("rope_local_base_freq") else { return family.slidingTheta }
    return theta
  }

  private func parameters(slides: Bool) throws(CheckpointError) -> JSONObject? {
    if let parameters = try config.optionalObject("rope_parameters") {
      let kind = slides ? "sliding_attention" : "full_attention"
      if parameters.has("full_attention") || parameters.has("sliding_attention") {
        return try parameters.optionalObject(kind)
      }
      return parameters
    }
    // Scaling in the older layout concerns global layers alone where sliding ones have a base of their own.
    return slides && family.slidingTheta != nil ? nil : try config.optionalObject("rope_scaling")
  }

  private func scaling(_ source: JSONObject?) throws(CheckpointError) -> RotaryScaling {
    guard let source else { return .none }
    let (named, older) = (try source.optionalString("rope_type"), try source.optionalString("type"))
    let type = named ?? older ?? "default"
    switch type {
    case "default": return .none
    case let type where !family.mayScaleRope:
      throw .unsupported(
        file: config.file, what: "RoPE of type \(type) in the family \(family.name); supported is default")
    case "linear": return .linear(factor: try positive(source, "factor"))
    case "llama3":
      let (low, high) = (try positive(source, "low_freq_factor"), try positive(source, "high_freq_factor"))
      guard low < high else {
        throw .malformed(
          file: config.file, field: source.path + "high_freq_factor",
          reason: "is \(high); it must be above low_freq_factor, \(low)")
      }
      return .llama3(
        factor: try positive(source, "factor"), lowFrequency: low, highFrequency: high,
        originalLength: try originalLength(source))
    case "yarn": return .yarn(try yarn(source))
    default:
      throw .unsupported(
        file: config.file, what: "RoPE of type \(type); supported are default, linear, llama3, yarn")
    }
  }

  private func yarn(_ source: JSONObject) throws(CheckpointError) -> RotaryScaling.YaRN {
    let originalLength = try originalLength(source)
    let length = try config.optionalNumber("max_position_embeddings") ?? originalLength
    let factor = source.has("factor") ? try positive(source, "factor") : length / originalLength
    return RotaryScaling.YaRN(
      factor: factor, originalLength: originalLength, betaFast: try beta(source, "beta_fast", 32),
      betaSlow: try beta(source, "beta_slow", 1), attentionFactor: try attentionFactor(source, factor),
      truncates: try source.optionalBool("truncate") ?? true)
  }

  /// The factor that is given, or that of two multipliers where both are (DeepSeek).
  private func attentionFactor(_ source: JSONObject, _ factor: Double) throws(CheckpointError) -> Double? {
    if source.has("attention_factor") { return try positive(source, "attention_factor") }
    guard let scale = try source.optionalNumber("mscale"), scale != 0,
      let all = try source.optionalNumber("mscale_all_dim"), all != 0
    else { return nil }
    return RotaryScaling.YaRN.recommendedFactor(factor, multiplier: scale)
      / RotaryScaling.YaRN.recommendedFactor(factor, multiplier: all)
  }

  /// A number of rotations; 0 means the usual one.
  private func beta(_ source: JSONObject, _ key: String, _ usual: Double) throws(CheckpointError) -> Double {
    try source.optionalNumber(key) ?? 0 == 0 ? usual : try positive(source, key)
  }

  /// The length before stretching: the model's own, the scaling's, or the whole.
  private func originalLength(_ source: JSONObject) throws(CheckpointError) -> Double {
    let key = "original_max_position_embeddings"
    for object in [config, source] where object.has(key) { return try positive(object, key) }
    return try positive(config, "max_position_embeddings")
  }

  private func positive(_ object: JSONObject, _ key: String) throws(CheckpointError) -> Double {
    let value = try object.number(key)
    guard value > 0 else {
      throw .malformed(file: object.file, field: object.path + key, reason: "is \(value); it must be above 0")
    }
    return value
  }
}
