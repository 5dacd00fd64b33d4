import ArgumentParser
import FlashTrace
import TraceServer

/// Reads requests as the command reads its options.
struct OptionReader: RequestReader {
  func tokenization(_ body: [UInt8], _ model: LanguageModel) throws -> ConversationRequest {
    let keys = try RequestKeys(body)
    let options: TokenizeKeys = try keys.options()
    return try options.conversation.conversation(options.text, "text", keys.messages, model)
  }

  func answer(_ body: [UInt8], _ model: LanguageModel) throws -> AnswerRequest {
    let keys = try RequestKeys(body)
    let options: GenerateKeys = try keys.options()
    return AnswerRequest(
      conversation: try options.conversation.conversation(options.prompt, "prompt", keys.messages, model),
      count: options.sampling.count, sampling: options.sampling.sampling(topK: options.topK))
  }

  func trace(_ body: [UInt8], _ model: LanguageModel) throws -> (request: TargetRequest, unit: TextUnit) {
    let keys = try RequestKeys(body)
    let options: TraceKeys = try keys.options()
    let target = try options.answer.request(
      options.target
        ?? .generated(
          count: options.sampling.count, sampling: options.sampling.sampling(topK: options.samplingTopK)),
      keys.messages, model, options.attribution.request())
    return (target, options.units)
  }

  func graph(_ body: [UInt8], _ model: LanguageModel) throws -> (request: TargetRequest, unit: TextUnit) {
    let keys = try RequestKeys(body)
    let options: GraphKeys = try keys.options()
    var trace = TraceRequest(method: options.method, parameters: options.methodOptions.parameters)
    trace.perturbationUnit = options.methodOptions.unit
    trace.calibration = options.methodOptions.calibrationStrength(of: options.method)
    return (try options.answer.request(.given(options.target), keys.messages, model, trace), options.units)
  }
}

private struct TokenizeKeys: ParsableArguments {
  @OptionGroup var conversation: ConversationKeys
  @Option var text: String?
}

private struct GenerateKeys: ParsableArguments {
  @OptionGroup var conversation: ConversationKeys
  @Option var prompt: String?
  @OptionGroup var sampling: SamplingOptions
  @Option var topK: Int?

  func validate() throws { try SamplingOptions.check("--top-k", topK) }
}

private struct TraceKeys: ParsableArguments {
  @OptionGroup var answer: AnswerKeys
  @Option(transform: { AnswerSource.given($0) }) var target: AnswerSource?
  @OptionGroup var sampling: SamplingOptions
  @Option var samplingTopK: Int?
  @OptionGroup var attribution: AttributionOptions
  @Option var units = TextUnit.token

  func validate() throws {
    try SamplingOptions.check("--sampling-top-k", samplingTopK)
    let given = sampling.given + (samplingTopK == nil ? [] : ["--sampling-top-k"])
    if target != nil, let option = given.first {
      throw ValidationError("\(option) is for an answer that the model generates; it does not go with a target")
    }
  }
}

private struct GraphKeys: ParsableArguments {
  @OptionGroup var answer: AnswerKeys
  @Option var target: String
  @Option var units = TextUnit.sentence
  @Option var method = AttributionMethod.ifrSpan
  @OptionGroup var methodOptions: MethodOptions

  func validate() throws { try methodOptions.check(method) }
}

/// A conversation, and how the answer to it ends.
private struct AnswerKeys: ParsableArguments {
  @OptionGroup var conversation: ConversationKeys
  @Option var prompt: String?
  @Flag var noEos = false

  func request(
    _ target: AnswerSource, _ messages: [ChatMessage]?, _ model: LanguageModel, _ trace: TraceRequest
  ) throws -> TargetRequest {
    TargetRequest(
      conversation: try conversation.conversation(prompt, "prompt", messages, model), target: target,
      appendsEndOfSequence: !noEos, trace: trace)
  }
}

/// How a prompt becomes a conversation; texts themselves, since the server reads no files for its clients.
private struct ConversationKeys: ParsableArguments {
  @OptionGroup var format: ChatFormatOptions
  @Option var system: String?

  func validate() throws { try format.require(format.isChat || system == nil, "--system") }

  func conversation(
    _ prompt: String?, _ key: String, _ messages: [ChatMessage]?, _ model: LanguageModel
  ) throws -> ConversationRequest {
    if messages != nil {
      guard prompt == nil, system == nil else {
        throw RequestFailure.badRequest("messages excludes \(prompt == nil ? "system" : key)")
      }
      guard format.isChat else {
        throw RequestFailure.badRequest("messages needs use_chat_template or chat_format NAME")
      }
    }
    guard let last = prompt.map({ ChatMessage(.user, $0) }) ?? messages?.last else {
      throw RequestFailure.badRequest("\(key) is missing; give it, or messages")
    }
    let before = messages?.dropLast() ?? system.map { [ChatMessage(.system, $0)] } ?? []
    return ConversationRequest(
      messages: before + [last], chatFormat: try format.format(for: model.tokenizer))
  }
}
