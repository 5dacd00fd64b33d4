import StrictJSON

/// The steps of tokenizer.json that have an equal here; every other one is refused by name.
enum TokenizerJSON {
  struct PreTokenization {
    var words: PreTokenizer
    var isByteLevel = false
    /// What is done to a text before the first step cuts it.
    var start = TextStart()
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
    case "Sequence": return try sequence(node)
    case "ByteLevel":
      let start = TextStart(prefix: node["add_prefix_space"]?.bool ?? true ? " " : nil)
      let usesRegex = node["use_regex"]?.bool ?? true
      return PreTokenization(words: usesRegex ? .words(.gpt2) : .none, isByteLevel: true, start: start)
    case "Digits": return PreTokenization(words: .digits(individual: node["individual_digits"]?.bool ?? false))
    case "Split": return PreTokenization(words: try split(node))
    case "Metaspace": return try metaspace(node)
    case let type:
      throw .unsupported("the pre-tokenizer \(type); supported are Sequence, ByteLevel, Digits, Split, Metaspace")
    }
  }

  private static func sequence(_ node: JSONNode) throws(TokenizerError) -> PreTokenization {
    var result = PreTokenization(words: .none)
    var steps: [PreTokenizer] = []
    for (index, child) in (node["pretokenizers"]?.elements ?? []).enumerated() {
      let step = try preTokenizer(child)
      result.isByteLevel = result.isByteLevel || step.isByteLevel
      if index == 0 {
        result.start = step.start
      } else if step.start != TextStart() {
        throw .unsupported("a \(child["type"]?.string ?? "") with a prefix after another pre-tokenizer")
      }
      if step.words != .none { steps.append(step.words) }
    }
    result.words = steps.count == 1 ? steps[0] : .sequence(steps)
    return result
  }

  private static func metaspace(_ node: JSONNode) throws(TokenizerError) -> PreTokenization {
    guard let text = node["replacement"]?.string?.unicodeScalars, text.count == 1, let mark = text.first else {
      throw .malformed("a Metaspace has no replacement of one character")
    }
    var start = TextStart(prefix: mark, mark: mark)
    switch node["prepend_scheme"]?.string ?? (node["add_prefix_space"]?.bool ?? true ? "always" : "never") {
    case "always": break
    case "first": start.isAtBeginningOnly = true
    case "never": start.prefix = nil
    case let scheme: throw .malformed("the prepend_scheme \(scheme) of a Metaspace; allowed are always, first, never")
    }
    return PreTokenization(words: node["split"]?.bool ?? true ? .starts(mark) : .none, start: start)
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

  private static let normalizers = "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, Strip, Replace, Prepend"

  static func normalizer(_ node: JSONNode) throws(TokenizerError) -> Normalizer {
    switch node["type"]?.string ?? "" {
    case "Sequence":
      var steps: [Normalizer] = []
      for child in node["normalizers"]?.elements ?? [] { steps.append(try normalizer(child)) }
      return .sequence(steps)
    case "NFC": return .form(.nfc)
    case "NFD": return .form(.nfd)
    case "NFKC": return .form(.nfkc)
    case "NFKD": return .form(.nfkd)
    case "Lowercase": return .lowercase
    case "Strip": return .strip(left: node["strip_left"]?.bool ?? true, right: node["strip_right"]?.bool ?? true)
    case "Replace":
      guard let old = node["pattern"]?["String"]?.string, !old.isEmpty, let new = node["content"]?.string else {
        throw .unsupported("a Replace of other than a text, by a text")
      }
      return .replace(Array(old.unicodeScalars), with: Array(new.unicodeScalars))
    case "Prepend":
      guard let text = node["prepend"]?.string else { throw .malformed("a Prepend has no text") }
      return .prepend(Array(text.unicodeScalars))
    case let type: throw .unsupported("the normalizer \(type); supported are \(normalizers)")
    }
  }
}
