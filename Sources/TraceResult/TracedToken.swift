/// One position of a traced sequence.
public struct TracedToken: Sendable, Equatable, Codable {
  /// Where a token comes from.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The user's prompt, whatever it says (control tokens typed there included).
    case user
    /// Plain text that the chat template puts around the prompt.
    case template
    /// The traced answer.
    case generation
    /// A control token: of the template, at the beginning, or the end-of-sequence token after the answer.
    case special
  }

  /// The id in the model's vocabulary.
  public var id: Int
  /// The formatted text from `start` to `end`. A token that holds part of a character has the whole character, so
  /// neighbours can overlap.
  public var text: String
  /// Where the token comes from.
  public var kind: Kind
  /// The first character, counted in Unicode scalars from the beginning of the formatted text (prompt with its template,
  /// then the answer).
  public var start: Int
  /// The character after the last.
  public var end: Int
  /// The position's final attribution score.
  public var score: Float

  /// A position of a sequence.
  public init(id: Int, text: String, kind: Kind, start: Int, end: Int, score: Float) {
    (self.id, self.text, self.kind) = (id, text, kind)
    (self.start, self.end, self.score) = (start, end, score)
  }
}

extension Sequence<TracedToken> {
  /// The text of consecutive tokens: what tokens that split a character have in common stands there once.
  package var joinedText: String {
    var (text, end) = (String.UnicodeScalarView(), 0)
    for token in self {
      text.append(
        contentsOf: token.text.unicodeScalars.dropFirst(Swift.max(0, Swift.min(end, token.end) - token.start)))
      end = Swift.max(end, token.end)
    }
    return String(text)
  }
}

/// A token of the user's prompt and its score.
public struct ScoredToken: Sendable, Equatable, Codable {
  /// The index among the user's tokens.
  public var index: Int
  /// The token's text.
  public var token: String
  /// Its final attribution score.
  public var score: Float

  /// A user's token and its score.
  public init(index: Int, token: String, score: Float) {
    (self.index, self.token, self.score) = (index, token, score)
  }
}
