import TraceResult

/// How a span of generated tokens is chosen.
public enum SpanChoice: Sendable, Equatable {
  /// Inclusive indices of generated tokens.
  case tokens(ClosedRange<Int>)
  /// The tokens that hold any character of a text in the target: its last occurrence for an output, its first for reasoning.
  case text(String)

  enum Occurrence { case first, last }

  /// The inclusive generation indices. Throws ``TracingError/textNotFound(name:text:)``; indices are checked later.
  func indices(in sequence: TokenSequence, name: String, _ occurrence: Occurrence) throws -> ClosedRange<Int> {
    switch self {
    case .tokens(let range): return range
    case .text(let text):
      let generated = sequence.tokens[sequence.generationStart..<sequence.generationStart + sequence.spanLimit]
      guard let characters = Self.find(Array(text.unicodeScalars), in: generated, occurrence) else {
        throw TracingError.textNotFound(name: name, text: text)
      }
      let held = generated.indices.filter {
        generated[$0].start < characters.upperBound && generated[$0].end > characters.lowerBound
      }
      guard let first = held.first, let last = held.last else {
        throw TracingError.textNotFound(name: name, text: text)
      }
      return first - sequence.generationStart...last - sequence.generationStart
    }
  }

  /// Where `text` stands in the text of `tokens`, in the offsets that these have.
  private static func find(
    _ text: [Unicode.Scalar], in tokens: ArraySlice<TracedToken>, _ occurrence: Occurrence
  ) -> Range<Int>? {
    guard !text.isEmpty, let first = tokens.first else { return nil }
    var scalars: [Unicode.Scalar] = []
    for token in tokens {
      // Tokens that split a character repeat its text; only what goes beyond the text so far is new.
      let known = first.start + scalars.count - token.start
      scalars.append(contentsOf: token.text.unicodeScalars.dropFirst(max(0, known)))
    }
    guard scalars.count >= text.count else { return nil }
    let starts = Array(0...scalars.count - text.count)
    let match = { (start: Int) in scalars[start..<start + text.count].elementsEqual(text) }
    let start = occurrence == .first ? starts.first(where: match) : starts.last(where: match)
    return start.map { first.start + $0..<first.start + $0 + text.count }
  }
}
