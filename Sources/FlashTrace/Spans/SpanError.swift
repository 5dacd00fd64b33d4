/// Why a span cannot be chosen as asked.
public enum SpanError: Error, Equatable {
  /// A text that the target does not contain.
  case textNotFound(String)
  /// The text ends the target.
  case nothingAfter(String)
  case badRegex(String, reason: String)
  case regexNotFound(String)
  /// The target has `count` sentences.
  case sentenceOutOfRange(SpanChoice.Sentence, count: Int)
  /// The target has `count` Unicode scalars.
  case charactersOutOfRange(Range<Int>, count: Int)
  /// No object or array in the target is whole; `reason` says what is wrong with the one that goes furthest.
  case noJSON(reason: String?)
  /// An object without the key; `known` are those it has.
  case keyNotFound(String, in: JSONPath, known: [String])
  case elementNotFound(Int, in: JSONPath, count: Int)
  /// A value that has no members, or no elements, to step into.
  case notContainer(JSONPath, expected: String)
  /// An empty string, or a text that the tokens do not hold.
  case noTokens

  /// What is wrong and what is allowed, about a span of that name.
  func description(_ name: String) -> String {
    switch self {
    case .textNotFound(let text): "the \(name) text \(text.debugDescription) does not occur in the target"
    case .nothingAfter(let text): "the target has nothing after \(text.debugDescription)"
    case .badRegex(let pattern, let reason): "the \(name) regex \(pattern.debugDescription) is not valid: \(reason)"
    case .regexNotFound(let pattern): "the \(name) regex \(pattern.debugDescription) matches nothing in the target"
    case .sentenceOutOfRange(.number(let number), let count) where count > 0:
      "the \(name) sentence is \(number); the target has \(count), counted from 1"
    case .sentenceOutOfRange: "the target has no sentence"
    case .charactersOutOfRange(let range, let count):
      "the \(name) characters \(range.lowerBound):\(range.upperBound) are out of range; the target has \(count)"
    case .noJSON(let reason):
      "the target holds no whole JSON object or array" + (reason.map { ": \($0)" } ?? "")
    case .keyNotFound(let key, let path, let known):
      "the target's JSON has no key \(key.debugDescription) in \(path); the keys there: \(Self.list(known))"
    case .elementNotFound(let index, let path, let count):
      "the target's JSON has no element \(index) in \(path); it has \(count), counted from 0"
    case .notContainer(let path, let expected): "the target's JSON has at \(path) something else than \(expected)"
    case .noTokens: "the \(name) span would hold no token"
    }
  }

  private static func list(_ keys: [String]) -> String {
    keys.isEmpty ? "none" : keys.map(\.debugDescription).joined(separator: ", ")
  }
}
