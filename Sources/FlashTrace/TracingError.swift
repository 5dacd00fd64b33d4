import Attribution
import TraceResult

/// Why a prompt and target cannot be traced as asked.
public enum TracingError: Error, Equatable, CustomStringConvertible {
  case emptyPrompt
  case emptyTarget
  /// An answer of the model without a token.
  case emptyAnswer
  /// A conversation that ends with another's message than the user's.
  case lastMessageNotUsers
  /// A span that cannot be chosen in this target.
  case span(name: String, SpanError)
  /// A value that is no way of choosing a span.
  case badSpan(name: String, value: String, expected: String)
  /// Two ways of choosing one span.
  case exclusiveSpans(String, String)
  case badSegmentCount(Int)
  /// The method has no reference sink to be calibrated with.
  case notCalibrated(method: AttributionMethod)
  case badCalibrationStrength(Double)
  /// The model names no token to replace others by.
  case noReplacement
  /// The model has no end-of-sequence token to append.
  case noEndOfSequence
  /// The method reads every position, but the forward pass kept the generated ones alone.
  case promptNotCaptured(method: AttributionMethod)
  /// A graph of more units than it may have.
  case tooManyUnits(Int, unit: TextUnit, limit: Int)

  /// One line that names what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .emptyPrompt: "the prompt is empty; it needs at least one token"
    case .emptyTarget: "the target is empty; it needs at least one token"
    case .emptyAnswer: "the model ended its answer at once; there is nothing to trace"
    case .lastMessageNotUsers: "the last message must be the user's; it is what the answer is attributed to"
    case .span(let name, let error): error.description(name)
    case .badSpan(let name, let value, let expected): "\(name) is \(value); expected \(expected)"
    case .exclusiveSpans(let first, let second): "\(first) and \(second) exclude each other"
    case .promptNotCaptured(let method):
      "\(method.rawValue) reads the prompt's positions; run the model with capturesPrompt: true"
    case .badSegmentCount(let count): "perturbation segments is \(count); it must be 1 or more"
    case .notCalibrated(let method):
      "\(method.rawValue) cannot be calibrated; the methods that can: \(AttributionMethod.allCases.filter { $0.calibrationStrength != nil }.map(\.rawValue).joined(separator: ", "))"
    case .badCalibrationStrength(let value): "the calibration strength is \(value); it must be a number above 0"
    case .tooManyUnits(let count, let unit, let limit):
      "the answer has \(count) units (\(unit.rawValue)); a graph has at most \(limit); choose a larger unit"
    case .noReplacement: "the model names neither a padding nor an end-of-sequence token to replace others by"
    case .noEndOfSequence: "the model names no end-of-sequence token; trace without one"
    }
  }
}
