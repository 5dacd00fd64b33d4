/// Whether a prompt without a chat format begins with the model's beginning-of-sequence token.
public enum BeginningOfSequence: String, Sendable, CaseIterable {
  /// Where the model's files say that it does.
  case auto
  /// It does; a model without such a token is an error.
  case yes
  /// It does not.
  case no
}

extension Tokenizer {
  /// The format of a prompt as it is after the beginning-of-sequence token; nil for none before it.
  ///
  /// Throws ``TokenizerError/noBeginningOfSequence`` where there has to be one and the model has none.
  public func rawFormat(_ beginning: BeginningOfSequence) throws(TokenizerError) -> ChatFormat? {
    switch beginning {
    case .no: return nil
    case .auto: guard addsBeginningOfSequence, beginningOfSequence != nil else { return nil }
    case .yes: break
    }
    guard let id = beginningOfSequence else { throw .noBeginningOfSequence }
    let text = String(decoding: texts[Int(id)], as: UTF8.self)
    guard self.id(of: text) == id else {
      throw .malformed("the beginning-of-sequence token \(id) has no text of its own")
    }
    return .raw(after: text)
  }

  /// The tokens of `text` after that of a special token, where one is given, whose characters come before the text's.
  ///
  /// What a tokenizer does to the beginning of a text is done after the token, too, which it would not be where the
  /// token is a part of the text.
  public func encode(_ text: String, after special: String) -> Encoding {
    let encoding = encode(text)
    return id(of: special).map { encoding.after($0, special) } ?? encoding
  }
}
