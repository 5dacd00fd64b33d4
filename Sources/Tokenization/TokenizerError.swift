/// Why a tokenizer cannot be built or used.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
  /// A part of the files that contradicts itself or the format.
  case malformed(String)
  /// A valid tokenizer with something that this engine does not do.
  case unsupported(String)
  /// A chat template that is none of the known formats.
  case unknownChatTemplate
  /// A chat format's name that is none of the known ones.
  case unknownChatFormat(String)
  /// The model's files have no chat template.
  case noChatTemplate
  /// A model that is to begin a text with a token that it does not have.
  case noBeginningOfSequence
  /// A chat format whose models cannot be told not to think.
  case noThinkingSwitch(String)
  /// A conversation that the format cannot express.
  case badConversation(String)

  /// The same with the path of the file or folder that it is about.
  func inFile(_ path: String) -> TokenizerError {
    switch self {
    case .malformed(let what): .malformed("\(path): \(what)")
    case .unsupported(let what): .unsupported("\(path): \(what)")
    default: self
    }
  }

  /// One line that names what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .malformed(let what): "the tokenizer is malformed: \(what)"
    case .unsupported(let what): "the tokenizer needs what is not supported: \(what)"
    case .unknownChatTemplate:
      "the model's chat template is none of the known formats; give the prompt as it is, without a template, "
        + "or name a format (--chat-format NAME, ChatFormat(named:)): \(ChatFormat.names)"
    case .unknownChatFormat(let name): "\(name) is no chat format; known are \(ChatFormat.names)"
    case .noChatTemplate:
      "the model has no chat template; give the prompt as it is, "
        + "or name a format (--chat-format NAME, ChatFormat(named:)): \(ChatFormat.names)"
    case .noBeginningOfSequence: "the model names no beginning-of-sequence token; give the prompt without one"
    case .noThinkingSwitch(let name):
      "models of the chat format \(name) cannot be told not to think; the one that can is qwen3"
    case .badConversation(let reason): "the messages do not fit the chat format: \(reason)"
    }
  }
}
