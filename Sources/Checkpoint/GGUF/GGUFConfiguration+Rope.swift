extension GGUFConfiguration {
  /// How RoPE is stretched; a factor without a type is linear.
  func scaling() throws(CheckpointError) -> RotaryScaling {
    let type = try metadata.optionalString(prefix + "rope.scaling.type")
    switch type {
    case "none": return .none
    case nil, "linear":
      let own = try metadata.optionalNumber(prefix + "rope.scaling.factor")
      let older = try metadata.optionalNumber(prefix + "rope.scale_linear")
      guard let factor = own ?? older, factor != 0 else { return .none }
      return .linear(factor: try positive("rope.scaling.factor", factor))
    case "yarn": return .yarn(try yarn())
    case let type?:
      throw .unsupported(file: path, what: "RoPE scaling of type \(type); supported are none, linear, yarn")
    }
  }

  /// The attention factor of the file multiplies the one that YaRN recommends.
  private func yarn() throws(CheckpointError) -> RotaryScaling.YaRN {
    let key = "rope.scaling."
    for (name, plain) in [("yarn_ext_factor", 1.0), ("yarn_attn_factor", 1), ("yarn_log_multiplier", 0)] {
      guard let value = try metadata.optionalNumber(prefix + key + name), value != plain else { continue }
      throw .unsupported(file: path, what: "YaRN with \(prefix + key + name) \(value); supported is \(plain)")
    }
    let factor = try positive(key + "factor", try number(key + "factor"))
    let extra = try metadata.optionalNumber(prefix + key + "attn_factor") ?? 1
    return RotaryScaling.YaRN(
      factor: factor,
      originalLength: try positive(
        key + "original_context_length", try number(key + "original_context_length")),
      betaFast: try positive(
        key + "yarn_beta_fast", try metadata.optionalNumber(prefix + key + "yarn_beta_fast") ?? 32),
      betaSlow: try positive(key + "yarn_beta_slow", try metadata.optionalNumber(prefix + key + "yarn_beta_slow") ?? 1),
      attentionFactor: try positive(key + "attn_factor", extra) * RotaryScaling.YaRN.recommendedFactor(factor))
  }

  private func positive(_ key: String, _ value: Double) throws(CheckpointError) -> Double {
    guard value > 0 else {
      throw .malformed(file: path, field: prefix + key, reason: "is \(value); it must be above 0")
    }
    return value
  }
}
