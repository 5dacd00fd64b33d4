import Foundation

/// Writes a small model as a Hugging Face folder: as it comes, a Llama model of one layer.
package struct HuggingFaceWriter {
  package var config: [String: any Sendable] = [
    "model_type": "llama", "hidden_size": 8, "num_attention_heads": 2, "num_key_value_heads": 1,
    "num_hidden_layers": 1, "intermediate_size": 16, "vocab_size": 5, "rms_norm_eps": 1e-5,
    "max_position_embeddings": 64, "rope_theta": 10_000.0, "hidden_act": "silu", "tie_word_embeddings": true,
  ]
  package var tensors: [(name: String, shape: [Int])] = [
    ("model.embed_tokens.weight", [5, 8]), ("model.norm.weight", [8]),
    ("model.layers.0.input_layernorm.weight", [8]), ("model.layers.0.self_attn.q_proj.weight", [8, 8]),
    ("model.layers.0.self_attn.k_proj.weight", [4, 8]), ("model.layers.0.self_attn.v_proj.weight", [4, 8]),
    ("model.layers.0.self_attn.o_proj.weight", [8, 8]),
    ("model.layers.0.post_attention_layernorm.weight", [8]), ("model.layers.0.mlp.gate_proj.weight", [16, 8]),
    ("model.layers.0.mlp.up_proj.weight", [16, 8]), ("model.layers.0.mlp.down_proj.weight", [8, 16]),
  ]
  package var tokenizer: String? = "{}"

  package init() {}

  /// Sets an object of config.json.
  package mutating func set(_ key: String, _ values: [String: any Sendable]) { config[key] = values }

  package func write(to folder: ScratchFolder) throws {
    try folder.write(Array(try JSONSerialization.data(withJSONObject: config)), to: "config.json")
    if let tokenizer { try folder.write(Array(tokenizer.utf8), to: "tokenizer.json") }
    try folder.write(Self.safetensors(tensors), to: "model.safetensors")
  }

  /// Tensors of zeros, or of `values`, one tensor's after the other's.
  package static func safetensors(_ tensors: [(name: String, shape: [Int])], values: [Float]? = nil) -> [UInt8] {
    var entries: [String] = []
    var offset = 0
    for tensor in tensors {
      let end = offset + 4 * tensor.shape.reduce(1, *)
      entries.append(
        #""\#(tensor.name)":{"dtype":"F32","shape":\#(tensor.shape),"data_offsets":[\#(offset),\#(end)]}"#)
      offset = end
    }
    let bytes = values?.flatMap { GGUFWriter.little($0.bitPattern) } ?? [UInt8](repeating: 0, count: offset)
    return framed("{\(entries.joined(separator: ","))}") + bytes
  }

  package static func framed(_ header: String) -> [UInt8] { framed(Array(header.utf8)) }

  package static func framed(_ header: [UInt8]) -> [UInt8] { GGUFWriter.little(UInt64(header.count)) + header }
}
