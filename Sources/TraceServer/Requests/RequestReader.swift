import FlashTrace

/// A conversation whose last message is the user's, and how it is written.
public struct ConversationRequest: Sendable, Equatable {
  /// Without a chat format the last message's text is the prompt.
  public var messages: [ChatMessage]
  /// The format that was asked for; nil for a prompt as it is.
  public var chatFormat: ChatFormat?

  /// A conversation under a format.
  public init(messages: [ChatMessage], chatFormat: ChatFormat?) {
    (self.messages, self.chatFormat) = (messages, chatFormat)
  }
}

/// An answer to generate.
public struct AnswerRequest: Sendable, Equatable {
  /// What is answered.
  public var conversation: ConversationRequest
  /// Tokens at most.
  public var count: Int
  /// How tokens are drawn.
  public var sampling: Sampling

  /// An answer to a conversation.
  public init(conversation: ConversationRequest, count: Int, sampling: Sampling) {
    (self.conversation, self.count, self.sampling) = (conversation, count, sampling)
  }
}

/// The answer that a trace explains.
public enum AnswerSource: Sendable, Equatable {
  /// One that the client has.
  case given(String)
  /// One that the model generates first, of at most `count` tokens.
  case generated(count: Int, sampling: Sampling)
}

/// A target to trace, and what of it.
public struct TargetRequest: Sendable, Equatable {
  /// What the target answers.
  public var conversation: ConversationRequest
  /// The answer to explain.
  public var target: AnswerSource
  /// Whether the end-of-sequence token follows the target.
  public var appendsEndOfSequence: Bool
  /// What of it is traced, and how.
  public var trace: TraceRequest

  /// A target of a conversation.
  public init(conversation: ConversationRequest, target: AnswerSource, appendsEndOfSequence: Bool, trace: TraceRequest)
  {
    (self.conversation, self.target) = (conversation, target)
    (self.appendsEndOfSequence, self.trace) = (appendsEndOfSequence, trace)
  }
}

/// Turns the JSON object of a request's body into what it asks for.
///
/// The command reads it, so that keys are its options and have their meanings, ranges and defaults. Every function
/// throws ``RequestFailure`` for keys that are unknown or missing, and for values that are not allowed.
public protocol RequestReader: Sendable {
  /// What `/api/tokenize` is asked.
  func tokenization(_ body: [UInt8], _ model: LanguageModel) throws -> ConversationRequest
  /// What `/api/generate` is asked.
  func answer(_ body: [UInt8], _ model: LanguageModel) throws -> AnswerRequest
  /// What `/api/trace` is asked, and the units that `unit_scores` has.
  func trace(_ body: [UInt8], _ model: LanguageModel) throws -> (request: TargetRequest, unit: TextUnit)
  /// What `/api/graph` is asked: the trace's keys without spans, and the units to draw.
  func graph(_ body: [UInt8], _ model: LanguageModel) throws -> (request: TargetRequest, unit: TextUnit)
}
