import TraceResult

extension SpanChoice {
  /// The inclusive generation indices. Throws ``TracingError/span(_:)``; indices of ``tokens(_:)`` are checked later.
  ///
  /// - Parameter name: what errors call the span, `output` or `reasoning`.
  package func indices(
    in sequence: TokenSequence, name: String, _ occurrence: TargetText.Occurrence
  ) throws -> ClosedRange<Int> {
    if case .tokens(let range) = self { return range }
    do throws(SpanError) {
      return try tokens(of: TargetText(sequence), occurrence)
    } catch {
      throw TracingError.span(name: name, error)
    }
  }

  private func tokens(
    of target: TargetText, _ occurrence: TargetText.Occurrence
  ) throws(SpanError) -> ClosedRange<Int> {
    switch self {
    case .tokens(let range): return range
    case .text(let text):
      guard let span = target.find(text, occurrence).flatMap(target.tokens(touching:)) else {
        throw .textNotFound(text)
      }
      return span
    case .regex(let pattern):
      let matches = try target.matches(of: pattern)
      guard let match = occurrence == .first ? matches.first : matches.last else { throw .regexNotFound(pattern) }
      return try target.checked(target.tokens(touching: match))
    case .sentence(let sentence): return try target.sentence(sentence)
    case .jsonPath(let path): return try target.checked(target.tokens(touching: target.value(at: path)))
    case .characters(let range):
      guard range.upperBound <= target.range.count else {
        throw .charactersOutOfRange(range, count: target.range.count)
      }
      let start = target.range.lowerBound
      return try target.checked(
        target.tokens(touching: start + range.lowerBound..<start + range.upperBound))
    case .after(let text):
      guard let found = target.find(text, .last) else { throw .textNotFound(text) }
      guard let span = target.tokens(within: found.upperBound..<target.range.upperBound) else {
        throw .nothingAfter(text)
      }
      return span
    }
  }
}

extension TargetText {
  /// Throws ``SpanError/noTokens`` where a text has no token of its own.
  fileprivate func checked(_ span: ClosedRange<Int>?) throws(SpanError) -> ClosedRange<Int> {
    guard let span else { throw .noTokens }
    return span
  }

  fileprivate func sentence(_ sentence: SpanChoice.Sentence) throws(SpanError) -> ClosedRange<Int> {
    let all = sentences
    let number = if case .number(let number) = sentence { number } else { all.count }
    guard all.indices.contains(number - 1) else { throw .sentenceOutOfRange(sentence, count: all.count) }
    return all[number - 1]
  }
}
