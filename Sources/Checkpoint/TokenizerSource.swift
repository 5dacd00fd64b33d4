/// What a model's files say about its tokenizer, not yet interpreted.
public enum TokenizerSource: Sendable {
  /// The `tokenizer.*` metadata of a GGUF file.
  case gguf(GGUFVocabulary)
  /// A folder's `tokenizer.json`, and `tokenizer_config.json`, `chat_template.jinja` where present: their bytes.
  case huggingFace(tokenizer: [UInt8], configuration: [UInt8]?, chatTemplate: [UInt8]?)
}

/// The vocabulary as GGUF's metadata hold it (`tokenizer.ggml.*`, `tokenizer.chat_template`).
public struct GGUFVocabulary: Sendable {
  /// `tokenizer.ggml.model`: `gpt2` (byte-level BPE), `llama` (SentencePiece-style BPE).
  public var model: String
  /// `tokenizer.ggml.pre`: the pre-tokenizer's name, where given.
  public var preTokenizer: String?
  /// Token texts in order of their ids.
  public var tokens: ByteStrings
  /// A score a token; empty where the file has none.
  public var scores: [Float]
  /// GGUF token types (1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte); empty where absent.
  public var types: [Int32]
  /// Merges "left right" in order of their ranks; empty where absent.
  public var merges: ByteStrings
  public var beginningOfSequence: Int32?
  public var endOfSequence: Int32?
  public var unknown: Int32?
  public var padding: Int32?
  public var addsBeginningOfSequence: Bool?
  public var addsSpacePrefix: Bool?
  public var chatTemplate: String?

  public init(model: String, tokens: ByteStrings, merges: ByteStrings = ByteStrings()) {
    (self.model, self.tokens, self.merges) = (model, tokens, merges)
    (self.scores, self.types) = ([], [])
  }
}

/// Many byte strings in one array: exact bytes, which need not be valid UTF-8, without an allocation each.
public struct ByteStrings: Sendable, RandomAccessCollection {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  public init() {}

  public init(_ strings: some Sequence<some Collection<UInt8>>) {
    for string in strings { append(string) }
  }

  /// Makes room for `count` strings of `bytes` bytes in all.
  public mutating func reserve(count: Int, bytes: Int) {
    ends.reserveCapacity(count)
    self.bytes.reserveCapacity(bytes)
  }

  public mutating func append(_ string: some Collection<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { ends.count }

  public subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }
}
