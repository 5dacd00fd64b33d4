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
    case "linear": return .linear(factor: try source.number("factor"))
    case "llama3":
      return .llama3(
        factor: try source.number("factor"), lowFrequency: try source.number("low_freq_factor"),
        highFrequency: try source.number("high_freq_factor"),
        originalLength: try source.number("original_max_position_embeddings"))
    case "yarn": return .yarn(try yarn(source))
    default:
      throw .unsupported(
        file: config.file, what: "RoPE of type \(type); supported are default, linear, llama3, yarn")
    }
  }

  private func yarn(_ source: JSONObject) throws(CheckpointError) -> RotaryScaling.YaRN {
    for key in ["mscale", "mscale_all_dim"] where source.has(key) {
      throw .unsupported(file: config.file, what: "YaRN with \(key)")
    }
    let own = try source.optionalNumber("original_max_position_embeddings")
    let common = try config.optionalNumber("max_position_embeddings")
    return RotaryScaling.YaRN(
      factor: try source.number("factor"),
      originalLength: try config.required("max_position_embeddings", own ?? common),
      betaFast: try source.optionalNumber("beta_fast") ?? 32, betaSlow: try source.optionalNumber("beta_slow") ?? 1,
      attentionFactor: try source.optionalNumber("attention_factor"),
      truncates: try source.optionalBool("truncate") ?? true)
  }
}
