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
    /// The text before and after a question, and before an answer. What is done with system turns differs by model.
    case mistral(open: String, close: String, answer: String, trimsAnswers: Bool)
    /// `generation`: what follows the last question.
    case deepSeek(generation: String)
    /// `start`: what begins the text.
    case phi3(start: String)
  }

  static let all = [
    ChatFormat("chatml", .chatML(generation: "", reasons: false)),
    ChatFormat("deepseek-r1", .deepSeek(generation: "<think>\n")),
    ChatFormat("gemma", .gemma(start: "<bos>", takesSystem: true)),
    ChatFormat("llama3", .llama3(preamble: nil)),
    ChatFormat(
      "llama3.1", .llama3(preamble: "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n")),
    ChatFormat("mistral-v0", .mistral(open: "[INST] ", close: " [/INST]", answer: "", trimsAnswers: false)),
    ChatFormat("mistral-v1", .mistral(open: " [INST] ", close: " [/INST]", answer: " ", trimsAnswers: false)),
    ChatFormat("mistral-v3", .mistral(open: "[INST] ", close: "[/INST]", answer: " ", trimsAnswers: true)),
    ChatFormat("mistral-tekken", .mistral(open: "[INST]", close: "[/INST]", answer: "", trimsAnswers: false)),
    ChatFormat("phi3", .phi3(start: "<s>")),
    ChatFormat("qwen3", .chatML(generation: "", reasons: true)),
    ChatFormat("qwen3-no-thinking", .chatML(generation: "<think>\n\n</think>\n\n", reasons: true)),
  ]

  /// The names of all formats, with commas between.
  public static var names: String { all.map(\.name).joined(separator: ", ") }

  init(_ name: String, _ style: Style, defaultSystemPrompt: String? = nil) {
    (self.name, self.style, self.defaultSystemPrompt) = (name, style, defaultSystemPrompt)
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
