import TraceResult

/// The text of the generated tokens that a span may hold, with the tokens that make it up.
package struct TargetText {
  package enum Occurrence { case first, last }

  /// Offsets count from here.
  private let start: Int
  private let scalars: [Unicode.Scalar]
  private let tokens: ArraySlice<TracedToken>

  init(_ sequence: TokenSequence) {
    tokens = sequence.tokens[sequence.generationStart..<sequence.generationStart + sequence.spanLimit]
    start = tokens.first?.start ?? 0
    scalars = Array(tokens.joinedText.unicodeScalars)
  }

  /// The text's first and last offset.
  var range: Range<Int> { start..<start + scalars.count }

  var text: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// Generation indices of the sentences, without those of white space alone.
  var sentences: [ClosedRange<Int>] {
    TextUnit.sentence.groups(of: tokens).compactMap { span(of: tokens[$0]) { !$0.isBlank } }
  }

  /// The offsets at which a text stands.
  func find(_ text: String, _ occurrence: Occurrence) -> Range<Int>? {
    let wanted = Array(text.unicodeScalars)
    guard !wanted.isEmpty, scalars.count >= wanted.count else { return nil }
    let starts = 0...scalars.count - wanted.count
    let match = { (start: Int) in scalars[start..<start + wanted.count].elementsEqual(wanted) }
    let found = occurrence == .first ? starts.first(where: match) : starts.last(where: match)
    return found.map { start + $0..<start + $0 + wanted.count }
  }

  /// The offsets of all matches that have a character: those of the first capture group where there is one.
  func matches(of pattern: String) throws(SpanError) -> [Range<Int>] {
    let (text, regex) = (text, try Self.regex(pattern))
    func offset(_ index: String.Index) -> Int {
      start + text.unicodeScalars.distance(from: text.startIndex, to: index)
    }
    return text.matches(of: regex).compactMap { match in
      let found = match.output.count > 1 ? match.output[1].range : match.range
      guard let found, !found.isEmpty else { return nil }
      return offset(found.lowerBound)..<offset(found.upperBound)
    }
  }

  static func regex(_ pattern: String) throws(SpanError) -> Regex<AnyRegexOutput> {
    do {
      return try Regex(pattern).matchingSemantics(.unicodeScalar)
    } catch {
      throw .badRegex(pattern, reason: "\(error)")
    }
  }

  /// Generation indices of the tokens that hold any character of a range.
  func tokens(touching range: Range<Int>) -> ClosedRange<Int>? {
    range.isEmpty ? nil : span(of: tokens) { $0.start < range.upperBound && $0.end > range.lowerBound }
  }

  /// Generation indices of the tokens that lie within a range, without those at its ends that are white space.
  func tokens(within range: Range<Int>) -> ClosedRange<Int>? {
    span(of: tokens) { $0.start >= range.lowerBound && $0.end <= range.upperBound && !$0.isBlank }
  }

  /// From the first of `part` that fits to the last.
  private func span(of part: ArraySlice<TracedToken>, _ fits: (TracedToken) -> Bool) -> ClosedRange<Int>? {
    guard let first = part.firstIndex(where: fits), let last = part.lastIndex(where: fits) else { return nil }
    return first - tokens.startIndex...last - tokens.startIndex
  }
}

extension TracedToken {
  fileprivate var isBlank: Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}
