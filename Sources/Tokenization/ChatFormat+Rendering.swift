extension ChatFormat {
  /// The conversation as text, ending where the assistant's answer begins. Throws ``TokenizerError/badConversation(_:)``.
  public func render(
    _ messages: [ChatMessage], addsGenerationPrompt: Bool = true
  ) throws(TokenizerError) -> String {
    guard !messages.isEmpty else { throw .badConversation("there are none") }
    guard !messages.dropFirst().contains(where: { $0.role == .system }) else {
      throw .badConversation("a system message must be the first")
    }
    switch style {
    case .chatML(let generation, let reasons):
      return try chatML(messages, addsGenerationPrompt ? "<|im_start|>assistant\n" + generation : "", reasons)
    case .llama3(let preamble): return llama3(messages, preamble, addsGenerationPrompt)
    case .gemma(let start, let takesSystem): return try gemma(messages, start, takesSystem, addsGenerationPrompt)
    case .llama2: return try llama2(messages)
    case .mistral(let marks): return try mistral(messages, marks)
    case .deepSeek(let generation):
      return deepSeek(messages, addsGenerationPrompt ? "<｜Assistant｜>" + generation : "")
    case .phi3(let start, let system): return try phi3(messages, start, system, addsGenerationPrompt)
    case .raw:
      guard messages.count == 1 else { throw .badConversation("a prompt without a chat format is one message") }
      return messages[0].content
    }
  }

  private func chatML(
    _ messages: [ChatMessage], _ generation: String, _ reasons: Bool
  ) throws(TokenizerError) -> String {
    func turn(_ role: String, _ content: String) -> String { "<|im_start|>\(role)\n\(content)<|im_end|>\n" }
    if reasons, messages.last?.role != .user {
      throw .badConversation("with this model the last message must be the user's")
    }
    var text = ""
    if messages[0].role != .system, let defaultSystemPrompt { text += turn("system", defaultSystemPrompt) }
    for message in messages {
      let answers = reasons && message.role == .assistant
      text += turn(message.role.rawValue, answers ? message.content.withoutThinking : message.content)
    }
    return text + generation
  }

  private func llama3(_ messages: [ChatMessage], _ preamble: String?, _ addsGenerationPrompt: Bool) -> String {
    func turn(_ role: String, _ content: String) -> String {
      "<|start_header_id|>\(role)<|end_header_id|>\n\n\(content)<|eot_id|>"
    }
    var text = "<|begin_of_text|>"
    if let preamble, messages[0].role != .system { text += turn("system", preamble) }
    for message in messages {
      let lead = message.role == .system ? preamble ?? "" : ""
      text += turn(message.role.rawValue, lead + message.content.trimmed)
    }
    return text + (addsGenerationPrompt ? "<|start_header_id|>assistant<|end_header_id|>\n\n" : "")
  }

  /// A system message is written at the head of the first user turn.
  private func gemma(
    _ messages: [ChatMessage], _ start: String, _ takesSystem: Bool, _ addsGenerationPrompt: Bool
  ) throws(TokenizerError) -> String {
    if !takesSystem { try Self.refuseSystem(messages) }
    try Self.checkTurns(messages)
    var (text, prefix) = (start, "")
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

  /// Every question begins a text of its own; a system message stands within the first.
  private func llama2(_ messages: [ChatMessage]) throws(TokenizerError) -> String {
    try Self.checkTurns(messages)
    var (text, system) = ("", "")
    for message in messages {
      switch message.role {
      case .system: system = "<<SYS>>\n\(message.content)\n<</SYS>>\n\n"
      case .user:
        text += "<s>[INST] \((system + message.content).trimmed) [/INST]"
        system = ""
      case .assistant: text += " \(message.content.trimmed) </s>"
      }
    }
    return text
  }

  private func mistral(_ messages: [ChatMessage], _ marks: MistralMarks) throws(TokenizerError) -> String {
    if marks.system == .refused { try Self.refuseSystem(messages) }
    try Self.checkTurns(messages)
    let turns = Array(messages.drop { $0.role == .system })
    let system = turns.count < messages.count ? messages[0].content : nil
    var text = "<s>"
    if marks.system == .turn, let system { text += "[SYSTEM_PROMPT] \(system)[/SYSTEM_PROMPT]" }
    let holder = marks.system == .first ? 0 : marks.system == .last ? turns.count - 1 : nil
    for (index, message) in turns.enumerated() {
      if message.role == .user {
        let lead = index == holder ? system.map { $0 + "\n\n" } ?? "" : ""
        text += marks.open + lead + message.content + marks.close
      } else {
        text += marks.answer + (marks.trimsAnswers ? message.content.trimmed : message.content) + "</s>"
      }
    }
    return text
  }

  private func deepSeek(_ messages: [ChatMessage], _ generation: String) -> String {
    messages.reduce("<｜begin▁of▁sentence｜>") { text, message in
      switch message.role {
      case .system: text + message.content
      case .user: text + "<｜User｜>" + message.content
      case .assistant: text + "<｜Assistant｜>" + message.content.afterThinking + "<｜end▁of▁sentence｜>"
      }
    } + generation
  }

  private func phi3(
    _ messages: [ChatMessage], _ start: String, _ system: Phi3System?, _ addsGenerationPrompt: Bool
  ) throws(TokenizerError) -> String {
    if system == nil { try Self.refuseSystem(messages) }
    guard messages.last?.role == .user else { throw .badConversation("the last message must be the user's") }
    let turns = messages.drop { $0.role == .system && $0.content.isEmpty && system == .unlessEmpty }
    return turns.reduce(start) { text, message in
      text + "<|\(message.role.rawValue)|>\n\(message.content)<|end|>\n"
    } + (addsGenerationPrompt ? "<|assistant|>\n" : "")
  }

  private static func refuseSystem(_ messages: [ChatMessage]) throws(TokenizerError) {
    guard messages[0].role == .system else { return }
    throw .badConversation(
      "this model's template refuses a system message or leaves it out; put it at the head of the user's")
  }

  private static func checkTurns(_ messages: [ChatMessage]) throws(TokenizerError) {
    let turns = messages.drop { $0.role == .system }
    for (index, message) in turns.enumerated() where (message.role == .user) != index.isMultiple(of: 2) {
      throw .badConversation("user and assistant must take turns, the user first")
    }
  }
}

extension String {
  /// Without white space at its ends, as Python's `str.strip` takes it.
  fileprivate var trimmed: String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || (0x1c...0x1f).contains(scalar.value)
    }
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }), let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[first...last])
  }

  /// What follows the last end of thinking.
  fileprivate var afterThinking: String {
    guard let end = unicodeScalars.ranges(of: "</think>".unicodeScalars).last else { return self }
    return String(unicodeScalars[end.upperBound...])
  }

  /// The same without the line breaks before it.
  fileprivate var withoutThinking: String {
    let rest = afterThinking.unicodeScalars
    return rest.count == unicodeScalars.count ? self : String(String.UnicodeScalarView(rest.drop { $0 == "\n" }))
  }
}
