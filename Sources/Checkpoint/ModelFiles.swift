import Foundation
import Kernels

/// A model's files, opened and checked: configuration, tensors in place, and what they say of the tokenizer.
///
///     let files = try ModelFiles.open(path: "SmolLM2-135M-Instruct.Q4_1.gguf")
///     let weights = try files.tensors()
///
/// Cost: the files are mapped, not read; a tokenizer's vocabulary is copied.
public struct ModelFiles: Sendable {
  /// The GGUF file or the folder that was opened.
  public let path: String
  /// The model's facts.
  public let configuration: ModelConfiguration
  package let tokenizer: TokenizerSource
  /// Tokens with which an answer ends, where the files name them; there may be several.
  package let answerEndings: [Int32]
  /// How the files store the model.
  public let format: FileFormat
  /// Bytes of all weight files.
  public let byteCount: Int
  private let assembly: TensorAssembly

  /// The file formats that are read.
  public enum FileFormat: String, Sendable {
    case gguf = "GGUF"
    case safetensors
  }

  /// Opens a GGUF file (the first one of a split model), a Hugging Face folder, or `owner/name` of the local
  /// Hugging Face cache. Nothing is ever downloaded.
  public static func open(path: String) throws(CheckpointError) -> ModelFiles {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      return isFolder.boolValue ? try ModelFiles(folder: path) : try ModelFiles(gguf: path)
    }
    guard ModelCache.isModelID(path) else { throw .notFound(path: path, looked: "no such file or folder") }
    return try ModelFiles(folder: try ModelCache.folder(of: path))
  }

  /// The weights, checked against the configuration and left in the files.
  package func tensors() throws(CheckpointError) -> ModelTensors {
    var assembly = assembly
    return try assembly.model()
  }

  /// Bytes of the files that a forward pass reads: all but an embedding that is not the unembedding too, of which it
  /// reads a few rows.
  package var readBytes: Int {
    let (embedding, head) = (assembly.names.embedding + ".weight", assembly.names.unembedding + ".weight")
    guard assembly.store.has(head) else { return byteCount }
    return byteCount - assembly.store.byteCount(of: embedding)
  }

  /// Every tensor of the files, as it is stored.
  public var storedTensors: [StoredTensor] { assembly.store.tensors }

  private init(gguf path: String) throws(CheckpointError) {
    self.path = path
    let first = try GGUFFile(path: path)
    var store = TensorStore(source: path)
    var bytes = 0
    for file in try GGUFSplit.files(from: first) {
      for tensor in file.tensors { try store.add(tensor) }
      bytes += file.metadata.file.count
    }
    try GGUFSplit.checkTensorCount(store.tensors.count, first.metadata)
    let reader = try GGUFConfiguration(metadata: first.metadata, store: store)
    configuration = try reader.configuration()
    let vocabulary = try GGUFVocabulary(first.metadata)
    (tokenizer, answerEndings) = (.gguf(vocabulary), vocabulary.answerEndings)
    (format, byteCount) = (.gguf, bytes)
    assembly = TensorAssembly(
      store: store, names: .gguf, configuration: configuration, family: reader.family, normOffset: 0,
      tiesEmbeddings: nil, hasBiases: reader.family.hasInputBiases ? (inputs: true, output: false) : nil)
  }

  private init(folder path: String) throws(CheckpointError) {
    self.path = path
    let folder = ModelFolder(path: path)
    let reader = try HuggingFaceConfiguration(try folder.json("config.json"))
    let store = reader.isMultimodal ? try folder.tensors().languageModel() : try folder.tensors()
    configuration = try reader.configuration()
    func optional(_ name: String) throws(CheckpointError) -> [UInt8]? {
      folder.has(name) ? try folder.contents(name) : nil
    }
    tokenizer = .huggingFace(
      tokenizer: try folder.contents("tokenizer.json"), configuration: try optional("tokenizer_config.json"),
      chatTemplate: try optional("chat_template.jinja"))
    answerEndings = try folder.answerEndings(vocabularySize: configuration.vocabularySize)
    (format, byteCount) = (.safetensors, store.tensors.reduce(0) { $0 + $1.byteCount })
    assembly = TensorAssembly(
      store: store, names: .huggingFace, configuration: configuration, family: reader.family,
      normOffset: reader.family.normOffset, tiesEmbeddings: try reader.tiesEmbeddings,
      hasBiases: try reader.biases)
  }
}
