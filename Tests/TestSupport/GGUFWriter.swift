/// Writes small GGUF files, well-formed or not, byte by byte.
package struct GGUFWriter {
  package struct Tensor {
    package var name: String
    /// Innermost dimension first, as in the file.
    package var dimensions: [UInt64]
    package var type: UInt32 = 0
    /// nil: after the tensor before it, aligned.
    package var offset: UInt64?
    package var bytes: Int
  }

  package var version: UInt32 = 3
  package var entries: [(key: String, value: [UInt8])] = []
  package var tensors: [Tensor] = []
  package var tensorCount: UInt64?
  package var entryCount: UInt64?

  package mutating func set(_ key: String, _ value: [UInt8]) {
    entries.removeAll { $0.key == key }
    entries.append((key, value))
  }

  package mutating func remove(_ key: String) { entries.removeAll { $0.key == key } }

  /// Adds an f32 tensor; `shape` has the outermost dimension first.
  package mutating func add(_ name: String, _ shape: [Int]) {
    tensors.append(
      Tensor(name: name, dimensions: shape.reversed().map(UInt64.init), bytes: shape.reduce(4, *)))
  }

  package mutating func change(_ name: String, _ edit: (inout Tensor) -> Void) {
    for index in tensors.indices where tensors[index].name == name { edit(&tensors[index]) }
  }

  package static func u32(_ value: UInt32) -> [UInt8] { little(UInt32(4)) + little(value) }
  package static func u64(_ value: UInt64) -> [UInt8] { little(UInt32(10)) + little(value) }
  package static func f32(_ value: Float) -> [UInt8] { little(UInt32(6)) + little(value.bitPattern) }
  package static func string(_ text: String) -> [UInt8] { little(UInt32(8)) + text_(text) }
  package static func strings(_ texts: [String]) -> [UInt8] {
    little(UInt32(9)) + little(UInt32(8)) + little(UInt64(texts.count)) + texts.flatMap(text_)
  }

  package static func floats(_ values: [Float]) -> [UInt8] { array(6, values.map(\.bitPattern)) }
  package static func integers(_ values: [Int32]) -> [UInt8] { array(5, values.map(UInt32.init(bitPattern:))) }

  private static func array(_ type: UInt32, _ values: [UInt32]) -> [UInt8] {
    little(UInt32(9)) + little(type) + little(UInt64(values.count)) + values.flatMap(little)
  }

  package static func little<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  private static func text_(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

  /// The bytes before the tensor data.
  package func directory() -> [UInt8] {
    var fields: [Range<Int>] = []
    return directory(marking: &fields)
  }

  /// The same; `fields` receives the places of all counts, lengths, types, dimensions and offsets.
  package func directory(marking fields: inout [Range<Int>]) -> [UInt8] {
    var bytes = Array("GGUF".utf8)
    func append<T: FixedWidthInteger>(_ value: T) {
      fields.append(bytes.count..<bytes.count + MemoryLayout<T>.size)
      bytes += Self.little(value)
    }
    func append(text: String) {
      append(UInt64(text.utf8.count))
      bytes += Array(text.utf8)
    }
    append(version)
    append(tensorCount ?? UInt64(tensors.count))
    append(entryCount ?? UInt64(entries.count))
    for entry in entries {
      append(text: entry.key)
      // The value's type, and what follows it: a number, a length, or an array's type and length.
      for place in [0, 4, 8] where place + 4 <= entry.value.count {
        fields.append(bytes.count + place..<bytes.count + place + 4)
      }
      bytes += entry.value
    }
    var next: UInt64 = 0
    for tensor in tensors {
      append(text: tensor.name)
      append(UInt32(tensor.dimensions.count))
      tensor.dimensions.forEach { append($0) }
      append(tensor.type)
      append(tensor.offset ?? next)
      next += UInt64((tensor.bytes + 31) / 32 * 32)
    }
    return bytes
  }

  package init() {}

  package func bytes() -> [UInt8] {
    var bytes = directory()
    bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
    for tensor in tensors { bytes += [UInt8](repeating: 0, count: (tensor.bytes + 31) / 32 * 32) }
    return bytes
  }
}

extension GGUFWriter {
  package static let hidden = 8
  package static let inner = 16
  package static let tokens = ["a", "b", "c", "ab", "<s>"]

  /// A complete Llama model of one layer: 2 query heads and 1 key-value head of 4 values.
  package static func llama(architecture: String = "llama") -> GGUFWriter {
    var writer = GGUFWriter()
    writer.set("general.architecture", string(architecture))
    writer.set("general.name", string("minute"))
    let numbers: [(String, UInt32)] = [
      ("embedding_length", 8), ("block_count", 1), ("attention.head_count", 2), ("attention.head_count_kv", 1),
      ("feed_forward_length", 16), ("context_length", 64),
    ]
    for (key, value) in numbers { writer.set(architecture + "." + key, u32(value)) }
    writer.set(architecture + ".attention.layer_norm_rms_epsilon", f32(1e-5))
    writer.set(architecture + ".rope.freq_base", f32(10_000))
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
