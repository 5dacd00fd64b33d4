/// What a model answered.
public struct ModelAnswer: Sendable, Equatable {
  /// Why it ends.
  public enum Ending: Sendable, Equatable {
    /// The model ended it with a stop token, which is not part of the text.
    case stop
    /// It has as many tokens as were allowed.
    case length
    /// The task was cancelled, or the caller wanted no more; what was generated until then is kept.
    case cancelled
  }

  /// The tokens' ids.
  public let ids: [Int32]
  /// The stop token that the model ended it with; nil where it was cut.
  public let stopID: Int32?
  /// Their text; bytes that are no valid UTF-8, such as the first ones of a character that was cut, are replaced.
  public let text: String
  /// Why it ends.
  public let ending: Ending
  /// Seconds up to the first token, for the prompt.
  public var prefillSeconds = 0.0
  /// Seconds for all tokens after the first.
  public var decodeSeconds = 0.0

  /// Tokens after the first a second; nil where there are none.
  public var tokensPerSecond: Double? {
    ids.count > 1 && decodeSeconds > 0 ? Double(ids.count - 1) / decodeSeconds : nil
  }
}
