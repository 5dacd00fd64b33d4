import TestSupport
import Testing

@testable import Checkpoint

/// What a valid file may ask for that is not computed here is refused by its name.
@Suite struct UnsupportedTests {
  static let numbers: [(key: String, value: Float)] = [
    ("attn_logit_softcapping", 50), ("final_logit_softcapping", 30), ("attention.max_alibi_bias", 8),
    ("attention.clamp_kqv", 6), ("attention.scale", 0.1), ("logit_scale", 2), ("residual_scale", 0.5),
    ("embedding_scale", 12), ("rope.scaling.yarn_attn_factor", 1.2), ("rope.scaling.yarn_ext_factor", 0.5),
    ("rope.scaling.yarn_log_multiplier", 0.1), ("expert_count", 8), ("expert_shared_count", 1),
    ("expert_group_count", 4), ("expert_gating_func", 2), ("leading_dense_block_count", 1),
    ("nextn_predict_layers", 1),
  ]

  @Test(arguments: numbers) func metadataNumbers(key: String, value: Float) throws {
    var writer = GGUFWriter.llama()
    writer.set("llama.rope.scaling.type", GGUFWriter.string("yarn"))
    writer.set("llama.rope.scaling.factor", GGUFWriter.f32(2))
    writer.set("llama.rope.scaling.original_context_length", GGUFWriter.u32(16))
    #expect(try failure(of: writer.bytes()) == nil)
    let isCount = value == value.rounded() && key.contains("count") || key.contains("predict") || key.contains("func")
    writer.set("llama." + key, isCount ? GGUFWriter.u32(UInt32(value)) : GGUFWriter.f32(value))
    try expectUnsupported(try failure(of: writer.bytes()), ["llama." + key])
  }

  @Test(arguments: [("attention.causal", false), ("use_parallel_residual", true), ("expert_weights_norm", false)])
  func metadataSwitches(key: String, value: Bool) throws {
    var writer = GGUFWriter.llama()
    writer.set("llama." + key, GGUFWriter.little(UInt32(7)) + [value ? 1 : 0])
    try expectUnsupported(try failure(of: writer.bytes()), ["llama." + key])
  }

  @Test(arguments: ["longrope", "su", "dynamic", "mrope"]) func ropeOfMetadata(type: String) throws {
    var writer = GGUFWriter.llama()
    writer.set("llama.rope.scaling.type", GGUFWriter.string(type))
    try expectUnsupported(try failure(of: writer.bytes()), ["RoPE scaling of type \(type)", "none, linear, yarn"])
  }

  @Test(arguments: [
    "blk.0.attn_q_norm.weight", "blk.0.attn_post_norm.weight", "blk.0.ffn_up.bias", "blk.0.ffn_gate_shexp.weight",
    "blk.0.ffn_gate_inp.weight", "blk.1.attn_norm.weight", "output.bias", "blk.0.attn_sinks.weight",
  ]) func tensorsOfGGUF(name: String) throws {
    var writer = GGUFWriter.llama()
    writer.add(name, [8])
    try expectUnsupported(try failure(of: writer.bytes()), [name])
  }

  @Test(arguments: [
    "model.layers.0.self_attn.sinks", "model.layers.0.self_attn.q_norm.weight", "model.layers.0.mlp.up_proj.bias",
    "model.layers.0.self_attn.q_proj.bias", "model.layers.0.mlp.shared_expert.up_proj.weight",
    "model.layers.0.self_attn.q_proj.weight_scale", "model.layers.1.input_layernorm.weight", "lm_head.bias",
    "model.layers.0.self_attn.q_proj.lora_A.weight",
  ]) func tensorsOfSafetensors(name: String) throws {
    var model = HuggingFaceWriter()
    model.tensors.append((name, [8]))
    try expectUnsupported(try failure(of: model), ["the tensor \(name)", "the family llama"])
  }

