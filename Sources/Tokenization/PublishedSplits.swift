/// The pre-tokenizers of published tokenizers, by the names that GGUF files give them.
enum PublishedSplits {
  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let whitespace = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
  private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
  private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#

  static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
  private static let llama3 = modern(numbers: #"\p{N}{1,3}"#)
  private static let qwen2 = modern(numbers: #"\p{N}"#)
  private static let tekken = cased(suffix: "", numbers: #"\p{N}"#)
  private static let gpt4o = cased(suffix: contractions + "?", numbers: #"\p{N}{1,3}"#)
  private static let deepSeekCoder = [
    #"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, #"[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+"#, #"\p{N}"#,
  ]
  private static let deepSeekV3 = [
    #"\p{N}{1,3}"#, #"[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+"#,
    ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"##
      + whitespace,
  ]

  /// What `tokenizer.ggml.pre` names, each split on the words of the one before.
  private static let patterns: [String: [String]] = [
    "default": [gpt2], "gpt-2": [gpt2], "phi-2": [gpt2], "olmo": [gpt2], "mpt": [gpt2],
    // As transformers reads such files, and so the reference values. The published tokenizer.json parts digits first,
    // which differs for the spaces before a number.
    "smollm": [gpt2],
    "starcoder": [#"\p{N}"#, gpt2], "refact": [#"\p{N}"#, gpt2], "command-r": [#"\p{N}"#, gpt2],
    "minerva-7b": [#"\p{N}"#, gpt2], "mellum": [gpt2], "trillion": [gpt2], "jais": [gpt2],
    "qwen2": [qwen2], "deepseek-r1-qwen": [qwen2], "stablelm2": [qwen2], "megrez": [qwen2],
    "llama-bpe": [llama3], "llama3": [llama3], "llama-v3": [llama3], "falcon3": [llama3], "smaug-bpe": [llama3],
    "dbrx": [llama3], "pixtral": [llama3], "midm-2.0": [llama3], "glm4": [llama3], "chatglm-bpe": [llama3],
    "tekken": [tekken], "gpt-4o": [gpt4o], "llama4": [gpt4o],
    "deepseek-coder": deepSeekCoder, "deepseek-v3": deepSeekV3,
  ]

  static var names: String { patterns.keys.sorted().joined(separator: ", ") }

  /// The pre-tokenizer of a name; nil for an unknown one.
  static func named(_ name: String) throws(TokenizerError) -> PreTokenizer? {
    guard let patterns = patterns[name] else { return nil }
    var preTokenizer = PreTokenizer()
    for pattern in patterns { preTokenizer.splits.append(TextSplit(pattern: try TextPattern(pattern))) }
    return preTokenizer
  }

  /// Contractions in any case; one other scalar before letters; line breaks after punctuation and before other text.
  private static func modern(numbers: String) -> String {
    "\(contractions)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\(numbers)| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\(whitespace)"
  }

  /// A word begins where an upper-case letter follows a lower-case one.
  private static func cased(suffix: String, numbers: String) -> String {
    let lead = #"[^\r\n\p{L}\p{N}]?"#
    return "\(lead)\(upper)*\(lower)+\(suffix)|\(lead)\(upper)+\(lower)*\(suffix)|\(numbers)"
      + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + whitespace
  }
}
