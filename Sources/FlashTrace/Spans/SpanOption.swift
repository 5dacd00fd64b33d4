import Foundation

/// A way of choosing a span, as the command's options and the keys of JSON requests name it.
public enum SpanOption: String, Sendable, CaseIterable, CodingKey {
  case outputSpan = "output_span"
  case outputText = "output_text"
  case outputRegex = "output_regex"
  case outputSentence = "output_sentence"
  case outputJSONPath = "output_json_path"
  case outputChars = "output_chars"
  case after
  case reasoningSpan = "reasoning_span"
  case reasoningText = "reasoning_text"

  /// The command's option, such as `--output-span`.
  public var flag: String { "--" + rawValue.replacing("_", with: "-") }

  /// Whether it chooses the reasoning, not the output.
  public var isReasoning: Bool { self == .reasoningSpan || self == .reasoningText }

  /// The choice that a value as text stands for, such as `0:19`, `last` or `a.b[0]`.
  ///
  /// Throws ``TracingError/badSpan(name:value:expected:)``, which calls the option `name`, or ``TracingError/span(name:_:)``.
  func choice(_ value: String, name: String) throws(TracingError) -> SpanChoice {
    func checked(_ choice: SpanChoice?) throws(TracingError) -> SpanChoice {
      guard let choice else { throw .badSpan(name: name, value: value, expected: expectation) }
      return choice
    }
    switch self {
    case .outputSpan, .reasoningSpan:
      return try checked(Self.range(value).flatMap { $0.0 <= $0.1 ? .tokens($0.0...$0.1) : nil })
    case .outputChars: return try checked(Self.range(value).flatMap { $0.0 < $0.1 ? .characters($0.0..<$0.1) : nil })
    case .outputText, .reasoningText: return .text(value)
    case .after: return .after(value)
    case .outputSentence:
      if value == "last" { return .sentence(.last) }
      return try checked(Int(value).flatMap { $0 >= 1 ? .sentence(.number($0)) : nil })
    case .outputJSONPath: return try checked(JSONPath(value).map { .jsonPath($0) })
    case .outputRegex:
      do { _ = try TargetText.regex(value) } catch { throw .span(name: "output", error) }
      return .regex(value)
    }
  }

  private var expectation: String {
    switch self {
    case .outputSpan, .reasoningSpan: "A:B, inclusive token indices with 0 <= A <= B"
    case .outputChars: "A:B, characters from A to before B with 0 <= A < B"
    case .outputSentence: "last, or a number from 1"
    case .outputJSONPath: "a path such as a.b[0]"
    case .outputText, .reasoningText, .outputRegex, .after: "a text"
    }
  }

  /// The two numbers of `A:B`.
  private static func range(_ value: String) -> (Int, Int)? {
    let parts = value.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Int(parts[0]), let last = Int(parts[1]), first >= 0 else { return nil }
    return (first, last)
  }
}
