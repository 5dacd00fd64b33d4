/// What a model's files say about its tokenizer, not yet interpreted.
package enum TokenizerSource: Sendable {
  /// The `tokenizer.*` metadata of a GGUF file.
  case gguf(GGUFVocabulary)
  /// A folder's `tokenizer.json`, and `tokenizer_config.json`, `chat_template.jinja` where present: their bytes.
  case huggingFace(tokenizer: [UInt8], configuration: [UInt8]?, chatTemplate: [UInt8]?)
}

/// The vocabulary as GGUF's metadata hold it (`tokenizer.ggml.*`, `tokenizer.chat_template`).
package struct GGUFVocabulary: Sendable {
  /// `tokenizer.ggml.model`: `gpt2` (byte-level BPE), `llama` (SentencePiece-style BPE).
  package var model: String
  /// `tokenizer.ggml.pre`: the pre-tokenizer's name, where given.
  package var preTokenizer: String?
  /// Token texts in order of their ids.
  package var tokens: ByteStrings
  /// A score a token; empty where the file has none.
  package var scores: [Float]
  /// GGUF token types (1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte); empty where absent.
  package var types: [Int32]
  /// Merges "left right" in order of their ranks; empty where absent.
  package var merges: ByteStrings
  package var beginningOfSequence: Int32?
  package var endOfSequence: Int32?
  /// The ends of a sequence, a turn and a message to a tool, where given.
  package var answerEndings: [Int32] = []
  package var unknown: Int32?
  package var padding: Int32?
  package var addsBeginningOfSequence: Bool?
  package var addsSpacePrefix: Bool?
  package var chatTemplate: String?

  package init(model: String, tokens: ByteStrings, merges: ByteStrings = ByteStrings()) {
    (self.model, self.tokens, self.merges) = (model, tokens, merges)
    (self.scores, self.types) = ([], [])
  }
}

/// Many byte strings in one array: exact bytes, which need not be valid UTF-8, without an allocation each.
package struct ByteStrings: Sendable, RandomAccessCollection {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  package init() {}

  package init(_ strings: some Sequence<some Collection<UInt8>>) {
    for string in strings { append(string) }
  }

  /// Makes room for `count` strings of `bytes` bytes in all.
  package mutating func reserve(count: Int, bytes: Int) {
    ends.reserveCapacity(count)
    self.bytes.reserveCapacity(bytes)
  }

  package mutating func append(_ string: some Collection<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { ends.count }

  package subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
  }
}
