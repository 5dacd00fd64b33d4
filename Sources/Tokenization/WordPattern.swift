/// The word patterns of byte-level tokenizers, as facts of one scanner.
///
/// GPT-2:   's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
/// Llama 3: (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// Qwen2:   the same with \p{N} for \p{N}{1,3}
struct WordPattern: Sendable, Equatable {
  /// Most digits of one word; nil means any number of them, and a space before them belongs to the word.
  var digits: Int?
  /// Contractions in any case; any one scalar but a newline or digit before letters; line breaks after punctuation and
  /// before other text as words of their own.
  var isModern: Bool

  static let gpt2 = WordPattern(digits: nil, isModern: false)
  static let llama3 = WordPattern(digits: 3, isModern: true)
  static let qwen2 = WordPattern(digits: 1, isModern: true)

  /// The end of the word that begins at `start`; the pattern matches every text from its beginning to its end.
  func end(of text: ScannedText, from start: Int) -> Int {
    contraction(text, start) ?? letters(text, start) ?? numbers(text, start) ?? punctuation(text, start)
      ?? whitespace(text, start)
  }

  private func contraction(_ text: ScannedText, _ start: Int) -> Int? {
    guard text.scalar(start) == "'" else { return nil }
    func folded(_ index: Int) -> Unicode.Scalar? {
      guard let scalar = text.scalar(index) else { return nil }
      guard isModern else { return scalar }
      if scalar == "\u{17F}" { return "s" }  // the long s folds to s
      return scalar.isASCII ? Unicode.Scalar(scalar.properties.lowercaseMapping) : scalar
    }
    switch (folded(start + 1), folded(start + 2)) {
    case ("s", _), ("t", _), ("m", _), ("d", _): return start + 2
    case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
    default: return nil
    }
  }

  private func letters(_ text: ScannedText, _ start: Int) -> Int? {
    let first = text.kind(start)
    if first == .letter { return text.run(of: .letter, from: start) }
    let mayLead = isModern ? first != .newline && first != .number : text.scalar(start) == " "
    return mayLead && text.kind(start + 1) == .letter ? text.run(of: .letter, from: start + 1) : nil
  }

  private func numbers(_ text: ScannedText, _ start: Int) -> Int? {
    let first = text.scalar(start) == " " && digits == nil ? start + 1 : start
    guard text.kind(first) == .number else { return nil }
    let end = text.run(of: .number, from: first)
    return digits.map { min(end, first + $0) } ?? end
  }

  private func punctuation(_ text: ScannedText, _ start: Int) -> Int? {
    let first = text.scalar(start) == " " ? start + 1 : start
    guard text.kind(first) == .other else { return nil }
    let end = text.run(of: .other, from: first)
    return isModern ? text.run(of: .newline, from: end) : end
  }

  private func whitespace(_ text: ScannedText, _ start: Int) -> Int {
    var end = start
    var afterNewline: Int?
    while let kind = text.kind(end), kind.isWhitespace {
      end += 1
      if kind == .newline { afterNewline = end }
    }
    if isModern, let afterNewline { return afterNewline }
    // Before other text the last space is left to the next word, unless it is all there is.
    return end < text.count && end - start > 1 ? end - 1 : end
  }
}

/// A stretch of scalars with their classes; indices past the end give nil.
struct ScannedText {
  let scalars: ArraySlice<Unicode.Scalar>
  private let kinds: [ScalarClass]

  init(_ scalars: ArraySlice<Unicode.Scalar>) {
    self.scalars = scalars
    kinds = scalars.map(ScalarClass.of)
  }

  var count: Int { kinds.count }
  func scalar(_ index: Int) -> Unicode.Scalar? {
    index < kinds.count ? scalars[scalars.startIndex + index] : nil
  }
  func kind(_ index: Int) -> ScalarClass? { index < kinds.count ? kinds[index] : nil }

  func run(of kind: ScalarClass, from start: Int) -> Int {
    var end = start
    while end < kinds.count, kinds[end] == kind { end += 1 }
    return end
  }
}
