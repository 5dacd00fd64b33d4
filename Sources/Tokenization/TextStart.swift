/// What a pre-tokenizer does to every stretch between added tokens before it cuts it into words.
struct TextStart: Sendable, Equatable {
  /// Put before a stretch that does not begin with it; stands for the stretch's first scalar.
  var prefix: Unicode.Scalar?
  /// Only where the stretch begins the whole text.
  var isAtBeginningOnly = false
  /// Written for every space.
  var mark: Unicode.Scalar?

  func apply(_ text: Normalizer.Text) -> Normalizer.Text {
    guard let origin = text.origins.first else { return text }
    var result = text
    if let mark { result = Normalizer.replace([" "], with: [mark]).apply(result) }
    if let prefix, result.scalars[0] != prefix, !isAtBeginningOnly || origin.lowerBound == 0 {
      result = Normalizer.prepend([prefix]).apply(result)
    }
    return result
  }
}
