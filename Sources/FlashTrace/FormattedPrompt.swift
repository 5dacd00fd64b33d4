import Tokenization

/// A prompt under its chat format, and where the user's own text stands in it.
struct FormattedPrompt {
  let text: String
  /// The user's text, counted in Unicode scalars.
  let userRange: Range<Int>

  init(_ prompt: String, format: ChatFormat?) throws {
    guard let format else {
      text = prompt
      userRange = 0..<prompt.unicodeScalars.count
      return
    }
    text = try format.render([ChatMessage(.user, prompt)])
    // What stands before and after a message does not depend on it; a private-use character shows where it goes.
    let probe = Array(try format.render([ChatMessage(.user, "\u{F8FF}")]).unicodeScalars)
    let start = probe.firstIndex(of: "\u{F8FF}") ?? 0
    userRange = start..<max(start, text.unicodeScalars.count - (probe.count - start - 1))
  }
}
