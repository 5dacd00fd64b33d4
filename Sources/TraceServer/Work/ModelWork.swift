import FlashTrace

/// The model's part of every request: synchronous, one at a time, cancelled with its task.
struct ModelWork: Sendable {
  let model: LanguageModel
  let execution: Execution
  let limits: ServerLimits
  let passes: PassCache

  /// Reports how far the work is.
  typealias Report = @Sendable (ServerEvent) -> Void

  init(model: LanguageModel, execution: Execution, limits: ServerLimits) {
    (self.model, self.execution, self.limits) = (model, execution, limits)
    passes = PassCache(limits: limits)
  }

  func tokenize(_ request: ConversationRequest) throws -> TokenizedText {
    TokenizedText(model.tokenizer.encode(try formatted(request)))
  }

  func answer(_ request: AnswerRequest, _ report: Report) throws -> ModelAnswer {
    let prompt = model.tokenizer.encode(try formatted(request.conversation)).ids.count
    try check(tokens: prompt + request.count, "prompt and answer")
    return try model.answer(
      to: request.conversation.messages, chatFormat: request.conversation.chatFormat, count: request.count,
      sampling: request.sampling, execution: execution
    ) { report(.text($0)) }
  }

  func trace(_ request: TargetRequest, _ report: Report) throws -> Trace {
    let tracer = try tracer(for: request, report)
    let trace = try tracer.trace(request.trace) { report(.progress(stage: .hops, done: $0, total: $1)) }
    report(.units(UnitPositions.all(of: trace)))
    return trace
  }

  func graph(_ request: TargetRequest, _ unit: TextUnit, _ report: Report) throws -> UnitGraph {
    let tracer = try tracer(for: request, report)
    return try tracer.graph(of: unit, request: request.trace, limit: limits.graphUnits) {
      report(.progress(stage: .hops, done: $0, total: $1))
    }
  }

  private func tracer(for request: TargetRequest, _ report: Report) throws -> Tracer {
    switch request.target {
    case .given(let target): try tracer(of: target, request, report)
    case .generated(let count, let sampling):
      try tracer(
        of: answer(AnswerRequest(conversation: request.conversation, count: count, sampling: sampling), report),
        request,
        report)
    }
  }

  /// Of the tokens that the model generated, which no text may give again: the pass is not kept.
  private func tracer(of answer: ModelAnswer, _ request: TargetRequest, _ report: Report) throws -> Tracer {
    try model.tracer(
      answer, to: request.conversation.messages, chatFormat: request.conversation.chatFormat,
      appendsEndOfSequence: request.appendsEndOfSequence, capturesPrompt: request.trace.readsAllPositions,
      execution: execution
    ) { report(.progress(stage: .prefill, done: $0, total: $1)) }
  }

  private func tracer(of target: String, _ request: TargetRequest, _ report: Report) throws -> Tracer {
    let (conversation, capturesPrompt) = (request.conversation, request.trace.readsAllPositions)
    let key = PassCache.Key(
      messages: conversation.messages, chatFormat: conversation.chatFormat, target: target,
      appendsEndOfSequence: request.appendsEndOfSequence)
    return try passes.tracer(key, capturesPrompt: capturesPrompt) {
      let count = { model.tokenizer.encode($0).ids.count }
      try check(tokens: count(try formatted(conversation)) + count(target), "prompt and target")
      let progress = { (done: Int, total: Int) in report(.progress(stage: .prefill, done: done, total: total)) }
      guard let format = conversation.chatFormat else {
        return try model.tracer(
          prompt: conversation.messages.last?.content ?? "", target: target,
          appendsEndOfSequence: request.appendsEndOfSequence, capturesPrompt: capturesPrompt, execution: execution,
          progress: progress)
      }
      return try model.tracer(
        messages: conversation.messages, target: target, chatFormat: format,
        appendsEndOfSequence: request.appendsEndOfSequence, capturesPrompt: capturesPrompt, execution: execution,
        progress: progress)
    }
  }

  private func formatted(_ request: ConversationRequest) throws -> String {
    try request.chatFormat?.render(request.messages) ?? request.messages.last?.content ?? ""
  }

  private func check(tokens: Int, _ what: String) throws(RequestFailure) {
    let limit = limits.sequenceTokens ?? model.configuration.contextLength
    guard tokens <= limit else {
      throw RequestFailure(.contentTooLarge, "\(what) are \(tokens) tokens; \(limit) are allowed together")
    }
  }
}
