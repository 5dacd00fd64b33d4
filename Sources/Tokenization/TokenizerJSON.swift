import StrictJSON

/// The steps of tokenizer.json that have an equal here; every other one is refused by name.
enum TokenizerJSON {
  struct PreTokenization {
    var words: PreTokenizer
    var isByteLevel: Bool
  }

  static let patterns: [(text: String, pattern: WordPattern)] = [
    (#"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#, .gpt2),
    (
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .llama3
    ),
    (
      #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#,
      .qwen2
    ),
  ]

  static func preTokenizer(_ node: JSONNode) throws(TokenizerError) -> PreTokenization {
    switch node["type"]?.string ?? "" {
    case "Sequence":
      var (steps, isByteLevel): ([PreTokenizer], Bool) = ([], false)
      for child in node["pretokenizers"]?.elements ?? [] {
        let step = try preTokenizer(child)
        isByteLevel = isByteLevel || step.isByteLevel
        if step.words != .none { steps.append(step.words) }
      }
      return PreTokenization(words: steps.count == 1 ? steps[0] : .sequence(steps), isByteLevel: isByteLevel)
    case "ByteLevel":
      if node["add_prefix_space"]?.bool ?? true { throw .unsupported("ByteLevel with add_prefix_space") }
      let usesRegex = node["use_regex"]?.bool ?? true
      return PreTokenization(words: usesRegex ? .words(.gpt2) : .none, isByteLevel: true)
    case "Digits":
      let individual = node["individual_digits"]?.bool ?? false
      return PreTokenization(words: .digits(individual: individual), isByteLevel: false)
    case "Split": return PreTokenization(words: try split(node), isByteLevel: false)
    case let type: throw .unsupported("the pre-tokenizer \(type); supported are Sequence, ByteLevel, Digits, Split")
    }
  }

  private static func split(_ node: JSONNode) throws(TokenizerError) -> PreTokenizer {
    guard let pattern = node["pattern"] else { throw .malformed("a Split has no pattern") }
    let isInverted = node["invert"]?.bool ?? false
    let behavior = node["behavior"]?.string ?? ""
    if let regex = pattern["Regex"]?.string {
      // Every known pattern covers all text, so that isolating its matches and removing what is between comes to the same.
      guard behavior == "Isolated" || (behavior == "Removed" && isInverted),
        let known = patterns.first(where: { $0.text == regex })
      else { throw .unsupported("Split by the regular expression \(regex) (\(behavior))") }
      return .words(known.pattern)
    }
    // After the spaces have become marks, a split by spaces never applies.
    if pattern["String"]?.string == " ", behavior == "MergedWithPrevious", !isInverted { return .none }
    throw .unsupported("Split by \(pattern["String"]?.string ?? "nothing") (\(behavior))")
  }

  static func normalizer(_ node: JSONNode) throws(TokenizerError) -> Normalizer {
    switch node["type"]?.string ?? "" {
    case "Sequence":
      var steps: [Normalizer] = []
      for child in node["normalizers"]?.elements ?? [] { steps.append(try normalizer(child)) }
      return .sequence(steps)
    case "NFC": return .nfc
    case "Replace":
      guard let old = node["pattern"]?["String"]?.string?.unicodeScalars, old.count == 1,
        let new = node["content"]?.string?.unicodeScalars, new.count == 1, let from = old.first, let to = new.first
      else { throw .unsupported("a Replace of other than one character by one") }
      return .replace(from, with: to)
    case "Prepend":
      guard let text = node["prepend"]?.string?.unicodeScalars, text.count == 1, let scalar = text.first else {
        throw .unsupported("a Prepend of other than one character")
      }
      return .prepend(scalar)
    case let type: throw .unsupported("the normalizer \(type); supported are Sequence, NFC, Replace, Prepend")
    }
  }
}
