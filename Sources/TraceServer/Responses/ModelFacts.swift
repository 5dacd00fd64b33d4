import FlashTrace

/// What `/api/model` answers: the model, what can be asked of it, and how much.
struct ModelFacts: Encodable {
  struct Method: Encodable {
    let name: String
    let hasHops, hasRows, isSigned, hasSinks: Bool
    let calibrationStrength: Double?

    private enum CodingKeys: String, CodingKey {
      case name
      case hasHops = "has_hops"
      case hasRows = "has_rows"
      case isSigned = "is_signed"
      case hasSinks = "has_sinks"
      case calibrationStrength = "calibration_strength"
    }
  }

  struct Limits: Encodable {
    let bodyBytes, traceBytes, sequenceTokens, queueLength, graphUnits: Int
    let seconds: Double

    private enum CodingKeys: String, CodingKey {
      case seconds
      case bodyBytes = "body_bytes"
      case traceBytes = "trace_bytes"
      case sequenceTokens = "sequence_tokens"
      case queueLength = "queue_length"
      case graphUnits = "graph_units"
    }
  }

  let model: TraceMetadata.Model
  let contextLength: Int
  /// The format of the model's own template; null where it has none that is known.
  let chatFormat: String?
  let chatFormats: [String]
  let methods: [Method]
  let units: [String]
  let limits: Limits
  let precision: String
  let threads: Int

  private enum CodingKeys: String, CodingKey {
    case model, methods, units, limits, precision, threads
    case contextLength = "context_length"
    case chatFormat = "chat_format"
    case chatFormats = "chat_formats"
  }

  init(_ work: ModelWork) {
    let model = work.model
    self.model = model.description
    contextLength = model.configuration.contextLength
    chatFormat = try? model.chatFormat().name
    chatFormats = ChatFormat.names.split(separator: ", ").map(String.init)
    methods = AttributionMethod.allCases.map { method in
      Method(
        name: method.rawValue, hasHops: method.hasHops, hasRows: method.hasRows, isSigned: method.isSigned,
        hasSinks: method.hasSinks, calibrationStrength: method.calibrationStrength)
    }
    units = TextUnit.allCases.map(\.rawValue)
    let limits = work.limits
    self.limits = Limits(
      bodyBytes: limits.bodyBytes, traceBytes: limits.traceBytes,
      sequenceTokens: limits.sequenceTokens ?? contextLength, queueLength: limits.queueLength,
      graphUnits: limits.graphUnits, seconds: limits.seconds)
    (precision, threads) = (work.execution.precision.rawValue, work.execution.threads)
  }
}
