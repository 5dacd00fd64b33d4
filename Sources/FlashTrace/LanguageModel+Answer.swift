import Decoder
import Kernels
import Tokenization

extension LanguageModel {
  /// Answers a conversation whose last message is the user's, or continues a prompt as it is.
  ///
  ///     let answer = try model.answer(to: messages, chatFormat: format, count: 256)
  ///     let tracer = try model.tracer(answer, to: messages, chatFormat: format)
  ///
  /// - Parameters:
  ///   - messages: without a chat format, the last one's text is the prompt.
  ///   - chatFormat: how the conversation is written; see ``chatFormat()`` for the model's own.
  ///   - count: tokens at most.
  ///   - sampling: how each token is drawn.
  ///   - execution: threads and precision; nil means ``Execution/automatic(threads:)``.
  ///   - onText: called with each new piece of the answer, whole characters only.
  ///   - isStopped: asked at each token; true ends the answer before it.
  /// - Throws: ``TracingError``, `TokenizerError`, `DecoderError`, `KernelError`. A cancelled task ends the answer and is
  ///   no error.
  /// - Cost: one prefill, and one pass of a single row a token; all that came before is read from the KV cache.
  public func answer(
    to messages: [ChatMessage], chatFormat: ChatFormat? = nil, count: Int, sampling: Sampling = .greedy,
    execution: Execution? = nil, onText: (String) -> Void = { _ in }, isStopped: () -> Bool = { false }
  ) throws -> ModelAnswer {
    let formatted = try FormattedPrompt(messages, format: chatFormat)
    let prompt = formatted.encode(with: tokenizer).ids
    guard !prompt.isEmpty else { throw TracingError.emptyPrompt }
    let stopIDs = stopIDs(chatFormat)
    let start = ContinuousClock.now
    var (prefillSeconds, decodeSeconds) = (0.0, 0.0)
    var (ids, text, ending, stopID) = ([Int32](), TextStream(), ModelAnswer.Ending.length, Int32?.none)
    do {
      _ = try decoder.generate(
        prompt: prompt, count: count, sampling: sampling, execution: execution ?? .automatic()
      ) { id in
        if isStopped() {
          ending = .cancelled
        } else if stopIDs.contains(id) {
          (ending, stopID) = (.stop, id)
        } else {
          ids.append(id)
          let seconds = start.secondsUntilNow
          if ids.count == 1 { prefillSeconds = seconds } else { decodeSeconds = seconds - prefillSeconds }
          let piece = text.append(tokenizer.bytes(of: id))
          if !piece.isEmpty { onText(piece) }
          return true
        }
        return false
      }
    } catch {
      guard error is CancellationError else { throw error }
      ending = .cancelled
    }
    let rest = text.finish()
    if !rest.isEmpty { onText(rest) }
    return ModelAnswer(
      ids: ids, stopID: stopID, text: String(decoding: text.bytes, as: UTF8.self), ending: ending,
      prefillSeconds: prefillSeconds, decodeSeconds: decodeSeconds)
  }

  /// Tokens that end an answer: those that the files name, and those of the chat format or, without one, of the format
  /// of the model's own template.
  func stopIDs(_ chatFormat: ChatFormat?) -> Set<Int32> {
    let isChat = chatFormat?.beginning.isEmpty == true
    let format = isChat ? chatFormat : (try? self.chatFormat())
    let named = (format?.answerEndings ?? []).compactMap { tokenizer.id(of: $0) }.filter { tokenizer.isSpecial($0) }
    return Set(named + files.answerEndings + [tokenizer.endOfSequence].compactMap(\.self))
  }
}
