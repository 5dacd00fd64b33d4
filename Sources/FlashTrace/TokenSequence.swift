import Tokenization
import TraceResult

/// A prompt and a target as the model reads them, every position with its text, place and kind.
public struct TokenSequence: Sendable, Equatable {
  /// Token ids: the formatted prompt, then the target.
  public let ids: [Int32]
  /// Texts, kinds and character offsets of all positions; scores are 0.
  public let tokens: [TracedToken]
  /// The position of the first generated token.
  public let generationStart: Int
  /// Whether the last token is an end-of-sequence token that was appended to the target.
  public let endsWithEndOfSequence: Bool

  /// The offset of the user's text in the formatted prompt, from which tokens' offsets count.
  public let userOffset: Int

  /// Generated tokens that a span may hold.
  public var spanLimit: Int { ids.count - generationStart - (endsWithEndOfSequence ? 1 : 0) }

  /// The positions of the user's prompt.
  public var userPositions: [Int] { (0..<generationStart).filter { tokens[$0].kind == .user } }

  /// Sinks that explain nothing of their own: the template's positions between the user's prompt and the answer, or,
  /// without a template, the prompt's last.
  var referencePositions: [Int] {
    let after = (userPositions.last.map { $0 + 1 } ?? 0)..<generationStart
    return after.isEmpty ? [generationStart - 1] : Array(after)
  }

  /// Whether a position may carry weight and score; stop tokens of the user's prompt and of the target may not.
  package var kept: [Bool] {
    tokens.enumerated().map { position, token in
      let counts = token.kind == .user || position >= generationStart
      return !(counts && Self.isStop(token.text))
    }
  }

  /// A comma, a full stop or nothing, with white space around it.
  static func isStop(_ text: String) -> Bool {
    // White space as Python's `str.strip` takes it.
    let rest = text.unicodeScalars.filter { !$0.properties.isWhitespace && !(0x1c...0x1f).contains($0.value) }
    return rest.isEmpty || (rest.count == 1 && (rest.first == "," || rest.first == "."))
  }
}

extension TokenSequence {
  /// Tokenizes a prompt and its target.
  ///
  /// The user's positions are the tokens that lie in the prompt's user text with all their characters.
  init(_ formatted: FormattedPrompt, target: String, appendsEndOfSequence: Bool, tokenizer: Tokenizer) throws {
    let after = tokenizer.encode(target)
    let length = formatted.count
    var tokens = after.ids.indices.map { TracedToken(after, $0, kind: .generation, offset: length) }
    guard !tokens.isEmpty else { throw TracingError.emptyTarget }
    if appendsEndOfSequence {
      guard let end = tokenizer.endOfSequence else { throw TracingError.noEndOfSequence }
      tokens += TracedToken.decoded([end], offset: length + target.unicodeScalars.count, tokenizer)
    }
    try self.init(formatted, generated: tokens, endsWithEndOfSequence: appendsEndOfSequence, tokenizer: tokenizer)
  }

  /// Tokenizes a prompt; the target is the tokens that the model generated, with the stop token that ended them.
  init(_ formatted: FormattedPrompt, answer: ModelAnswer, appendsEndOfSequence: Bool, tokenizer: Tokenizer) throws {
    guard !answer.ids.isEmpty else { throw TracingError.emptyAnswer }
    let stop = appendsEndOfSequence ? answer.stopID : nil
    let tokens = TracedToken.decoded(
      answer.ids + [stop].compactMap(\.self), offset: formatted.count, tokenizer)
    try self.init(formatted, generated: tokens, endsWithEndOfSequence: stop != nil, tokenizer: tokenizer)
  }

  private init(
    _ formatted: FormattedPrompt, generated: [TracedToken], endsWithEndOfSequence: Bool, tokenizer: Tokenizer
  ) throws {
    guard !formatted.userRange.isEmpty else { throw TracingError.emptyPrompt }
    let before = formatted.encode(with: tokenizer)
    let prompt = before.ids.indices.map { index in
      let range = before.offsets[index]
      let isUser =
        !range.isEmpty && range.lowerBound >= formatted.userRange.lowerBound
        && range.upperBound <= formatted.userRange.upperBound
      let kind: TracedToken.Kind = isUser ? .user : tokenizer.isSpecial(before.ids[index]) ? .special : .template
      return TracedToken(before, index, kind: kind)
    }
    self.init(
      prompt: prompt, generated: generated, endsWithEndOfSequence: endsWithEndOfSequence,
      userOffset: formatted.userRange.lowerBound)
  }

  /// Token ids as they are; texts are what the ids decode to, and all of the prompt is the user's.
  init(promptIDs: [Int32], targetIDs: [Int32], tokenizer: Tokenizer) throws {
    guard !promptIDs.isEmpty else { throw TracingError.emptyPrompt }
    guard !targetIDs.isEmpty else { throw TracingError.emptyTarget }
    var tokens = TracedToken.decoded(promptIDs + targetIDs, offset: 0, tokenizer)
    for position in promptIDs.indices { tokens[position].kind = .user }
    self.init(
      prompt: Array(tokens[..<promptIDs.count]), generated: Array(tokens[promptIDs.count...]),
      endsWithEndOfSequence: targetIDs.count > 1 && targetIDs.last == tokenizer.endOfSequence, userOffset: 0)
  }

  private init(prompt: [TracedToken], generated: [TracedToken], endsWithEndOfSequence: Bool, userOffset: Int) {
    var tokens = prompt + generated
    if endsWithEndOfSequence { tokens[tokens.count - 1].kind = .special }
    self.init(
      ids: tokens.map { Int32($0.id) }, tokens: tokens, generationStart: prompt.count,
      endsWithEndOfSequence: endsWithEndOfSequence, userOffset: userOffset)
  }
}

extension TracedToken {
  fileprivate init(_ encoding: Encoding, _ index: Int, kind: Kind, offset: Int = 0) {
    let range = encoding.offsets[index]
    self.init(
      id: Int(encoding.ids[index]), text: encoding.text(index), kind: kind, start: range.lowerBound + offset,
      end: range.upperBound + offset, score: 0)
  }

  /// Generated tokens whose texts are what they decode to. Tokens that are parts of one character have all of it, as
  /// where a text is encoded; bytes that form none are U+FFFD.
  fileprivate static func decoded(_ ids: [Int32], offset: Int, _ tokenizer: Tokenizer) -> [TracedToken] {
    let bytes = ids.map { tokenizer.bytes(of: $0) }
    let decoded = DecodedScalars(bytes.joined())
    var end = 0
    return zip(ids, bytes).map { id, bytes in
      defer { end += bytes.count }
      let range = decoded.scalars(ofBytes: end..<end + bytes.count)
      return TracedToken(
        id: Int(id), text: decoded.text(range), kind: .generation, start: offset + range.lowerBound,
        end: offset + range.upperBound, score: 0)
    }
  }
}
