import Foundation
import Kernels
import TestSupport
import Testing

@testable import Checkpoint

@Suite struct GGUFTests {
  @Test func aCompleteFileOpens() throws {
    let folder = try ScratchFolder()
    let files = try ModelFiles.open(path: try folder.write(GGUFWriter.llama().bytes(), to: "model.gguf"))
    let configuration = files.configuration
    #expect(configuration.family == "llama" && configuration.name == "minute")
    #expect(configuration.hiddenSize == 8 && configuration.vocabularySize == 5 && configuration.headDimension == 4)
    #expect(configuration.ropeLayout == .interleaved && configuration.attentionScale == 0.5)
    #expect(configuration.layers.map(\.rotary?.frequencies) == [[1, 0.01]])
    let tensors = try files.tensors()
    #expect(tensors.layers[0].query.rows == 8 && tensors.layers[0].key.rows == 4)
    #expect(tensors.layers[0].down.columns == 16)
    #expect(tensors.unembedding.rows == 5)
    guard case .gguf(let vocabulary) = files.tokenizer else { return #expect(Bool(false), "not a GGUF vocabulary") }
    #expect(vocabulary.tokens.map { String(decoding: $0, as: UTF8.self) } == GGUFWriter.tokens)
    #expect(vocabulary.endOfSequence == 4)
  }

  @Test func everyTruncationIsRefused() throws {
    let whole = GGUFWriter.llama().bytes()
    let folder = try ScratchFolder()
    for length in 0..<whole.count {
      let path = try folder.write(Array(whole[..<length]), to: "model.gguf")
      let message = try #require(failure(opening: path), "\(length) of \(whole.count) bytes were taken")
      #expect(message.hasPrefix(path), "\(length) bytes: \(message)")
    }
  }

  struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let words: [String]
    let edit: @Sendable (inout GGUFWriter) -> Void

    init(_ name: String, _ words: [String], _ edit: @escaping @Sendable (inout GGUFWriter) -> Void) {
      (testDescription, self.words, self.edit) = (name, words, edit)
    }
  }

