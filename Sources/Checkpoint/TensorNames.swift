/// The names that a file format gives to a model's tensors.
struct TensorNames: Sendable {
  var embedding, finalNorm, unembedding: String
  /// The prefix of a layer's tensors.
  var layer: @Sendable (Int) -> String
  var attentionNorm, query, key, value, fusedQueryKeyValue, queryNorm, keyNorm, output: String
  /// Norms on a block's output, and on the feed-forward block's input, by where the family has norms.
  var postAttentionNorm, postFeedForwardNorm: String
  var feedForwardNorm: @Sendable (NormPlacement) -> String
  var gate, up, down, fusedGateUp, router: String
  /// Tensors of all experts in one, or of one expert.
  var experts: ExpertNames
  /// Ends of names of tensors that say what the configuration says too, or are read with it.
  var unused: [String]

  enum ExpertNames: Sendable {
    case stacked(gate: String, up: String, down: String)
    case single(@Sendable (_ expert: Int) -> (gate: String, up: String, down: String))
  }

  static let gguf = TensorNames(
    embedding: "token_embd", finalNorm: "output_norm", unembedding: "output", layer: { "blk.\($0)." },
    attentionNorm: "attn_norm", query: "attn_q", key: "attn_k", value: "attn_v", fusedQueryKeyValue: "attn_qkv",
    queryNorm: "attn_q_norm", keyNorm: "attn_k_norm", output: "attn_output",
    postAttentionNorm: "post_attention_norm", postFeedForwardNorm: "post_ffw_norm",
    feedForwardNorm: { _ in "ffn_norm" }, gate: "ffn_gate", up: "ffn_up", down: "ffn_down", fusedGateUp: "ffn_up",
    router: "ffn_gate_inp",
    experts: .stacked(gate: "ffn_gate_exps", up: "ffn_up_exps", down: "ffn_down_exps"),
    unused: ["rope_freqs.weight"])

  static let huggingFace = TensorNames(
    embedding: "model.embed_tokens", finalNorm: "model.norm", unembedding: "lm_head",
    layer: { "model.layers.\($0)." }, attentionNorm: "input_layernorm", query: "self_attn.q_proj",
    key: "self_attn.k_proj", value: "self_attn.v_proj", fusedQueryKeyValue: "self_attn.qkv_proj",
    queryNorm: "self_attn.q_norm", keyNorm: "self_attn.k_norm", output: "self_attn.o_proj",
    postAttentionNorm: "post_attention_layernorm", postFeedForwardNorm: "post_feedforward_layernorm",
    feedForwardNorm: { $0 == .before ? "post_attention_layernorm" : "pre_feedforward_layernorm" },
    gate: "mlp.gate_proj", up: "mlp.up_proj", down: "mlp.down_proj", fusedGateUp: "mlp.gate_up_proj",
    router: "mlp.gate",
    experts: .single { expert in
      let prefix = "mlp.experts.\(expert)."
      return (prefix + "gate_proj", prefix + "up_proj", prefix + "down_proj")
    }, unused: [".rotary_emb.inv_freq"])
}
