import Attribution

/// Why a prompt and target cannot be traced as asked.
public enum TracingError: Error, Equatable, CustomStringConvertible {
  case emptyPrompt
  case emptyTarget
  /// A conversation that ends with another's message than the user's.
  case lastMessageNotUsers
  /// A text that a span was to be chosen by, which the target does not contain.
  case textNotFound(name: String, text: String)
  /// The model has no end-of-sequence token to append.
  case noEndOfSequence
  /// The method reads every position, but the forward pass kept the generated ones alone.
  case promptNotCaptured(method: AttributionMethod)

  /// One line that names what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .emptyPrompt: "the prompt is empty; it needs at least one token"
    case .emptyTarget: "the target is empty; it needs at least one token"
    case .lastMessageNotUsers: "the last message must be the user's; it is what the answer is attributed to"
    case .textNotFound(let name, let text): "the \(name) text \(text.debugDescription) does not occur in the target"
    case .promptNotCaptured(let method):
      "\(method.rawValue) reads the prompt's positions; run the model with capturesPrompt: true"
    case .noEndOfSequence: "the model names no end-of-sequence token; trace without one"
    }
  }
}
