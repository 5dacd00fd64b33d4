/// What requests may ask of the server at most.
public struct ServerLimits: Sendable, Equatable {
  /// Bytes of a request's body.
  public var bodyBytes = 2 << 20
  /// Bytes of a trace that is sent to be rendered.
  public var traceBytes = 256 << 20
  /// Tokens of prompt and target together; nil: the length that the model was made for.
  public var sequenceTokens: Int?
  /// Seconds that the work of a request may take; the time in the queue does not count.
  public var seconds = 600.0
  /// Requests that may be at work or wait for it.
  public var queueLength = 16
  /// Forward passes that are kept for further requests on the same texts.
  public var keptPasses = 4
  /// Bytes that these may hold together; the last one is kept whatever it holds.
  public var keptBytes = 2 << 30
  /// Units of the answer that a graph may have, each of which is a span to trace.
  public var graphUnits = 256

  /// The defaults.
  public init() {}
}
