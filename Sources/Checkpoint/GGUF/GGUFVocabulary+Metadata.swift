extension GGUFVocabulary {
  /// Reads the `tokenizer.*` keys.
  init(_ metadata: GGUFMetadata) throws(CheckpointError) {
    let key = "tokenizer.ggml."
    guard let model = try metadata.optionalString(key + "model"),
      let tokens = try metadata.optionalStrings(key + "tokens")
    else {
      throw .malformed(file: metadata.file.path, field: key + "tokens", reason: "is missing: the file has no tokenizer")
    }
    self.init(model: model, tokens: tokens, merges: try metadata.optionalStrings(key + "merges") ?? ByteStrings())
    scores =
      try metadata.optionalArray(key + "scores", type: 6, "an array of f32") { Float(bitPattern: $0) } ?? []
    types = try metadata.optionalArray(key + "token_type", type: 5, "an array of i32") { Int32(bitPattern: $0) } ?? []
    for (name, count) in [("scores", scores.count), ("token_type", types.count)]
    where count != 0 && count != tokens.count {
      throw .malformed(
        file: metadata.file.path, field: key + name, reason: "has \(count) entries for \(tokens.count) tokens")
    }
    preTokenizer = try metadata.optionalString(key + "pre")
    func id(_ name: String) throws(CheckpointError) -> Int32? {
      guard let value = try metadata.optionalInteger(key + name) else { return nil }
      guard value >= 0, value < tokens.count else {
        throw .malformed(
          file: metadata.file.path, field: key + name, reason: "is \(value); ids are 0 to \(tokens.count - 1)")
      }
      return Int32(value)
    }
    beginningOfSequence = try id("bos_token_id")
    endOfSequence = try id("eos_token_id")
    answerEndings = [endOfSequence, try id("eot_token_id"), try id("eom_token_id")].compactMap(\.self)
    unknown = try id("unknown_token_id")
    padding = try id("padding_token_id")
    addsBeginningOfSequence = try metadata.optionalBool(key + "add_bos_token")
    addsSpacePrefix = try metadata.optionalBool(key + "add_space_prefix")
    chatTemplate = try metadata.optionalString("tokenizer.chat_template")
  }
}
