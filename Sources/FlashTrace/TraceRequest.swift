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
  /// Recursive hops, for ``AttributionMethod/flashtrace``.
  public var hops: Int
  /// A proximity below it counts as 0.
  public var renormThreshold: Float
  /// Tokens in the table of the highest scores.
  public var topCount: Int

  /// A request; without spans or reasoning markers, the whole answer is explained.
  public init(
    method: AttributionMethod = .flashtrace, output: SpanChoice? = nil, reasoning: SpanChoice? = nil,
    readsReasoningMarkers: Bool = true, hops: Int = 1, renormThreshold: Float = 0, topCount: Int = 20
  ) {
    self.readsReasoningMarkers = readsReasoningMarkers
    (self.method, self.output, self.reasoning) = (method, output, reasoning)
    (self.hops, self.renormThreshold, self.topCount) = (hops, renormThreshold, topCount)
  }
}
