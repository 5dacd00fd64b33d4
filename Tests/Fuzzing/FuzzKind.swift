/// The files that are damaged.
package enum FuzzKind: String, CaseIterable, Sendable {
  case gguf, safetensors, index, config, tokenizer

  /// The file's name in the model's folder.
  var file: String {
    switch self {
    case .gguf: "model.gguf"
    case .safetensors: "model.safetensors"
    case .index: "model.safetensors.index.json"
    case .config: "config.json"
    case .tokenizer: "tokenizer.json"
    }
  }
}
