import Checkpoint

/// Text to token ids with character offsets, and back. Immutable; any number of tasks may share one.
///
///     let tokenizer = try Tokenizer(files: files)
///     let encoding = tokenizer.encode("Hello, world!")
///     encoding.ids       // [19556, 28, 905, 17] for SmolLM2
///     encoding.offsets   // [0..<5, 5..<6, 6..<12, 12..<13]
public final class Tokenizer: Sendable {
  /// How token texts stand for bytes.
  enum Alphabet: Sendable, Equatable {
    /// Every byte has a scalar (GPT-2).
    case byteLevel
    /// Texts are UTF-8 with U+2581 for a space; bytes of unknown characters are tokens like `<0x0A>`.
    case spaceMarks
  }

  let alphabet: Alphabet
  let normalizer: Normalizer
  let textStart: TextStart
  let preTokenizer: PreTokenizer
  /// Added tokens that are looked for in the text as it is.
  let specials: SpecialTokens
  /// Added tokens that are looked for in normalized text.
  let normalizedSpecials: SpecialTokens
  let encoder: BytePairEncoder
  /// A word that is a token is that token, whatever the merges say.
  let ignoresMerges: Bool
  /// Offsets leave out spaces at a token's ends.
  let trimsOffsets: Bool
  let keepsFirstSpace: Bool
  /// The token of each byte, -1 where there is none.
  let byteTokens: [Int32]
  let stripsLeadingSpaces: Int
  let dropsSpacesOfFirst: Bool
  let fallsBackToBytes: Bool
  let fusesUnknown: Bool
  let unknown: Int32?
  let specialIDs: Set<Int32>
  /// Texts that are shown for special tokens.
  let texts: ByteStrings

  /// The token that ends an answer, where the model has one.
  public let endOfSequence: Int32?
  /// The token that begins a text, where the model has one.
  public let beginningOfSequence: Int32?
  /// The token that fills up batches, where the model has one.
  public let padding: Int32?
  /// Whether the model expects its beginning-of-sequence token before a text without a chat template.
  public let addsBeginningOfSequence: Bool
  /// The model's own chat template, in Jinja.
  public let chatTemplate: String?

  init(_ definition: TokenizerDefinition) {
    alphabet = definition.alphabet
    normalizer = definition.normalizer
    textStart = definition.textStart
    preTokenizer = definition.preTokenizer
    let normalizer = definition.normalizer
    specials = SpecialTokens(definition.specials.filter { !$0.isNormalized })
    normalizedSpecials = SpecialTokens(definition.specials.filter(\.isNormalized).map { $0.normalized(by: normalizer) })
    encoder = BytePairEncoder(table: TokenTable(definition.tokens), ranking: definition.ranking)
    ignoresMerges = definition.ignoresMerges
    trimsOffsets = definition.trimsOffsets
    keepsFirstSpace = definition.keepsFirstSpace
    stripsLeadingSpaces = definition.stripsLeadingSpaces
    dropsSpacesOfFirst = definition.dropsSpacesOfFirst
    fallsBackToBytes = definition.fallsBackToBytes
    fusesUnknown = definition.fusesUnknown
    unknown = definition.unknown
    specialIDs = definition.specialIDs
    texts = definition.tokens
    byteTokens = definition.byteTokens(encoder.table)
    endOfSequence = definition.endOfSequence
    beginningOfSequence = definition.beginningOfSequence
    padding = definition.padding
    addsBeginningOfSequence = definition.addsBeginningOfSequence
    chatTemplate = definition.chatTemplate
  }

  /// Builds the tokenizer that a model's files describe. Throws ``TokenizerError``.
  package convenience init(source: TokenizerSource) throws(TokenizerError) {
    switch source {
    case .gguf(let vocabulary): self.init(try TokenizerDefinition(vocabulary))
    case .huggingFace(let tokenizer, let configuration, let template):
      self.init(try TokenizerDefinition(tokenizer: tokenizer, configuration: configuration, chatTemplate: template))
    }
  }

  /// The tokenizer of a model. Throws ``TokenizerError``, which names the file or the folder and what is wrong in it.
  public convenience init(files: ModelFiles) throws(TokenizerError) {
    do throws(TokenizerError) {
      try self.init(source: files.tokenizer)
    } catch {
      throw error.inFile(files.path)
    }
  }

  /// Number of token ids.
  public var vocabularySize: Int { texts.count }

  /// Whether the token is a control token such as the end of sequence.
  public func isSpecial(_ id: Int32) -> Bool { specialIDs.contains(id) }

  /// The id of the special token with this text, or of the ordinary token with these bytes.
  public func id(of text: String) -> Int32? {
    let bytes = Array(text.utf8)
    // Ids without a token have empty texts.
    if bytes.isEmpty { return nil }
    return bytes.withUnsafeBufferPointer { buffer in
      if let entry = specials.match(buffer, at: 0), entry.text == bytes { return entry.id }
      return encoder.table.id(of: buffer)
    }
  }
}
