/// How a span of generated tokens is chosen.
public enum SpanChoice: Sendable, Equatable {
  /// Inclusive indices of generated tokens.
  case tokens(ClosedRange<Int>)
  /// The tokens that hold any character of a text in the target: its last occurrence for an output, its first for reasoning.
  case text(String)
  /// The same of what a regular expression (Swift's `Regex`, matched by Unicode scalars) matches: its first capture
  /// group where it has one. Matches without a character do not count.
  case regex(String)
  /// A sentence of the target, as `TextUnit.sentence` cuts it; sentences of white space alone do not count.
  case sentence(Sentence)
  /// The text of a value in JSON that the target holds, a string without its quotes: of the last object or array that
  /// has it, also inside a fenced block or other text.
  case jsonPath(JSONPath)
  /// The tokens that hold any of these characters, counted in Unicode scalars from the target's beginning.
  case characters(Range<Int>)
  /// All that follows the last occurrence of a text, without white space at its ends.
  case after(String)

  /// Which sentence.
  public enum Sentence: Sendable, Equatable {
    /// Counted from 1.
    case number(Int)
    /// The one that ends the target.
    case last
  }
}
