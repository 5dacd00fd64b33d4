import Foundation
import TestSupport
import Testing

@testable import Checkpoint

@Suite struct ModelFolderTests {
  @Test func aCompleteFolderOpens() throws {
    let folder = try ScratchFolder()
    try HuggingFaceWriter().write(to: folder)
    let files = try ModelFiles.open(path: folder.path)
    #expect(files.configuration.headDimension == 4 && files.configuration.ropeLayout == .halfSplit)
    #expect(files.configuration.layers.map(\.rotary?.frequencies) == [[1, 0.01]])
    #expect(try files.tensors().unembedding.rows == 5)
  }

  /// One id or several, of generation_config.json where it has some; ids that the vocabulary lacks are left out.
  @Test(
    arguments: [
      (nil, nil, []), ("2", nil, [2]), ("[2, 4, 99, -1]", nil, [2, 4]), ("2", "{}", [2]), ("2", "3", [3]),
      ("2", "[1, 3]", [1, 3]),
    ] as [(String?, String?, [Int32])])
  func theEndsOfAnAnswerAreRead(config: String?, generation: String?, expected: [Int32]) throws {
    let folder = try ScratchFolder()
    var model = HuggingFaceWriter()
    if let config { model.config["eos_token_id"] = config.hasPrefix("[") ? [2, 4, 99, -1] : 2 }
    try model.write(to: folder)
    if let generation {
      let text = generation == "{}" ? "{}" : #"{"eos_token_id": \#(generation)}"#
      try folder.write(Array(text.utf8), to: "generation_config.json")
    }
    #expect(try ModelFiles.open(path: folder.path).answerEndings == expected)
    try folder.write(Array(#"{"eos_token_id": "2"}"#.utf8), to: "generation_config.json")
    let message = try #require(failure(opening: folder.path))
    #expect(message.contains("eos_token_id: is not an integer or a list of integers"), "\(message)")
  }

  struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let words: [String]
    let edit: @Sendable (inout HuggingFaceWriter) -> Void

    init(_ name: String, _ words: [String], _ edit: @escaping @Sendable (inout HuggingFaceWriter) -> Void) {
      (testDescription, self.words, self.edit) = (name, words, edit)
    }
  }

  static let flaws: [Flaw] = [
    Flaw("no tokenizer", ["tokenizer.json", "not found"]) { $0.tokenizer = nil },
    Flaw("family", ["model type mamba"]) { $0.config["model_type"] = "mamba" },
    Flaw("no family", ["model_type", "missing"]) { $0.config["model_type"] = nil },
    Flaw("activation", ["activation relu"]) { $0.config["hidden_act"] = "relu" },
    Flaw("soft-cap", ["final_logit_softcapping"]) { $0.config["final_logit_softcapping"] = 30.0 },
    Flaw("quantisation", ["quantization_config"]) { $0.config["quantization_config"] = ["quant_method": "awq"] },
    Flaw("bias", ["mlp_bias"]) { $0.config["mlp_bias"] = true },
    Flaw("RoPE", ["RoPE of type longrope"]) { $0.config["rope_scaling"] = ["rope_type": "longrope"] },
    Flaw("kind of value", ["hidden_size", "is not an integer"]) { $0.config["hidden_size"] = "8" },
    Flaw("hidden size", ["hidden_size", "allowed is 1 to"]) { $0.config["hidden_size"] = 1 << 40 },
    Flaw("head dimension", ["head dimension", "4096"]) { $0.config["head_dim"] = Int.max },
    Flaw("rotary part", ["partial_rotary_factor"]) { $0.config["partial_rotary_factor"] = 1e300 },
    Flaw("layer types", ["layer_types", "0 entries for 1 layers"]) { $0.config["layer_types"] = [String]() },
    Flaw("layer type", ["layer_types[0]"]) { $0.config["layer_types"] = ["chunked_attention"] },
    Flaw("missing tensor", ["model.norm.weight", "missing"]) { $0.tensors.remove(at: 1) },
    Flaw("shape", ["model.norm.weight", "[4]", "[1, 8]"]) { $0.tensors[1].shape = [4] },
  ]

  @Test(arguments: flaws) func aFlawIsNamed(_ flaw: Flaw) throws {
    let folder = try ScratchFolder()
    var model = HuggingFaceWriter()
    flaw.edit(&model)
    try model.write(to: folder)
    let message = try #require(failure(opening: folder.path))
    for word in flaw.words { #expect(message.contains(word), "\(message)") }
  }

  @Test(arguments: [("language_model.model.", "language_model."), ("model.language_model.", "")])
  func aMultimodalModelGivesItsLanguageModel(prefix: String, headPrefix: String) throws {
    let folder = try ScratchFolder()
    var model = HuggingFaceWriter()
    let layer = "model.layers.0."
    model.tensors += [
      (layer + "self_attn.q_norm.weight", [4]), (layer + "self_attn.k_norm.weight", [4]),
      (layer + "pre_feedforward_layernorm.weight", [8]), (layer + "post_feedforward_layernorm.weight", [8]),
      ("lm_head.weight", [5, 8]),
    ]
    model.tensors = model.tensors.map { tensor in
      let isHead = tensor.name.hasPrefix("lm_head")
      return (isHead ? headPrefix + tensor.name : prefix + tensor.name.dropFirst("model.".count), tensor.shape)
    }
    model.tensors += [("vision_tower.encoder.bias", [3]), ("model.multi_modal_projector.weight", [3])]
    // As published: what the family has anyway is left out, here the number of query heads (8) and the window (4096).
    model.config = ["model_type": "gemma3"]
    model.set(
      "text_config",
      [
        "model_type": "gemma3_text", "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 1,
        "num_key_value_heads": 2, "head_dim": 4, "vocab_size": 5,
        "rope_scaling": ["rope_type": "linear", "factor": 8.0] as [String: any Sendable],
      ])
    for index in model.tensors.indices {
      if model.tensors[index].name.hasSuffix("q_proj.weight") { model.tensors[index].shape = [32, 8] }
      if model.tensors[index].name.hasSuffix("o_proj.weight") { model.tensors[index].shape = [8, 32] }
      if ["k_proj.weight", "v_proj.weight"].contains(where: model.tensors[index].name.hasSuffix) {
        model.tensors[index].shape = [8, 8]
      }
    }
    try model.write(to: folder)
    #expect(failure(opening: folder.path) == nil)
    let configuration = try ModelFiles.open(path: folder.path).configuration
    #expect(configuration.headCount == 8 && configuration.attentionScale == 1 / 16)
    #expect(configuration.layers.map(\.slidingWindow) == [4096])
    #expect(configuration.layers.map(\.rotary?.frequencies) == [[1, 0.01]])
  }

  @Test func qwenSlidesFromTheLayerThatItsConfigurationNames() throws {
    let folder = try ScratchFolder()
    var model = HuggingFaceWriter()
    model.config.merge(
      ["model_type": "qwen2", "num_hidden_layers": 3, "sliding_window": 6, "max_window_layers": 1]
    ) { $1 }
    try model.write(to: folder)
    #expect(try ModelFiles.open(path: folder.path).configuration.layers.map(\.slidingWindow) == [nil, nil, nil])
    model.config["use_sliding_window"] = true
    try model.write(to: folder)
    #expect(try ModelFiles.open(path: folder.path).configuration.layers.map(\.slidingWindow) == [nil, 6, 6])
  }

  @Test(arguments: [
    (#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,99]}}"#, "data_offsets"),
    (#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "data_offsets"),
    (#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#, "data_offsets"),
    (#"{"t":{"dtype":"I64","shape":[2],"data_offsets":[0,16]}}"#, "dtype I64"),
    (#"{"t":{"dtype":"F32","shape":[2147483647,2147483647,2147483647,0],"data_offsets":[0,0]}}"#, "data_offsets"),
    (#"{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, "shape"),
    (#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "data: ends with 8 bytes that belong to no tensor"),
    (
      #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"u":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      "tensor u: overlaps tensor t"
    ),
    (
      #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#, "tensor t: leaves a hole after the start of the data"
    ),
    (#"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"dtype":"F16"}}"#, "does not stand there twice"),
    (#"{"t":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\u0074":{}}"#, "does not stand there twice"),
    (#"{"t":{"dtype":"F32","shape":[1e99],"data_offsets":[0,8]}}"#, "shape"),
    (#"{"t":7}"#, "tensor t"), (#"{"t":"#, "not JSON"), ("[]", "not a JSON object"),
  ]) func aBrokenHeaderIsRefused(header: String, word: String) throws {
    let folder = try ScratchFolder()
    try HuggingFaceWriter().write(to: folder)
    try folder.write(HuggingFaceWriter.framed(header) + [UInt8](repeating: 0, count: 16), to: "model.safetensors")
    let message = try #require(failure(opening: folder.path))
    #expect(message.contains(word) && message.contains("model.safetensors"), "\(message)")
  }

  @Test func everyTruncationIsRefused() throws {
    let folder = try ScratchFolder()
    try HuggingFaceWriter().write(to: folder)
    let whole = HuggingFaceWriter.safetensors(HuggingFaceWriter().tensors)
    for length in 0..<whole.count {
      try folder.write(Array(whole[..<length]), to: "model.safetensors")
      #expect(failure(opening: folder.path) != nil, "\(length) of \(whole.count) bytes were taken")
    }
  }

  @Test func shardsArePutTogether() throws {
    let folder = try ScratchFolder()
    let model = HuggingFaceWriter()
    try model.write(to: folder)
    try FileManager.default.removeItem(atPath: folder.path + "/model.safetensors")
    try folder.write(HuggingFaceWriter.safetensors(Array(model.tensors[..<5])), to: "a.safetensors")
    try folder.write(HuggingFaceWriter.safetensors(Array(model.tensors[5...])), to: "b.safetensors")
    let last = try #require(model.tensors.last).name
    func index(_ second: String) throws {
      let text = #"{"weight_map":{"model.norm.weight":"a.safetensors","\#(last)":"\#(second)"}}"#
      try folder.write(Array(text.utf8), to: "model.safetensors.index.json")
    }
    try index("b.safetensors")
    #expect(failure(opening: folder.path) == nil)
    try index("a.safetensors")
    #expect(failure(opening: folder.path)?.contains("weight_map.\(last): names a.safetensors") == true)
    try index("c.safetensors")
    #expect(failure(opening: folder.path)?.contains("c.safetensors: not found") == true)
    for outside in ["../b.safetensors", "/b.safetensors"] {
      try index(outside)
      #expect(failure(opening: folder.path)?.contains("outside the folder") == true, "\(outside)")
    }
  }

  @Test func aLinkOutsideIsRefusedUnlessItIsTheCachesOwn() throws {
    let elsewhere = try ScratchFolder()
    let weights = try elsewhere.write(HuggingFaceWriter.safetensors(HuggingFaceWriter().tensors), to: "w")
    let folder = try ScratchFolder()
    try HuggingFaceWriter().write(to: folder)
    let manager = FileManager.default
    try manager.removeItem(atPath: folder.path + "/model.safetensors")
    try manager.createSymbolicLink(atPath: folder.path + "/model.safetensors", withDestinationPath: weights)
    #expect(failure(opening: folder.path)?.contains("outside the folder") == true)

    let cache = try ScratchFolder()
    let entry = "models--owner--name"
    try cache.write(HuggingFaceWriter.safetensors(HuggingFaceWriter().tensors), to: "\(entry)/blobs/0123")
    let snapshot = "\(cache.path)/\(entry)/snapshots/abc"
    try manager.createDirectory(atPath: snapshot, withIntermediateDirectories: true)
    for name in ["config.json", "tokenizer.json"] {
      try manager.copyItem(atPath: "\(folder.path)/\(name)", toPath: "\(snapshot)/\(name)")
    }
    try manager.createSymbolicLink(
      atPath: snapshot + "/model.safetensors", withDestinationPath: "../../blobs/0123")
    #expect(failure(opening: snapshot) == nil)
  }
}
