import Kernels

extension HuggingFaceConfiguration {
  /// Refuses by name what config.json asks for and is not computed here.
  func refuseUnsupported() throws(CheckpointError) {
    for key in ["attn_logit_softcapping", "final_logit_softcapping"] where config.has(key) {
      throw unsupported("soft-capped logits", key)
    }
    for key in ["quantization_config", "compression_config"] where config.has(key) {
      throw unsupported("quantized weights", key)
    }
    for key in ["clip_qkv", "attention_chunk_size"] where config.has(key) {
      throw unsupported("clipped or chunked attention", key)
    }
    for (key, what) in Self.switches where try config.optionalBool(key) == true { throw unsupported(what, key) }
    try refuseActivation()
    try refuseExperts()
    try refuseSlidingWindow()
    if !family.mayHaveAttentionBiases, try config.optionalBool("attention_bias") == true {
      throw unsupported("biases in the attention block of the family \(family.name)", "attention_bias")
    }
  }

  private static let switches = [
    ("mlp_bias", "biases in the feed-forward block"), ("use_bidirectional_attention", "bidirectional attention"),
    ("qk_layernorm", "layer norms of queries and keys"), ("lm_head_bias", "a bias of the unembedding"),
  ]

  private func unsupported(_ what: String, _ key: String) -> CheckpointError {
    .unsupported(file: config.file, what: "\(what) (\(key))")
  }

  private func refuseActivation() throws(CheckpointError) {
    let names = family.activation == .silu ? ["silu", "swish"] : ["gelu_pytorch_tanh"]
    for key in ["hidden_act", "hidden_activation"] {
      guard let name = try config.optionalString(key), !names.contains(name) else { continue }
      throw .unsupported(file: config.file, what: "the activation \(name) (\(key)) in the family \(family.name)")
    }
  }

  /// Experts that a family does not have, that are always used, chosen in groups, or weighed otherwise than by softmax.
  private func refuseExperts() throws(CheckpointError) {
    if !family.hasExperts {
      for key in ["num_experts", "num_local_experts"] where try config.optionalInteger(key) ?? 0 > 0 {
        throw unsupported("experts in the family \(family.name)", key)
      }
    }
    for key in ["n_shared_experts", "num_shared_experts", "shared_expert_intermediate_size"]
    where try config.optionalInteger(key) ?? 0 > 0 {
      throw unsupported("shared experts", key)
    }
    if try config.optionalInteger("n_group") ?? 1 > 1 { throw unsupported("experts chosen in groups", "n_group") }
    if let scoring = try config.optionalString("scoring_func"), scoring != "softmax" {
      throw unsupported("experts weighed by \(scoring)", "scoring_func")
    }
    if try config.optionalNumber("routed_scaling_factor") ?? 1 != 1 {
      throw unsupported("scaled experts", "routed_scaling_factor")
    }
  }

  private func refuseSlidingWindow() throws(CheckpointError) {
    switch family.slidingWindow {
    case .always, .asked: return
    case .none:
      guard config.has("sliding_window") else { return }
      throw unsupported("a sliding window in the family \(family.name)", "sliding_window")
    case .askedWithTypes:
      guard try config.optionalBool("use_sliding_window") == true, !config.has("layer_types") else { return }
      throw unsupported("a sliding window in the family \(family.name) without layer_types", "use_sliding_window")
    }
  }
}
