import Kernels
import Tokenization

extension LanguageModel {
  /// Runs the model over a prompt and its target once.
  ///
  /// - Parameters:
  ///   - prompt: the user's text, which is attributed to.
  ///   - target: the answer, spans of which are explained.
  ///   - chatFormat: writes the prompt as the user's message of a conversation; nil leaves it as it is. See
  ///     ``chatFormat()`` for the model's own.
  ///   - appendsEndOfSequence: whether the end-of-sequence token follows the target, as it does where the answer ends.
  ///   - capturesPrompt: keeps the prompt's positions too, for methods that read all; costs memory.
  ///   - execution: threads and precision; nil means ``Execution/automatic(threads:)``.
  ///   - progress: called after each layer of each chunk with the steps done and their number.
  /// - Throws: ``TracingError``, `TokenizerError`, `DecoderError`, `KernelError`, `CancellationError`.
  public func tracer(
    prompt: String, target: String, chatFormat: ChatFormat? = nil, appendsEndOfSequence: Bool = true,
    capturesPrompt: Bool = false, execution: Execution? = nil,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> Tracer {
    let sequence = try TokenSequence(
      FormattedPrompt([ChatMessage(.user, prompt)], format: chatFormat), target: target,
      appendsEndOfSequence: appendsEndOfSequence, tokenizer: tokenizer)
    return try tracer(sequence, capturesPrompt, execution, progress)
  }

  /// Runs the model over a conversation and its target once; what is attributed to is the last message, the user's.
  ///
  /// Parameters and errors are those of a prompt's; a last message that is not the user's is an error too.
  public func tracer(
    messages: [ChatMessage], target: String, chatFormat: ChatFormat, appendsEndOfSequence: Bool = true,
    capturesPrompt: Bool = false, execution: Execution? = nil,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> Tracer {
    let sequence = try TokenSequence(
      FormattedPrompt(messages, format: chatFormat), target: target, appendsEndOfSequence: appendsEndOfSequence,
      tokenizer: tokenizer)
    return try tracer(sequence, capturesPrompt, execution, progress)
  }

  /// Runs the model over a conversation and what it answered, token by token as it was generated.
  ///
  /// Messages and chat format are those that ``answer(to:chatFormat:count:sampling:execution:onText:isStopped:)`` was
  /// given. `appendsEndOfSequence` lets the stop token follow that ended the answer; none follows one that was cut.
  /// - Throws: as for a target as text; ``TracingError/emptyAnswer`` for one without a token.
  public func tracer(
    _ answer: ModelAnswer, to messages: [ChatMessage], chatFormat: ChatFormat? = nil,
    appendsEndOfSequence: Bool = true, capturesPrompt: Bool = false, execution: Execution? = nil,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> Tracer {
    let sequence = try TokenSequence(
      FormattedPrompt(messages, format: chatFormat), answer: answer, appendsEndOfSequence: appendsEndOfSequence,
      tokenizer: tokenizer)
    return try tracer(sequence, capturesPrompt, execution, progress)
  }

  private func tracer(
    _ sequence: TokenSequence, _ capturesPrompt: Bool, _ execution: Execution?, _ progress: (Int, Int) -> Void
  ) throws -> Tracer {
    try Tracer(
      model: self, sequence: sequence, capturesPrompt: capturesPrompt, execution: try execution ?? .automatic(),
      progress: progress)
  }

  /// Runs the model over token ids. A target that ends in the end-of-sequence token keeps it out of all spans.
  public func tracer(
    promptIDs: [Int32], targetIDs: [Int32], capturesPrompt: Bool = false, execution: Execution? = nil,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> Tracer {
    let sequence = try TokenSequence(promptIDs: promptIDs, targetIDs: targetIDs, tokenizer: tokenizer)
    return try tracer(sequence, capturesPrompt, execution, progress)
  }

  /// The chat format of the model's own template. Throws `TokenizerError` where it has none, or an unknown one.
  public func chatFormat() throws -> ChatFormat { try ChatFormat(template: tokenizer.chatTemplate) }
}
