import Foundation

/// Writes small GGUF files, well-formed or not, byte by byte.
struct GGUFWriter {
  struct Tensor {
    var name: String
    /// Innermost dimension first, as in the file.
    var dimensions: [UInt64]
    var type: UInt32 = 0
    /// nil: after the tensor before it, aligned.
    var offset: UInt64?
    var bytes: Int
  }

  var version: UInt32 = 3
  var entries: [(key: String, value: [UInt8])] = []
  var tensors: [Tensor] = []
  var tensorCount: UInt64?
  var entryCount: UInt64?

  mutating func set(_ key: String, _ value: [UInt8]) {
    entries.removeAll { $0.key == key }
    entries.append((key, value))
  }

  mutating func remove(_ key: String) { entries.removeAll { $0.key == key } }

  /// Adds an f32 tensor; `shape` has the outermost dimension first.
  mutating func add(_ name: String, _ shape: [Int]) {
    tensors.append(
      Tensor(name: name, dimensions: shape.reversed().map(UInt64.init), bytes: shape.reduce(4, *)))
  }

  mutating func change(_ name: String, _ edit: (inout Tensor) -> Void) {
    for index in tensors.indices where tensors[index].name == name { edit(&tensors[index]) }
  }

  static func u32(_ value: UInt32) -> [UInt8] { little(UInt32(4)) + little(value) }
  static func u64(_ value: UInt64) -> [UInt8] { little(UInt32(10)) + little(value) }
  static func f32(_ value: Float) -> [UInt8] { little(UInt32(6)) + little(value.bitPattern) }
  static func string(_ text: String) -> [UInt8] { little(UInt32(8)) + text_(text) }
  static func strings(_ texts: [String]) -> [UInt8] {
    little(UInt32(9)) + little(UInt32(8)) + little(UInt64(texts.count)) + texts.flatMap(text_)
  }

  static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func text_(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

  /// The bytes before the tensor data.
  func directory() -> [UInt8] {
    var bytes = Array("GGUF".utf8) + Self.little(version)
    bytes += Self.little(tensorCount ?? UInt64(tensors.count)) + Self.little(entryCount ?? UInt64(entries.count))
    for entry in entries { bytes += Self.text_(entry.key) + entry.value }
    var next: UInt64 = 0
    for tensor in tensors {
      bytes += Self.text_(tensor.name) + Self.little(UInt32(tensor.dimensions.count))
      bytes += tensor.dimensions.flatMap(Self.little) + Self.little(tensor.type) + Self.little(tensor.offset ?? next)
      next += UInt64((tensor.bytes + 31) / 32 * 32)
    }
    return bytes
  }

  func bytes() -> [UInt8] {
    var bytes = directory()
    bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
    for tensor in tensors { bytes += [UInt8](repeating: 0, count: (tensor.bytes + 31) / 32 * 32) }
    return bytes
  }
}

extension GGUFWriter {
  static let hidden = 8
  static let inner = 16
  static let tokens = ["a", "b", "c", "ab", "<s>"]

  /// A complete Llama model of one layer: 2 query heads and 1 key-value head of 4 values.
  static func llama() -> GGUFWriter {
    var writer = GGUFWriter()
    writer.set("general.architecture", string("llama"))
    writer.set("general.name", string("minute"))
    let numbers: [(String, UInt32)] = [
      ("embedding_length", 8), ("block_count", 1), ("attention.head_count", 2), ("attention.head_count_kv", 1),
      ("feed_forward_length", 16), ("context_length", 64),
    ]
    for (key, value) in numbers { writer.set("llama." + key, u32(value)) }
    writer.set("llama.attention.layer_norm_rms_epsilon", f32(1e-5))
    writer.set("llama.rope.freq_base", f32(10_000))
    writer.set("tokenizer.ggml.model", string("gpt2"))
    writer.set("tokenizer.ggml.tokens", strings(tokens))
    writer.set("tokenizer.ggml.merges", strings(["a b"]))
    writer.set("tokenizer.ggml.eos_token_id", u32(4))
    writer.add("token_embd.weight", [tokens.count, hidden])
    writer.add("output_norm.weight", [hidden])
    let layer: [(String, [Int])] = [
      ("attn_norm", [hidden]), ("attn_q", [8, hidden]), ("attn_k", [4, hidden]), ("attn_v", [4, hidden]),
      ("attn_output", [hidden, 8]), ("ffn_norm", [hidden]), ("ffn_gate", [inner, hidden]), ("ffn_up", [inner, hidden]),
      ("ffn_down", [hidden, inner]),
    ]
    for (name, shape) in layer { writer.add("blk.0.\(name).weight", shape) }
    return writer
  }
}
