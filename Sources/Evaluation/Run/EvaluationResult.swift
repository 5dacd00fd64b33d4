/// What one method reached on one sample: a line of the results.
public struct EvaluationResult: Codable, Sendable, Equatable {
  /// The sample's id.
  public private(set) var sample: String
  /// The method's label.
  public let method: String
  /// Values by their names, see ``Metric``; those that a sample cannot have are absent.
  public let metrics: [String: Double]
  /// Seconds that the method took after the forward pass.
  public let seconds: Double
  /// Seconds of the forward pass.
  public let prefillSeconds: Double
  /// Tokens of the sequence.
  public let tokens: Int
  /// Tokens that deletion may take.
  public let deletableTokens: Int
  /// What the curves cost; nil without curves.
  public let curves: CurveCost?

  /// A line of the results.
  public init(
    sample: String, method: String, metrics: [String: Double], seconds: Double, prefillSeconds: Double, tokens: Int,
    deletableTokens: Int, curves: CurveCost? = nil
  ) {
    (self.sample, self.method, self.metrics) = (sample, method, metrics)
    (self.seconds, self.prefillSeconds) = (seconds, prefillSeconds)
    (self.tokens, self.deletableTokens, self.curves) = (tokens, deletableTokens, curves)
  }

  private enum CodingKeys: String, CodingKey {
    case sample, method, metrics, seconds, tokens, curves
    case prefillSeconds = "prefill_seconds"
    case deletableTokens = "deletable_tokens"
  }

  /// The same result with the file's name before the sample's, so that results of several files stay apart.
  public func inFile(_ path: String) -> EvaluationResult {
    var result = self
    result.sample = path + "#" + sample
    return result
  }
}

/// What the curves of a method on a sample cost.
public struct CurveCost: Codable, Sendable, Equatable {
  /// Seconds of all passes.
  public private(set) var seconds = 0.0
  /// Changed prompts that were run; what other methods had asked for before is not run again.
  public private(set) var passes = 0
  /// Positions that were taken through the model for them.
  public private(set) var positions = 0

  /// Nothing yet.
  public init() {}

  mutating func add(seconds: Double, passes: Int, positions: Int) {
    self.seconds += seconds
    self.passes += passes
    self.positions += positions
  }
}

/// What is measured.
public enum Metric: String, Sendable, CaseIterable {
  /// Share of the reachable gold tokens among the highest tenth; higher is better.
  case recovery
  /// Average precision of the gold tokens, over the whole prompt, and with instruction and question left out.
  case averagePrecision = "average_precision"
  case contextAveragePrecision = "context_average_precision"
  /// Deletion curves of the whole target and of the answer alone; lower is better.
  case rise, mas
  case riseAnswer = "rise_answer"
  case masAnswer = "mas_answer"
  /// Insertion curves; higher is better.
  case insertion
  case insertionAnswer = "insertion_answer"
  /// Loss of the whole target without the highest tokens (higher is better), and with them alone (lower is better).
  case comprehensiveness, sufficiency
  /// Share of the attribution that rests on the user's prompt, not on template or generated tokens.
  case promptShare = "prompt_share"
  /// Share of the prompt's attribution on its last five tokens.
  case lastFiveShare = "last_five_share"

  /// Whether more is better; nil where neither is.
  public var higherIsBetter: Bool? {
    switch self {
    case .recovery, .averagePrecision, .contextAveragePrecision, .insertion, .insertionAnswer, .comprehensiveness: true
    case .rise, .mas, .riseAnswer, .masAnswer, .sufficiency: false
    case .promptShare, .lastFiveShare: nil
    }
  }

  /// The heading of its column.
  public var title: String {
    switch self {
    case .recovery: "recovery@10 %"
    case .averagePrecision: "AP"
    case .contextAveragePrecision: "AP, context"
    case .rise: "RISE"
    case .mas: "MAS"
    case .riseAnswer: "RISE, answer"
    case .masAnswer: "MAS, answer"
    case .insertion: "insertion"
    case .insertionAnswer: "insertion, answer"
    case .comprehensiveness: "comprehensiveness"
    case .sufficiency: "sufficiency"
    case .promptShare: "on the prompt"
    case .lastFiveShare: "on its last five"
    }
  }
}
