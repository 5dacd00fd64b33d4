/// Cuts text into words that are encoded one by one.
indirect enum PreTokenizer: Sendable, Equatable {
  /// The text is one word.
  case none
  case words(WordPattern)
  /// Every number scalar is a word of its own (`individual`), or every run of them.
  case digits(individual: Bool)
  /// Each one on the words of the one before.
  case sequence([PreTokenizer])

  /// The words of `range` of the scalars, in order and without gaps.
  func words(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> [Range<Int>] {
    if range.isEmpty { return [] }
    switch self {
    case .none: return [range]
    case .words(let pattern):
      let text = ScannedText(scalars[range])
      var (words, start): ([Range<Int>], Int) = ([], 0)
      while start < text.count {
        let end = pattern.end(of: text, from: start)
        words.append(range.lowerBound + start..<range.lowerBound + end)
        start = end
      }
      return words
    case .digits(let individual):
      var words: [Range<Int>] = []
      var start = range.lowerBound
      while start < range.upperBound {
        let isNumber = ScalarClass.of(scalars[start]) == .number
        var end = start + 1
        while end < range.upperBound, (ScalarClass.of(scalars[end]) == .number) == isNumber,
          !(isNumber && individual)
        {
          end += 1
        }
        words.append(start..<end)
        start = end
      }
      return words
    case .sequence(let steps):
      return steps.reduce([range]) { words, step in words.flatMap { step.words(scalars, $0) } }
    }
  }
}
