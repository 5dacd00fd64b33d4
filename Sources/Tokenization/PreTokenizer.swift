/// Cuts text into words that are encoded one by one.
indirect enum PreTokenizer: Sendable, Equatable {
  /// The text is one word.
  case none
  case words(WordPattern)
  /// Every number scalar is a word of its own (`individual`), or every run of them.
  case digits(individual: Bool)
  /// A word begins at every occurrence of a scalar.
  case starts(Unicode.Scalar)
  /// Each one on the words of the one before.
  case sequence([PreTokenizer])

  /// The words of `range` of the scalars, in order and without gaps.
  func words(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> [Range<Int>] {
    if range.isEmpty { return [] }
    switch self {
    case .none: return [range]
    case .words(let pattern): return Self.words(pattern, scalars, range)
    case .digits(let individual): return Self.digits(individual, scalars, range)
    case .starts(let mark):
      let starts = range.filter { $0 == range.lowerBound || scalars[$0] == mark }
      return zip(starts, starts.dropFirst() + [range.upperBound]).map { $0..<$1 }
    case .sequence(let steps):
      return steps.reduce([range]) { words, step in words.flatMap { step.words(scalars, $0) } }
    }
  }

  private static func words(_ pattern: WordPattern, _ scalars: [Unicode.Scalar], _ range: Range<Int>) -> [Range<Int>] {
    let text = ScannedText(scalars[range])
    var (words, start): ([Range<Int>], Int) = ([], 0)
    while start < text.count {
      let end = pattern.end(of: text, from: start)
      words.append(range.lowerBound + start..<range.lowerBound + end)
      start = end
    }
    return words
  }

  private static func digits(_ individual: Bool, _ scalars: [Unicode.Scalar], _ range: Range<Int>) -> [Range<Int>] {
    func isNumber(_ index: Int) -> Bool { ScalarClass.of(scalars[index]) == .number }
    var (words, start): ([Range<Int>], Int) = ([], range.lowerBound)
    while start < range.upperBound {
      var end = start + 1
      while end < range.upperBound, isNumber(end) == isNumber(start), !(individual && isNumber(start)) { end += 1 }
      words.append(start..<end)
      start = end
    }
    return words
  }
}
