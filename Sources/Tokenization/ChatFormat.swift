/// One turn of a conversation.
public struct ChatMessage: Sendable, Equatable {
  /// Who speaks.
  public enum Role: String, Sendable { case system, user, assistant }
  /// Who says it.
  public var role: Role
  /// What is said.
  public var content: String

  /// A turn of `role` with `content`.
  public init(_ role: Role, _ content: String) { (self.role, self.content) = (role, content) }
}

/// How a family of models writes conversations. A model's own template decides which format is its.
public struct ChatFormat: Sendable, Equatable {
  /// The name under which users choose it.
  public let name: String
  /// The system prompt where a conversation has none; nil means no system turn.
  public let defaultSystemPrompt: String?
  let style: Style

  /// What the formats have in common is a frame for each turn; where they differ is told here.
  enum Style: Sendable, Equatable {
    /// `reasons`: earlier answers lose their thinking, and a conversation ends with a question (Qwen3).
    case chatML(generation: String, reasons: Bool)
    /// `preamble`: what every system turn begins with, which then is always there (Llama 3.1).
    case llama3(preamble: String?)
    case gemma(start: String, takesSystem: Bool)
    case llama2
    case mistral(MistralMarks)
    /// `generation`: what follows the last question.
    case deepSeek(generation: String)
    /// `start`: what begins the text; `system`: how a system message is written, nil where the template leaves it out.
    case phi3(start: String, system: Phi3System?)
    /// The prompt as it is, after a special token.
    case raw(beginning: String)
  }

  /// What Mistral's models write around turns, which differs from one version to the next.
  struct MistralMarks: Sendable, Equatable {
    /// Before and after a question, and before an answer.
    var open, close, answer: String
    var trimsAnswers = false
    var system: System

    /// Where a system message stands.
    enum System: Sendable, Equatable {
      case refused
      /// At the head of the first or the last question.
      case first, last
      /// In a turn of its own.
      case turn
    }
  }

  /// How Phi-3 models write a system message.
  enum Phi3System: Sendable, Equatable {
    /// In a turn of its own, an empty one too or not.
    case always, unlessEmpty
  }

  static let all = [
    ChatFormat("chatml", .chatML(generation: "", reasons: false)),
    ChatFormat("deepseek-r1", .deepSeek(generation: "<think>\n")),
    ChatFormat("gemma", .gemma(start: "<bos>", takesSystem: true)),
    ChatFormat("llama2", .llama2),
    ChatFormat("llama3", .llama3(preamble: nil)),
    ChatFormat("llama3.1", .llama3(preamble: llama31Preamble(date: "26 Jul 2024"))),
    ChatFormat(
      "mistral-v0", .mistral(MistralMarks(open: "[INST] ", close: " [/INST]", answer: "", system: .refused))),
    ChatFormat(
      "mistral-v1", .mistral(MistralMarks(open: " [INST] ", close: " [/INST]", answer: " ", system: .first))),
    ChatFormat(
      "mistral-v3",
      .mistral(MistralMarks(open: "[INST] ", close: "[/INST]", answer: " ", trimsAnswers: true, system: .last))),
    ChatFormat(
      "mistral-tekken", .mistral(MistralMarks(open: "[INST]", close: "[/INST]", answer: "", system: .last))),
    ChatFormat("mistral-v7", .mistral(MistralMarks(open: "[INST] ", close: "[/INST]", answer: " ", system: .turn))),
    ChatFormat("phi3", .phi3(start: "<s>", system: .always)),
    ChatFormat("qwen3", .chatML(generation: "", reasons: true)),
    ChatFormat("qwen3-no-thinking", .chatML(generation: "<think>\n\n</think>\n\n", reasons: true)),
  ]

  /// The names of all formats, with commas between.
  public static var names: String { all.map(\.name).joined(separator: ", ") }

  init(_ name: String, _ style: Style, defaultSystemPrompt: String? = nil) {
    (self.name, self.style, self.defaultSystemPrompt) = (name, style, defaultSystemPrompt)
  }

  /// What every system turn of Llama 3.1 and later models begins with.
  static func llama31Preamble(date: String) -> String {
    "Cutting Knowledge Date: December 2023\nToday Date: \(date)\n\n"
  }

  /// The prompt as it is, after a special token such as the beginning of sequence; see ``Tokenizer/rawFormat(_:)``.
  static func raw(after special: String) -> ChatFormat { ChatFormat("raw", .raw(beginning: special)) }

  /// A special token that comes before the rendered text and is no part of it; empty for all but a prompt as it is.
  public var beginning: String {
    if case .raw(let beginning) = style { return beginning }
    return ""
  }

  /// The format of that name. Throws ``TokenizerError/unknownChatFormat(_:)``.
  public init(named name: String) throws(TokenizerError) {
    guard let format = Self.all.first(where: { $0.name == name }) else { throw .unknownChatFormat(name) }
    self = format
  }

  /// The same format, with which the model answers at once. Throws ``TokenizerError/noThinkingSwitch(_:)`` where the
  /// models of this format cannot be told so.
  public func withoutThinking() throws(TokenizerError) -> ChatFormat {
    guard name.hasPrefix("qwen3") else { throw .noThinkingSwitch(name) }
    return try ChatFormat(named: "qwen3-no-thinking")
  }
}
