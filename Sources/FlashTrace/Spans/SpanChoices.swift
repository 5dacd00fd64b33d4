/// The spans of a request, each chosen in one way at most.
///
/// As JSON it is the keys of ``SpanOption``, beside any others: texts as strings, spans and characters as `[A, B]` or
/// `"A:B"`, a sentence as a number or `"last"`. A null counts as absent.
///
///     {"output_sentence": "last", "reasoning_span": [0, 19]}
public struct SpanChoices: Sendable, Equatable {
  /// The generated tokens to explain; nil leaves it to reasoning markers, or means the whole answer.
  public var output: SpanChoice?
  /// The generated tokens of the reasoning.
  public var reasoning: SpanChoice?

  /// Spans that are chosen already.
  public init(output: SpanChoice? = nil, reasoning: SpanChoice? = nil) {
    (self.output, self.reasoning) = (output, reasoning)
  }

  /// Reads the values of options as text; errors call them as `name` does.
  ///
  /// Throws ``TracingError/exclusiveSpans(_:_:)``, ``TracingError/badSpan(name:value:expected:)`` or
  /// ``TracingError/span(name:_:)``.
  public init(_ values: [SpanOption: String], name: (SpanOption) -> String) throws(TracingError) {
    func choice(isReasoning: Bool) throws(TracingError) -> SpanChoice? {
      let given = SpanOption.allCases.filter { $0.isReasoning == isReasoning && values[$0] != nil }
      guard let option = given.first, let value = values[option] else { return nil }
      if given.count > 1 { throw .exclusiveSpans(name(option), name(given[1])) }
      return try option.choice(value, name: name(option))
    }
    self.init(output: try choice(isReasoning: false), reasoning: try choice(isReasoning: true))
  }
}

extension SpanChoices: Decodable {
  /// Reads the keys of ``SpanOption``. Throws `DecodingError` for a value of another type, ``TracingError`` for what it says.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: SpanOption.self)
    var values: [SpanOption: String] = [:]
    for option in SpanOption.allCases where try container.contains(option) && !container.decodeNil(forKey: option) {
      values[option] = try Self.text(of: option, in: container)
    }
    try self.init(values, name: \.rawValue)
  }

  private static func text(
    of option: SpanOption, in container: KeyedDecodingContainer<SpanOption>
  ) throws -> String {
    switch option {
    case .outputSpan, .outputChars, .reasoningSpan:
      guard let numbers = try? container.decode([Int].self, forKey: option) else { break }
      return numbers.map(String.init).joined(separator: ":")
    case .outputSentence:
      guard let number = try? container.decode(Int.self, forKey: option) else { break }
      return String(number)
    default: break
    }
    return try container.decode(String.self, forKey: option)
  }
}
