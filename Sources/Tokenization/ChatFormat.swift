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
  private let style: Style

  private enum Style: Sendable, Equatable { case chatML, llama3, gemma }

  /// Default system prompts of published ChatML templates.
  private static let chatMLSystemPrompts = [
    "You are a helpful AI assistant named SmolLM, trained by Hugging Face",
    "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.",
  ]

  private static let all = [
    ChatFormat(name: "chatml", defaultSystemPrompt: nil, style: .chatML),
    ChatFormat(name: "gemma", defaultSystemPrompt: nil, style: .gemma),
    ChatFormat(name: "llama3", defaultSystemPrompt: nil, style: .llama3),
  ]

  static var names: String { all.map(\.name).joined(separator: ", ") }

  private init(name: String, defaultSystemPrompt: String?, style: Style) {
    (self.name, self.defaultSystemPrompt, self.style) = (name, defaultSystemPrompt, style)
  }

  /// The format of that name. Throws ``TokenizerError/unknownChatFormat(_:)``.
  public init(named name: String) throws(TokenizerError) {
    guard let format = Self.all.first(where: { $0.name == name }) else { throw .unknownChatFormat(name) }
    self = format
  }

  /// The format of a model's own template. Throws ``TokenizerError/unknownChatTemplate`` where it is none of the known.
  public init(template: String?) throws(TokenizerError) {
    guard let template else { throw .noChatTemplate }
    if template.contains("<|im_start|>") {
      let system = Self.chatMLSystemPrompts.first { template.contains($0) }
      self.init(name: "chatml", defaultSystemPrompt: system, style: .chatML)
    } else if template.contains("<start_of_turn>") {
      try self.init(named: "gemma")
    } else {
      throw .unknownChatTemplate
    }
  }

  /// The conversation as text, ending where the assistant's answer begins. Throws ``TokenizerError/badConversation(_:)``.
  public func render(
    _ messages: [ChatMessage], addsGenerationPrompt: Bool = true
  ) throws(TokenizerError) -> String {
    guard !messages.isEmpty else { throw .badConversation("there are none") }
    guard !messages.dropFirst().contains(where: { $0.role == .system }) else {
      throw .badConversation("a system message must be the first")
    }
    switch style {
    case .chatML: return chatML(messages, addsGenerationPrompt)
    case .llama3: return llama3(messages, addsGenerationPrompt)
    case .gemma: return gemma(messages, addsGenerationPrompt)
    }
  }

  private func chatML(_ messages: [ChatMessage], _ addsGenerationPrompt: Bool) -> String {
    func turn(_ role: String, _ content: String) -> String { "<|im_start|>\(role)\n\(content)<|im_end|>\n" }
    var text = ""
    if messages[0].role != .system, let defaultSystemPrompt { text += turn("system", defaultSystemPrompt) }
    for message in messages { text += turn(message.role.rawValue, message.content) }
    return text + (addsGenerationPrompt ? "<|im_start|>assistant\n" : "")
  }

  private func llama3(_ messages: [ChatMessage], _ addsGenerationPrompt: Bool) -> String {
    var text = "<|begin_of_text|>"
    for message in messages {
      text += "<|start_header_id|>\(message.role.rawValue)<|end_header_id|>\n\n\(message.content.trimmed)<|eot_id|>"
    }
    return text + (addsGenerationPrompt ? "<|start_header_id|>assistant<|end_header_id|>\n\n" : "")
  }

  /// A system message is written at the head of the first user turn.
  private func gemma(_ messages: [ChatMessage], _ addsGenerationPrompt: Bool) -> String {
    var (text, prefix) = ("<bos>", "")
    for message in messages {
      if message.role == .system {
        prefix = message.content + "\n\n"
        continue
      }
      let role = message.role == .assistant ? "model" : "user"
      text += "<start_of_turn>\(role)\n\(prefix)\(message.content.trimmed)<end_of_turn>\n"
      prefix = ""
    }
    return text + (addsGenerationPrompt ? "<start_of_turn>model\n" : "")
  }
}

extension String {
  fileprivate var trimmed: String {
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[first...last])
  }
}
