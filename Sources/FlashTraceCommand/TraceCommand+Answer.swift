import FlashTrace

extension TraceCommand {
  /// Names of the options of an answer that are given.
  var samplingNames: [String] { sampling.given + (samplingTopK == nil ? [] : ["--sampling-top-k"]) }

  /// The model's answer, which appears on standard error as it is generated. Once it has begun, SIGINT ends it.
  func answer(
    of loaded: LanguageModel, to messages: [ChatMessage], _ format: ChatFormat?, _ execution: Execution
  ) throws -> ModelAnswer {
    defer { Interruption.endAsking() }
    let answer = try loaded.answer(
      to: messages, chatFormat: format, count: sampling.count, sampling: sampling.sampling(topK: samplingTopK),
      execution: execution
    ) { text in
      Interruption.allowAsking()
      if !quiet { AnswerOutput.write(text, to: .standardError) }
    } isStopped: {
      Interruption.hasAsked
    }
    if !quiet, !answer.text.isEmpty { StandardError.line("") }
    if Task.isCancelled { throw CancellationError() }
    if !quiet, !answer.ids.isEmpty { tellHow(answer) }
    return answer
  }

  private func tellHow(_ answer: ModelAnswer) {
    let cut = "after \(answer.ids.count) tokens; it is traced without an end of sequence"
    switch answer.ending {
    case .stop: break
    case .length: StandardError.line("the answer was cut by --max-tokens \(cut)")
    case .cancelled: StandardError.line("the answer was interrupted \(cut)")
    }
  }
}
