import Decoder
import Kernels
import Tokenization

/// What a model answered.
public struct ModelAnswer: Sendable, Equatable {
  /// Why it ends.
  public enum Ending: Sendable, Equatable {
    /// The model ended it with a stop token, which is not part of the text.
    case stop
    /// It has as many tokens as were allowed.
    case length
    /// The task was cancelled; what was generated until then is kept.
    case cancelled
  }

  /// The tokens' ids.
  public let ids: [Int32]
  /// Their text; bytes that are no valid UTF-8 are replaced.
  public let text: String
  /// Why it ends.
  public let ending: Ending
}

extension LanguageModel {
  /// Answers a conversation whose last message is the user's, or continues a prompt as it is.
  ///
  /// - Parameters:
  ///   - messages: without a chat format, the last one's text is the prompt.
  ///   - chatFormat: how the conversation is written; see ``chatFormat()`` for the model's own.
  ///   - count: tokens at most.
  ///   - sampling: how each token is drawn.
  ///   - execution: threads and precision; nil means ``Execution/automatic(threads:)``.
  ///   - onText: called with each new piece of the answer, whole characters only.
  /// - Throws: ``TracingError``, `TokenizerError`, `DecoderError`, `KernelError`. A cancelled task ends the answer and is
  ///   no error.
  /// - Cost: one prefill, and one pass of a single row a token; all that came before is read from the KV cache.
  public func answer(
    to messages: [ChatMessage], chatFormat: ChatFormat? = nil, count: Int, sampling: Sampling = .greedy,
    execution: Execution? = nil, onText: (String) -> Void = { _ in }
  ) throws -> ModelAnswer {
    let formatted = try FormattedPrompt(messages, format: chatFormat)
    let prompt = tokenizer.encode(formatted.text).ids
    guard !prompt.isEmpty else { throw TracingError.emptyPrompt }
    var (ids, bytes, shown) = ([Int32](), [UInt8](), 0)
    var isCancelled = false
    do {
      _ = try decoder.generate(
        prompt: prompt, count: count, sampling: sampling, stopIDs: tokenizer.stopIDs,
        execution: execution ?? .automatic()
      ) { id in
        ids.append(id)
        bytes += tokenizer.bytes(of: id)
        guard let piece = String(validating: bytes[shown...], as: UTF8.self) else { return }
        shown = bytes.count
        onText(piece)
      }
    } catch {
      guard error is CancellationError else { throw error }
      isCancelled = true
    }
    if shown < bytes.count { onText(String(decoding: bytes[shown...], as: UTF8.self)) }
    return ModelAnswer(
      ids: ids, text: String(decoding: bytes, as: UTF8.self),
      ending: isCancelled ? .cancelled : ids.count < count ? .stop : .length)
  }
}

extension Tokenizer {
  /// Tokens that end an answer: the end of sequence, and those with which chat formats end a turn.
  var stopIDs: Set<Int32> {
    let endings = ["<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "</s>"]
    let named = endings.compactMap { id(of: $0) }.filter { isSpecial($0) }
    return Set(named + [endOfSequence].compactMap(\.self))
  }
}
