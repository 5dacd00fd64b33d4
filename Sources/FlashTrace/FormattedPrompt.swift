import Tokenization

/// A conversation under its chat format, and where the text of its last message, the user's, stands in it.
struct FormattedPrompt {
  let text: String
  /// A special token before the text; empty where there is none.
  let beginning: String
  /// The text of the last message, counted in Unicode scalars from the beginning on.
  let userRange: Range<Int>

  /// Scalars of the beginning and the text.
  var count: Int { beginning.unicodeScalars.count + text.unicodeScalars.count }

  /// Without a format the last message's text is the prompt as it is.
  init(_ messages: [ChatMessage], format: ChatFormat?) throws {
    if let format {
      try self.init(messages, under: format)
    } else {
      self.init(raw: messages.last?.content ?? "")
    }
  }

  private init(raw prompt: String) {
    (text, beginning) = (prompt, "")
    userRange = 0..<prompt.unicodeScalars.count
  }

  func encode(with tokenizer: Tokenizer) -> Encoding { tokenizer.encode(text, after: beginning) }

  private init(_ messages: [ChatMessage], under format: ChatFormat) throws {
    guard let last = messages.last, last.role == .user else { throw TracingError.lastMessageNotUsers }
    (text, beginning) = (try format.render(messages), format.beginning)
    // What stands before and after a message does not depend on it; a private-use character shows where it goes.
    let probe = Array(
      try format.render(messages.dropLast() + [ChatMessage(.user, Self.probe)]).unicodeScalars)
    let start = probe.lastIndex { String($0) == Self.probe } ?? 0
    let end = max(start, text.unicodeScalars.count - (probe.count - start - 1))
    let offset = beginning.unicodeScalars.count
    userRange = start + offset..<end + offset
  }

  private static let probe = "\u{F8FF}"
}
