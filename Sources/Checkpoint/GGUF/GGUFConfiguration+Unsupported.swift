extension GGUFConfiguration {
  /// Refuses by name what the metadata ask for and is not computed here.
  func refuseUnsupported() throws(CheckpointError) {
    for (key, what, plain) in Self.numbers {
      guard let value = try metadata.optionalNumber(prefix + key), !plain.contains(value) else { continue }
      throw .unsupported(file: path, what: "\(what) (\(prefix + key))")
    }
    for (key, what, plain) in Self.switches {
      guard let value = try metadata.optionalBool(prefix + key), value != plain else { continue }
      throw .unsupported(file: path, what: "\(what) (\(prefix + key))")
    }
    if metadata.has(prefix + "rope.dimension_sections") {
      throw .unsupported(file: path, what: "RoPE in sections (\(prefix)rope.dimension_sections)")
    }
    if !family.hasExperts, try metadata.optionalInteger(prefix + "expert_count") ?? 0 > 0 {
      throw .unsupported(file: path, what: "experts in the family \(family.name) (\(prefix)expert_count)")
    }
    if let sinks = store.names.filter({ $0.contains("attn_sinks") }).min() {
      throw .unsupported(file: path, what: "attention sinks (\(sinks))")
    }
    if let value = try metadata.optionalInteger(prefix + "attention.value_length"),
      let key = try metadata.optionalInteger(prefix + "attention.key_length"), value != key
    {
      throw .unsupported(file: path, what: "values of another length (\(value)) than keys (\(key))")
    }
  }

  /// Keys, what they ask for, and the values with which they ask for nothing.
  private static let numbers: [(key: String, what: String, plain: [Double])] = [
    ("attn_logit_softcapping", "soft-capped logits", [0]), ("final_logit_softcapping", "soft-capped logits", [0]),
    ("attention.max_alibi_bias", "ALiBi", [0]), ("attention.clamp_kqv", "clamped projections", [0]),
    ("attention.scale", "an attention scale of its own", [0]), ("logit_scale", "scaled logits", [0, 1]),
    ("residual_scale", "scaled residuals", [0, 1]), ("embedding_scale", "scaled embeddings", [0, 1]),
    ("expert_shared_count", "shared experts", [0]), ("expert_group_count", "experts chosen in groups", [0, 1]),
    ("expert_gating_func", "experts weighed otherwise than by softmax", [0, 1]),
    ("expert_weights_scale", "scaled experts", [0, 1]),
    ("leading_dense_block_count", "dense layers below those with experts", [0]),
    ("nextn_predict_layers", "layers that predict further tokens", [0]),
  ]

  private static let switches: [(key: String, what: String, plain: Bool)] = [
    ("attention.causal", "bidirectional attention", true), ("use_parallel_residual", "parallel blocks", false),
    ("expert_weights_norm", "experts whose weights do not add up to 1", true),
  ]
}
