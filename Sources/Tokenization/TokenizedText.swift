/// A text's tokens as `flashtrace tokenize --json` and `/api/tokenize` give them: `{"tokens": [{"id", "text", "start",
/// "end"}]}`, where a token covers the Unicode scalars `start ..< end` of the text.
public struct TokenizedText: Sendable, Equatable, Codable {
  /// One token.
  public struct Token: Sendable, Equatable, Codable {
    /// Its number in the vocabulary.
    public let id: Int32
    /// The text that it covers; tokens that split a character show it whole.
    public let text: String
    /// The scalars that it covers, half-open.
    public let start, end: Int
  }

  /// In the order of the text.
  public let tokens: [Token]

  /// The tokens of an encoding.
  public init(_ encoding: Encoding) {
    tokens = encoding.ids.indices.map { index in
      let range = encoding.offsets[index]
      return Token(
        id: encoding.ids[index], text: encoding.text(index), start: range.lowerBound, end: range.upperBound)
    }
  }
}
