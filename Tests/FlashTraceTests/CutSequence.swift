import TraceResult

@testable import FlashTrace

extension TokenSequence {
  /// A target whose tokens are told apart by spaces, after a prompt; `~` stands for a space within a token.
  init(cut: String, endsWithEndOfSequence: Bool = true) {
    let prompt = ["What", "?", "<think>", "\n"]
    let target = cut.split(separator: " ").map { String($0).replacing("~", with: " ").replacing("\\n", with: "\n") }
    let texts = prompt + target + (endsWithEndOfSequence ? ["<eos>"] : [])
    var offset = 0
    let tokens = texts.map { text in
      defer { offset += text.unicodeScalars.count }
      return TracedToken(
        id: 0, text: text, kind: .generation, start: offset, end: offset + text.unicodeScalars.count, score: 0)
    }
    self.init(
      ids: texts.map { _ in 0 }, tokens: tokens, generationStart: prompt.count,
      endsWithEndOfSequence: endsWithEndOfSequence, userOffset: 0)
  }
}
