import Checkpoint
import Decoder
import Kernels
import Tokenization
import TraceResult

/// A decoder model with its tokenizer, ready to run. Any number of tasks may share one.
///
///     let model = try LanguageModel.load("SmolLM2-135M-Instruct.Q4_1.gguf")
///     let tracer = try model.tracer(prompt: prompt, target: answer)
///     let trace = try tracer.trace(TraceRequest(hops: 1))
///     try trace.writeHTML(to: "trace.html")
///
/// Weights stay in the file as they are stored and are mapped, not read.
public final class LanguageModel: Sendable {
  /// The model's facts, independent of its file format.
  public let configuration: ModelConfiguration
  /// The model's own tokenizer.
  public let tokenizer: Tokenizer
  /// Seconds that loading took.
  public let loadSeconds: Double
  let files: ModelFiles
  package let decoder: DecoderModel
  let path: String

  private init(path: String) throws {
    let start = ContinuousClock.now
    files = try ModelFiles.open(path: path)
    configuration = files.configuration
    decoder = DecoderModel(configuration: configuration, tensors: try files.tensors())
    tokenizer = try Tokenizer(files: files)
    self.path = path
    loadSeconds = start.secondsUntilNow
  }

  /// Opens a GGUF file, a Hugging Face folder, or `owner/name` of the local Hugging Face cache; never downloads.
  ///
  /// Throws `CheckpointError` or `TokenizerError`, which name the file and what is wrong with it.
  public static func load(_ path: String) throws -> LanguageModel { try LanguageModel(path: path) }

  /// What a trace says of its model.
  public var description: TraceMetadata.Model {
    let name = configuration.name ?? path.split(separator: "/").last.map(String.init) ?? path
    return TraceMetadata.Model(
      name: name, family: configuration.family, fileSize: files.byteCount, quantisation: quantisation)
  }

  /// The element types of the weight matrices, the one with the most bytes first, such as `Q4_1, Q8_0`.
  public var quantisation: String {
    tensorTypes.filter { $0.isMatrix }.map { "\($0.type)" }.joined(separator: ", ")
  }

  /// The token that stands for nothing where another is replaced: padding, or else the end of sequence.
  public var replacementToken: Int32? { tokenizer.padding ?? tokenizer.endOfSequence }

  /// Element types with the number of tensors and bytes that have them, most bytes first.
  public var tensorTypes: [(type: ElementType, count: Int, bytes: Int, isMatrix: Bool)] {
    var totals: [ElementType: (count: Int, bytes: Int, isMatrix: Bool)] = [:]
    for tensor in files.storedTensors {
      var total = totals[tensor.type] ?? (0, 0, false)
      total.count += 1
      total.bytes += tensor.byteCount
      total.isMatrix = total.isMatrix || tensor.shape.count > 1
      totals[tensor.type] = total
    }
    return totals.map { (type: $0.key, count: $0.value.count, bytes: $0.value.bytes, isMatrix: $0.value.isMatrix) }
      .sorted { ($0.bytes, $0.type.rawValue) > ($1.bytes, $1.type.rawValue) }
  }

  /// Every tensor of the files, as it is stored.
  public var storedTensors: [StoredTensor] { files.storedTensors }

  /// The files' format.
  public var format: ModelFiles.FileFormat { files.format }

  /// Bytes that a trace of a prompt and target of these lengths needs, the mapped model file included.
  public func traceMemory(
    promptTokens: Int, targetTokens: Int, method: AttributionMethod = .flashtrace
  ) -> Int {
    let tokens = promptTokens + targetTokens
    let pass = decoder.forwardMemory(
      tokens: tokens, captured: method.readsAllPositions ? tokens : targetTokens, predicted: targetTokens)
    let kept = pass.cache + pass.captured
    let gradient = decoder.gradientMemory(tokens: tokens, predicted: targetTokens)
    let work =
      switch method {
      case .gradient, .inputXGradient, .attnlrp, .attnlrpTokenwise: max(pass.scratch, gradient)
      // Each step keeps a pass of its own, and the embeddings and their path beside it.
      case .integratedGradients: kept + max(pass.scratch, gradient) + 8 * tokens * configuration.hiddenSize
      default: pass.scratch
      }
    return kept + work + files.readBytes + Self.programBytes
  }

  /// The program itself and its tokenizer, measured on vocabularies of 49,152 and 151,936 tokens.
  private static let programBytes = 32 << 20
}