  static let flaws: [Flaw] = [
    Flaw("version", ["GGUF version 1"]) { $0.version = 1 },
    Flaw("tensor count", ["tensor count", "\(UInt64.max)"]) { $0.tensorCount = .max },
    Flaw("metadata count", ["metadata count", "\(UInt64.max)"]) { $0.entryCount = .max },
    Flaw("architecture", ["architecture mamba", "llama, mistral"]) {
      $0.set("general.architecture", GGUFWriter.string("mamba"))
    },
    Flaw("no architecture", ["general.architecture", "missing"]) { $0.remove("general.architecture") },
    Flaw("metadata type", ["general.file_type", "unknown type 77"]) {
      $0.set("general.file_type", GGUFWriter.little(UInt32(77)))
    },
    Flaw("string length", ["general.name", "holds at most"]) {
      $0.set("general.name", GGUFWriter.little(UInt32(8)) + GGUFWriter.little(UInt64.max))
    },
    Flaw("array length", ["general.tags", "holds at most"]) {
      $0.set(
        "general.tags",
        GGUFWriter.little(UInt32(9)) + GGUFWriter.little(UInt32(12)) + GGUFWriter.little(UInt64(1) << 61))
    },
    Flaw("nested array", ["general.tags", "array of arrays"]) {
      $0.set("general.tags", GGUFWriter.little(UInt32(9)) + GGUFWriter.little(UInt32(9)) + GGUFWriter.little(UInt64(1)))
    },
    Flaw("key twice", ["general.name", "twice"]) { $0.entries.append(("general.name", GGUFWriter.u32(1))) },
    Flaw("alignment", ["general.alignment", "is 24", "power of two"]) {
      $0.set("general.alignment", GGUFWriter.u32(24))
    },
    Flaw("tensor twice", ["output_norm.weight", "twice"]) { $0.add("output_norm.weight", [8]) },
    Flaw("tensor missing", ["blk.0.attn_v.weight", "missing"]) {
      $0.tensors.removeAll { $0.name == "blk.0.attn_v.weight" }
    },
    Flaw("embedding missing", ["token_embd.weight", "missing"]) {
      $0.tensors.removeAll { $0.name == "token_embd.weight" }
    },
    Flaw("shape", ["blk.0.ffn_up.weight", "[8, 16]", "[16, 8]"]) {
      $0.change("blk.0.ffn_up.weight") { $0.dimensions.reverse() }
    },
    Flaw("five dimensions", ["output_norm.weight", "5 dimensions"]) {
      $0.change("output_norm.weight") { $0.dimensions = [8, 1, 1, 1, 1] }
    },
    Flaw("shape that overflows", ["output_norm.weight"]) {
      $0.change("output_norm.weight") { $0.dimensions = [1 << 30, 1 << 30, 1 << 30, 1 << 30] }
    },
    Flaw("dimension of nothing", ["output_norm.weight", "dimension of 0"]) {
      $0.change("output_norm.weight") { $0.dimensions = [8, 0] }
    },
    Flaw("broken block", ["output_norm.weight", "whole number of Q4_0 blocks"]) {
      $0.change("output_norm.weight") { $0.type = 2 }
    },
    Flaw("element type", ["element type 16", "output_norm.weight", "Q4_K"]) {
      $0.change("output_norm.weight") { $0.type = 16 }
    },
    Flaw("offset past the end", ["output_norm.weight", "offset 1048576"]) {
      $0.change("output_norm.weight") { $0.offset = 1 << 20 }
    },
    Flaw("offset that overflows", ["output_norm.weight"]) {
      $0.change("output_norm.weight") { $0.offset = .max - 31 }
    },
    Flaw("offset off the alignment", ["output_norm.weight", "multiples of 32"]) {
      $0.change("output_norm.weight") { $0.offset = 4 }
    },
    Flaw("heads", ["key-value heads", "are 3"]) { $0.set("llama.attention.head_count_kv", GGUFWriter.u32(3)) },
    Flaw("no heads", ["llama.attention.head_count", "is 0", "1 to"]) {
      $0.set("llama.attention.head_count", GGUFWriter.u32(0))
    },
    Flaw("hidden size", ["llama.embedding_length", "is \(UInt32.max)"]) {
      $0.set("llama.embedding_length", GGUFWriter.u32(.max))
    },
    Flaw("key length", ["head dimension", "4096"]) {
      $0.set("llama.attention.key_length", GGUFWriter.u64(1 << 50))
      $0.set("llama.attention.value_length", GGUFWriter.u64(1 << 50))
    },
    Flaw("epsilon", ["norm epsilon"]) { $0.set("llama.attention.layer_norm_rms_epsilon", GGUFWriter.f32(-1)) },
    Flaw("base", ["RoPE"]) { $0.set("llama.rope.freq_base", GGUFWriter.f32(0)) },
    Flaw("scaling", ["RoPE", "longrope"]) { $0.set("llama.rope.scaling.type", GGUFWriter.string("longrope")) },
    Flaw("soft-cap", ["attn_logit_softcapping"]) { $0.set("llama.attn_logit_softcapping", GGUFWriter.f32(50)) },
    Flaw("tensors that overlap", ["token_embd.weight", "overlaps tensor output_norm.weight"]) {
      $0.change("output_norm.weight") { $0.offset = 0 }
    },
    Flaw("a hole between tensors", ["blk.0.attn_q.weight", "hole after tensor blk.0.attn_norm.weight"]) { writer in
      writer.change("blk.0.attn_norm.weight") { $0.bytes += 64 }
    },
    Flaw("metadata of nothing", ["metadata entry", "is empty"]) { $0.set("", GGUFWriter.u32(1)) },
    Flaw("sinks", ["attention sinks"]) { $0.add("blk.0.attn_sinks.weight", [2]) },
    Flaw("end token", ["tokenizer.ggml.eos_token_id", "is 5", "0 to 4"]) {
      $0.set("tokenizer.ggml.eos_token_id", GGUFWriter.u32(5))
    },
    Flaw("no tokenizer", ["tokenizer.ggml.tokens", "missing"]) { $0.remove("tokenizer.ggml.tokens") },
  ]

