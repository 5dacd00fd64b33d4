import Attribution

/// What to trace in a sequence that has been run.
public struct TraceRequest: Sendable, Equatable {
  /// How importance is assigned.
  public var method: AttributionMethod
  /// The generated tokens to explain; nil means what reasoning markers tell, or all but the end of sequence.
  public var output: SpanChoice?
  /// The generated tokens that the answer was reasoned with; hops go through them.
  public var reasoning: SpanChoice?
  /// Where no span is given: markers in the target such as `<think>` and `</think>` tell both spans.
  public var readsReasoningMarkers: Bool
  /// Recursive hops, for methods that have them.
  public var hops: Int
  /// A proximity below it counts as 0.
  public var renormThreshold: Float
  /// Tokens in the table of the highest scores.
  public var topCount: Int
  /// What single methods can be told; the replacement token is the model's own.
  public var parameters: MethodParameters
  /// What `perturbation` replaces at a time.
  public var perturbationUnit: PerturbationUnit
  /// Scores of the prompt relative to a reference sink with this strength, see `Calibration`; nil leaves them raw.
  public var calibration: Double?

  /// A request; without spans or reasoning markers, the whole answer is explained.
  public init(
    method: AttributionMethod = .flashtrace, output: SpanChoice? = nil, reasoning: SpanChoice? = nil,
    readsReasoningMarkers: Bool = true, hops: Int = 1, renormThreshold: Float = 0, topCount: Int = 20,
    parameters: MethodParameters = MethodParameters(), perturbationUnit: PerturbationUnit = .unit(.token),
    calibration: Double? = nil
  ) {
    (self.parameters, self.perturbationUnit, self.calibration) = (parameters, perturbationUnit, calibration)

    self.readsReasoningMarkers = readsReasoningMarkers
    (self.method, self.output, self.reasoning) = (method, output, reasoning)
    (self.hops, self.renormThreshold, self.topCount) = (hops, renormThreshold, topCount)
  }
}

extension TraceRequest {
  /// Whether the forward pass has to capture the prompt's positions, see `LanguageModel.tracer`.
  public var readsAllPositions: Bool { method.readsAllPositions || calibration != nil }

  package func validateCalibration() throws(TracingError) {
    guard let calibration else { return }
    guard method.calibrationStrength != nil else { throw .notCalibrated(method: method) }
    guard calibration > 0, calibration.isFinite else { throw .badCalibrationStrength(calibration) }
  }
}