  @Test(arguments: [
    ("attn_logit_softcapping", 50), ("final_logit_softcapping", 30), ("clip_qkv", 8), ("attention_chunk_size", 64),
    ("sliding_window", 16), ("num_experts", 8), ("num_local_experts", 8), ("n_shared_experts", 1),
    ("shared_expert_intermediate_size", 8), ("n_group", 4), ("routed_scaling_factor", 2),
  ]) func configurationNumbers(key: String, value: Int) throws {
    var model = HuggingFaceWriter()
    model.config[key] = value
    try expectUnsupported(try failure(of: model), ["(\(key))"])
  }

  @Test(arguments: ["mlp_bias", "use_bidirectional_attention", "qk_layernorm", "lm_head_bias"])
  func configurationSwitches(key: String) throws {
    var model = HuggingFaceWriter()
    model.config[key] = true
    try expectUnsupported(try failure(of: model), ["(\(key))"])
  }

  @Test(arguments: ["longrope", "dynamic", "proportional", "mrope", "su"]) func ropeOfConfiguration(type: String) throws
  {
    var model = HuggingFaceWriter()
    model.set("rope_scaling", ["rope_type": type, "factor": 2])
    try expectUnsupported(try failure(of: model), ["RoPE of type \(type)", "default, linear, llama3, yarn"])
  }

  @Test func otherFeaturesOfConfigurations() throws {
    func expect(_ words: [String], _ edit: (inout HuggingFaceWriter) -> Void) throws {
      var model = HuggingFaceWriter()
      edit(&model)
      try expectUnsupported(try failure(of: model), words)
    }
    try expect(["quantized weights (compression_config)"]) { $0.set("compression_config", ["bits": 4]) }
    try expect(["sigmoid (scoring_func)"]) { $0.config["scoring_func"] = "sigmoid" }
    try expect(["the model type gemma2 in text_config of gemma3"]) {
      $0.config["model_type"] = "gemma3"
      $0.set("text_config", ["model_type": "gemma2"])
    }
    try expect(["in the family smollm3 without layer_types (use_sliding_window)"]) {
      $0.config.merge(["model_type": "smollm3", "use_sliding_window": true, "sliding_window": 8]) { $1 }
    }
    try expect(["RoPE of type yarn in the family phi3"]) {
      $0.config["model_type"] = "phi3"
      $0.set("rope_scaling", ["type": "yarn", "factor": 4])
    }
    try expect(["biases in the attention block of the family mistral (attention_bias)"]) {
      $0.config.merge(["model_type": "mistral", "attention_bias": true]) { $1 }
    }
  }

  /// A bias that a model's configuration or family promises is not done without.
  @Test(arguments: [["attention_bias": true], ["model_type": "qwen2"]] as [[String: any Sendable]])
  func biasesMustBeThere(change: [String: any Sendable]) throws {
    var model = HuggingFaceWriter()
    model.config.merge(change) { $1 }
    #expect(try failure(of: model)?.contains("model.layers.0.self_attn.q_proj.bias is missing") == true)
  }

  @Test(
    arguments: [
      (["type": "linear", "factor": 0], "rope_scaling.factor: is 0.0"),
      (["type": "linear"], "rope_scaling.factor: is missing"),
      (["type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 1], "above low_freq_factor"),
      (["type": "yarn", "factor": 8, "beta_fast": -1], "rope_scaling.beta_fast: is -1.0"),
      (["type": "yarn", "factor": 8, "attention_factor": 0], "rope_scaling.attention_factor: is 0.0"),
    ] as [([String: any Sendable], String)])
  func ropeOutOfRange(scaling: [String: any Sendable], message: String) throws {
    var model = HuggingFaceWriter()
    model.set("rope_scaling", scaling)
    #expect(try failure(of: model)?.contains(message) == true)
  }

  private func failure(of model: HuggingFaceWriter) throws -> String? {
    let folder = try ScratchFolder()
    try model.write(to: folder)
    return CheckpointTests.failure(opening: folder.path)
  }

  private func failure(of bytes: [UInt8]) throws -> String? { try CheckpointTests.failure(of: bytes) }

  private func expectUnsupported(_ message: String?, _ words: [String]) throws {
    let message = try #require(message)
    for word in ["not supported: "] + words { #expect(message.contains(word), "\(message)") }
  }
}