  @Test(arguments: flaws) func aFlawIsNamed(_ flaw: Flaw) throws {
    var writer = GGUFWriter.llama()
    flaw.edit(&writer)
    let message = try #require(try failure(of: writer.bytes()))
    for word in flaw.words { #expect(message.contains(word), "\(message)") }
  }

  @Test func otherFilesAreRefused() throws {
    #expect(try failure(of: Array("PK\u{3}\u{4}and then some more bytes".utf8))?.contains("not GGUF") == true)
    let folder = try ScratchFolder()
    let missing = folder.path + "/absent.gguf"
    #expect(failure(opening: missing)?.hasPrefix("\(missing): not found") == true)
  }

  @Test func aSplitModelIsPutTogether() throws {
    let folder = try ScratchFolder()
    var first = GGUFWriter.llama()
    var second = GGUFWriter()
    second.tensors = Array(first.tensors.suffix(4))
    first.tensors.removeLast(4)
    first.set("split.count", GGUFWriter.u32(2))
    let path = try folder.write(first.bytes(), to: "m-00001-of-00002.gguf")
    let missing = try #require(failure(opening: path))
    #expect(missing.contains("m-00002-of-00002.gguf: not found"), "\(missing)")
    try folder.write(second.bytes(), to: "m-00002-of-00002.gguf")
    #expect(failure(opening: path) == nil)
    for (key, value, word) in [("split.no", 0, "must be 1"), ("split.count", 3, "must be 2")]
      as [(String, UInt32, String)]
    {
      var other = second
      other.set(key, GGUFWriter.u32(value))
      try folder.write(other.bytes(), to: "m-00002-of-00002.gguf")
      let message = try #require(failure(opening: path))
      #expect(message.contains("m-00002-of-00002.gguf: \(key)") && message.contains(word), "\(message)")
    }
    try folder.write(first.bytes(), to: "m-00002-of-00002.gguf")
    #expect(failure(opening: path)?.contains("stands there twice") == true)
    try folder.write(second.bytes(), to: "m-00002-of-00002.gguf")
    var counted = first
    counted.set("split.tensors.count", GGUFWriter.u32(99))
    try folder.write(counted.bytes(), to: "m-00001-of-00002.gguf")
    #expect(failure(opening: path)?.contains("split.tensors.count: is 99, but the files hold 11") == true)
    try folder.write(first.bytes(), to: "m-00001-of-00002.gguf")
    let misnamed = try folder.write(first.bytes(), to: "m.gguf")
    #expect(failure(opening: misnamed)?.contains("-00001-of-00002.gguf") == true)
    let elsewhere = try ScratchFolder()
    let part = folder.path + "/m-00002-of-00002.gguf"
    try FileManager.default.moveItem(atPath: part, toPath: elsewhere.path + "/part")
    try FileManager.default.createSymbolicLink(atPath: part, withDestinationPath: elsewhere.path + "/part")
    #expect(failure(opening: path)?.contains("leads outside the folder") == true)
  }

  /// 65,536 entries of 13 bytes would take ten times as much in a dictionary as in the file.
  @Test func metadataWithoutEndAreRefused() throws {
    var writer = GGUFWriter.llama()
    writer.set("general.tags", GGUFWriter.strings([String(repeating: "x", count: 1 << 20)]))
    writer.entryCount = 65_537
    #expect(try failure(of: writer.bytes())?.contains("metadata count: is 65537; allowed are up to 65536") == true)
  }
}

extension LayerTensors {
  /// The down projection of a dense block.
  var down: WeightMatrix {
    switch feedForward {
    case .dense(_, _, let down): down
    case .experts(_, _, _, let downs): downs[0]
    }
  }
}
