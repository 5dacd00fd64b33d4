import Checkpoint

extension TokenizerDefinition {
  private enum TokenType {
    static let unknown: Int32 = 2
    static let control: Int32 = 3
    static let userDefined: Int32 = 4
  }

  /// Pre-tokenizers whose models bring text into form first.
  private static let normalizedPreTokenizers: Set = ["qwen2", "deepseek-r1-qwen"]
  /// Pre-tokenizers whose models take a word that is a token as it is, and begin texts with a token of their own.
  private static let preTokenizersWithoutMerges: Set = [
    "llama-bpe", "llama3", "llama-v3", "falcon3", "pixtral", "midm-2.0", "tekken",
  ]

  init(_ vocabulary: GGUFVocabulary) throws(TokenizerError) {
    switch vocabulary.model {
    case "gpt2": try self.init(byteLevel: vocabulary)
    case "llama": try self.init(spaceMarks: vocabulary)
    default: throw .unsupported("the GGUF tokenizer model \(vocabulary.model); supported are gpt2, llama")
    }
    for (id, type) in vocabulary.types.enumerated() {
      guard type == TokenType.control || type == TokenType.userDefined || type == TokenType.unknown else { continue }
      if type != TokenType.userDefined { specialIDs.insert(Int32(id)) }
      specials.append(SpecialTokens.Entry(text: Array(vocabulary.tokens[id]), id: Int32(id)))
    }
    // Byte-level models have no unknown token in `tokenizers`: a byte without a token is left out. GGUF names one all
    // the same, often the end of text.
    unknown = alphabet == .spaceMarks ? vocabulary.unknown : nil
    padding = vocabulary.padding
    (endOfSequence, beginningOfSequence) = (vocabulary.endOfSequence, vocabulary.beginningOfSequence)
    addsBeginningOfSequence = vocabulary.addsBeginningOfSequence ?? (alphabet == .spaceMarks || ignoresMerges)
    chatTemplate = vocabulary.chatTemplate
  }

  private init(byteLevel vocabulary: GGUFVocabulary) throws(TokenizerError) {
    let name = vocabulary.preTokenizer ?? "default"
    guard let preTokenizer = try PublishedSplits.named(name) else {
      throw .unsupported("the GGUF pre-tokenizer \(name); supported are \(PublishedSplits.names)")
    }
    var tokens = ByteStrings()
    tokens.reserve(count: vocabulary.tokens.count, bytes: vocabulary.tokens.reduce(0) { $0 + $1.count })
    for text in vocabulary.tokens { tokens.append(ByteAlphabet.decode(text) ?? Array(text)) }
    let table = TokenTable(tokens)
    var merges = MergeTable(capacity: vocabulary.merges.count)
    for (rank, merge) in vocabulary.merges.enumerated() {
      guard let space = merge.dropFirst().firstIndex(of: 0x20),
        let left = ByteAlphabet.decode(merge[..<space]), let right = ByteAlphabet.decode(merge[(space + 1)...])
      else { throw .malformed("merge \(rank) is not two tokens with a space between") }
      guard let a = table.id(of: left), let b = table.id(of: right), let merged = table.id(of: left + right) else {
        throw .malformed("merge \(rank) (\(String(decoding: merge, as: UTF8.self))) is of tokens that do not exist")
      }
      merges.add(a, b, rank: Int32(rank), merged: merged)
    }
    self.init(alphabet: .byteLevel, tokens: tokens, ranking: .merges(merges))
    self.preTokenizer = preTokenizer
    normalizer = Self.normalizedPreTokenizers.contains(name) ? .form(.nfc) : .none
    ignoresMerges = Self.preTokenizersWithoutMerges.contains(name)
  }

  private init(spaceMarks vocabulary: GGUFVocabulary) throws(TokenizerError) {
    guard vocabulary.scores.count == vocabulary.tokens.count else {
      throw .malformed("a SentencePiece vocabulary needs a score for each token")
    }
    self.init(alphabet: .spaceMarks, tokens: vocabulary.tokens, ranking: .scores(vocabulary.scores))
    let mark = Normalizer.replace([" "], with: ["\u{2581}"])
    let addsPrefix = vocabulary.addsSpacePrefix ?? true
    normalizer = addsPrefix ? .sequence([.prepend(["\u{2581}"]), mark]) : mark
    stripsLeadingSpaces = addsPrefix ? 1 : 0
  }
}
