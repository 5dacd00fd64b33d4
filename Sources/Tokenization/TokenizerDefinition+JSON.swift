import Checkpoint
import StrictJSON

extension TokenizerDefinition {
  /// Reads tokenizer.json and, for the roles of special tokens and the template, tokenizer_config.json.
  init(tokenizer: [UInt8], configuration: [UInt8]?, chatTemplate: [UInt8]?) throws(TokenizerError) {
    let root = try Self.parse(tokenizer, "tokenizer.json")
    guard let model = root["model"] else { throw .malformed("tokenizer.json has no model") }
    if let added = root["added_tokens"], added.elements == nil {
      throw .malformed("added_tokens in tokenizer.json is no array")
    }
    guard model["type"]?.string ?? "BPE" == "BPE" else {
      throw .unsupported("the model \(model["type"]?.string ?? "") in tokenizer.json; supported is BPE")
    }
    let preTokenizer = try root["pre_tokenizer"].map(TokenizerJSON.preTokenizer)
    let isByteLevel = preTokenizer?.isByteLevel ?? false
    let (tokens, table) = try Self.vocabulary(model, added: root["added_tokens"], isByteLevel: isByteLevel)
    self.init(
      alphabet: isByteLevel ? .byteLevel : .spaceMarks, tokens: tokens,
      ranking: .merges(try Self.merges(model, table, isByteLevel: isByteLevel)))
    self.preTokenizer = preTokenizer?.words ?? PreTokenizer()
    textStart = preTokenizer?.start ?? TextStart()
    normalizer = try root["normalizer"].map(TokenizerJSON.normalizer) ?? .none
    ignoresMerges = model["ignore_merges"]?.bool ?? false
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] where model[key]?.bytes?.isEmpty == false {
      throw .unsupported("a model with \(key) in tokenizer.json")
    }
    unknown = model["unk_token"]?.bytes.flatMap { table.id(of: $0) }
    fallsBackToBytes = model["byte_fallback"]?.bool ?? false
    fusesUnknown = model["fuse_unk"]?.bool ?? false
    if let decoder = root["decoder"] { try readDecoder(decoder) }
    readAdded(root["added_tokens"])
    readPostProcessor(root["post_processor"])
    try readConfiguration(configuration, table)
    if let chatTemplate { self.chatTemplate = String(decoding: chatTemplate, as: UTF8.self) }
  }

  private static func parse(_ bytes: [UInt8], _ file: String) throws(TokenizerError) -> JSONNode {
    do throws(JSONError) { return try JSONDocument(bytes).root } catch { throw .malformed("\(file): \(error)") }
  }

  private static func vocabulary(
    _ model: JSONNode, added: JSONNode?, isByteLevel: Bool
  ) throws(TokenizerError) -> (ByteStrings, TokenTable) {
    var entries: [(key: ArraySlice<UInt8>, id: JSONNode, isAdded: Bool)] = []
    guard let members = model["vocab"]?.members else { throw .malformed("model.vocab in tokenizer.json is no object") }
    for member in members { entries.append((member.key, member.value, false)) }
    for token in added?.elements ?? [] {
      guard let text = token["content"]?.slice, let id = token["id"] else {
        throw .malformed("an added token has no content or id")
      }
      entries.append((text, id, true))
    }
    guard !entries.isEmpty else { throw .malformed("tokenizer.json has no vocabulary") }
    var texts: [ArraySlice<UInt8>?] = Array(repeating: nil, count: entries.count)
    for (text, node, isAdded) in entries {
      // Ids may have gaps, but not beyond twice the number of tokens.
      guard let id = node.integer, id >= 0, id < 2 * entries.count + 1024 else {
        throw .malformed("the token \(String(decoding: text, as: UTF8.self)) has an id out of range")
      }
      while texts.count <= id { texts.append(nil) }
      texts[id] = isAdded || !isByteLevel ? text : ByteAlphabet.decode(text)?[...] ?? text
    }
    let tokens = ByteStrings(texts.map { $0 ?? [] })
    return (tokens, TokenTable(tokens))
  }

  private static func merges(
    _ model: JSONNode, _ table: TokenTable, isByteLevel: Bool
  ) throws(TokenizerError) -> MergeTable {
    guard let list = model["merges"]?.elements else { throw .malformed("model.merges in tokenizer.json is no array") }
    var merges = MergeTable(capacity: list.count)
    var pair: [UInt8] = []
    func append(_ text: ArraySlice<UInt8>) {
      if !isByteLevel || !ByteAlphabet.decode(text, into: &pair) { pair += text }
    }
    for (rank, node) in list.enumerated() {
      guard let (first, second) = parts(of: node) else { throw .malformed("merge \(rank) is not a pair of tokens") }
      pair.removeAll(keepingCapacity: true)
      append(first)
      let middle = pair.count
      append(second)
      let ids = pair.withUnsafeBufferPointer { pair in
        (
          table.id(of: UnsafeBufferPointer(rebasing: pair[..<middle])),
          table.id(of: UnsafeBufferPointer(rebasing: pair[middle...])), table.id(of: pair)
        )
      }
      guard let left = ids.0, let right = ids.1, let merged = ids.2 else {
        throw .malformed("merge \(rank) is of tokens that do not exist")
      }
      merges.add(left, right, rank: Int32(rank), merged: merged)
    }
    return merges
  }

  /// The texts of a merge, which is written as an array or with a space between.
  private static func parts(of merge: JSONNode) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    if let (left, right) = merge.pair, let first = left.slice, let second = right.slice { return (first, second) }
    guard let text = merge.slice, let space = text.dropFirst().firstIndex(of: 0x20) else { return nil }
    return (text[..<space], text[(space + 1)...])
  }

  private mutating func readAdded(_ added: JSONNode?) {
    for token in added?.elements ?? [] {
      guard let text = token["content"]?.bytes, let id = token["id"]?.integer else { continue }
      if token["special"]?.bool ?? false { specialIDs.insert(Int32(id)) }
      specials.append(
        SpecialTokens.Entry(
          text: text, id: Int32(id), takesSpaceBefore: token["lstrip"]?.bool ?? false,
          takesSpaceAfter: token["rstrip"]?.bool ?? false, standsAlone: token["single_word"]?.bool ?? false,
          isNormalized: token["normalized"]?.bool ?? false))
    }
  }

  /// A decoder undoes what the vocabulary's alphabet says; what it strips at the beginning of a text is told here.
  private mutating func readDecoder(_ node: JSONNode) throws(TokenizerError) {
    switch node["type"]?.string ?? "" {
    case "Sequence": for step in node["decoders"]?.elements ?? [] { try readDecoder(step) }
    case "ByteLevel", "ByteFallback", "Fuse": break
    case "Replace" where node["pattern"]?["String"]?.string == "\u{2581}" && node["content"]?.string == " ": break
    case "Metaspace":
      dropsSpacesOfFirst = node["prepend_scheme"]?.string ?? "always" != "never"
    case "Strip" where node["content"]?.string == " " && node["stop"]?.integer ?? 0 == 0:
      stripsLeadingSpaces = max(0, node["start"]?.integer ?? 0)
    case let type: throw .unsupported("the decoder \(type), or what it does, in tokenizer.json")
    }
  }

  /// ByteLevel trims offsets where it says so; a template that begins with a special token adds it to every text.
  private mutating func readPostProcessor(_ node: JSONNode?) {
    guard let node else { return }
    switch node["type"]?.string {
    case "Sequence": for step in node["processors"]?.elements ?? [] { readPostProcessor(step) }
    case "ByteLevel":
      trimsOffsets = node["trim_offsets"]?.bool ?? true
      keepsFirstSpace = node["add_prefix_space"]?.bool ?? true
    case "TemplateProcessing":
      let first = node["single"]?.elements?.first?["SpecialToken"]?["id"]?.bytes
      if let first, let entry = specials.first(where: { $0.text == first }) {
        (addsBeginningOfSequence, beginningOfSequence) = (true, entry.id)
      }
    default: break
    }
  }

  private mutating func readConfiguration(_ configuration: [UInt8]?, _ table: TokenTable) throws(TokenizerError) {
    guard let configuration else { return }
    let root = try Self.parse(configuration, "tokenizer_config.json")
    func id(_ key: String) throws(TokenizerError) -> Int32? {
      guard let node = root[key] else { return nil }
      guard let text = node.bytes ?? node["content"]?.bytes else {
        throw .malformed("\(key) in tokenizer_config.json is neither a text nor an object with content")
      }
      return specials.first { $0.text == text }?.id ?? table.id(of: text)
    }
    endOfSequence = try id("eos_token")
    padding = try id("pad_token")
    beginningOfSequence = try id("bos_token") ?? beginningOfSequence
    chatTemplate = root["chat_template"]?.string
  }
}
