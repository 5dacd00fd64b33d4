/// What reasoning models write around their reasoning.
enum ReasoningMarkers {
  static let published: [(opening: String, closing: String)] = [
    ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"), ("[THINK]", "[/THINK]"), ("<seed:think>", "</seed:think>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
  ]

  /// The spans that markers in a target tell: the reasoning lies between the first opening and the last closing marker
  /// (from the target's beginning where the prompt already opened it), the output is what follows.
  ///
  /// Tokens that hold a part of a marker, and white space at the ends, belong to neither. Without a closing marker, or
  /// with nothing after it, there is no output to tell: nil. Reasoning of white space alone is no span.
  static func spans(in sequence: TokenSequence) -> (reasoning: ClosedRange<Int>?, output: ClosedRange<Int>)? {
    let target = TargetText(sequence)
    for (opening, closing) in published {
      guard let end = target.find(closing, .last) else { continue }
      guard let output = target.tokens(within: end.upperBound..<target.range.upperBound) else { return nil }
      let opened = target.find(opening, .first)?.upperBound ?? target.range.lowerBound
      let reasoning = opened < end.lowerBound ? target.tokens(within: opened..<end.lowerBound) : nil
      return (reasoning, output)
    }
    return nil
  }
}
