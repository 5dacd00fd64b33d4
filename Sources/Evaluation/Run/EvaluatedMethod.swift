import FlashTrace

/// A method with its settings, written `NAME[:KEY[=VALUE]]...`, such as `flashtrace:hops=3:sinks=predicting:calibrate`.
public struct EvaluatedMethod: Sendable, Equatable {
  /// As it was written.
  public let label: String
  /// What is asked of the tracer; the spans come from the sample.
  public let request: TraceRequest
  /// Whether the whole target is explained, not its output alone.
  public let explainsAll: Bool

  /// Throws ``EvaluationError/badMethod(_:reason:)``.
  public init(_ label: String) throws(EvaluationError) {
    self.label = label
    let parts = label.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first, let method = AttributionMethod(rawValue: name) else {
      let names = AttributionMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw .badMethod(label, reason: "no such method; there are \(names)")
    }
    var request = TraceRequest(method: method, readsReasoningMarkers: false, hops: method.hasHops ? 1 : 0)
    var explainsAll = false
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      let (key, value) = (pair.first ?? "", pair.count > 1 ? pair[1] : nil)
      guard Self.set(key, value, &request, &explainsAll) else {
        throw .badMethod(
          label,
          reason: "\(part.debugDescription) is not understood; there are hops=N, all, sinks=own|predicting, "
            + "calibrate[=C], layers=SHARE, steps=N, baseline=replacement|zero, unit=token|word|sentence|line|paragraph, "
            + "segments=K, score=log-likelihood|divergence, seed=N")
      }
    }
    if let reason = Self.mismatch(request) { throw .badMethod(label, reason: reason) }
    (self.request, self.explainsAll) = (request, explainsAll)
  }

  /// What a method's settings ask of it that it cannot do; nil where they fit.
  private static func mismatch(_ request: TraceRequest) -> String? {
    let (method, parameters) = (request.method, request.parameters)
    func refusal(_ setting: String, _ suits: (AttributionMethod) -> Bool) -> String? {
      let suited = AttributionMethod.allCases.filter(suits).map(\.rawValue).joined(separator: ", ")
      return suits(method) ? nil : "\(method.rawValue) has no \(setting); those that have are \(suited)"
    }
    if let strength = request.calibration {
      if let reason = refusal("calibration", { $0.calibrationStrength != nil }) { return reason }
      if !(strength > 0 && strength.isFinite) { return "calibrate is \(strength); it must be a number above 0" }
    }
    if request.hops > 0, let reason = refusal("hops", \.hasHops) { return reason }
    if parameters.sinks == .predicting, let reason = refusal("sinks", \.hasSinks) { return reason }
    if !(parameters.flowLayers > 0 && parameters.flowLayers <= 1) {
      return "layers is \(parameters.flowLayers); it must be above 0 and at most 1"
    }
    if !(1...10_000).contains(parameters.integrationSteps) {
      return "steps is \(parameters.integrationSteps); allowed are 1 to 10000"
    }
    if case .segments(let count) = request.perturbationUnit, count < 1 {
      return "segments is \(count); it must be 1 or more"
    }
    return nil
  }

  /// Sets what `key` names; false where key or value is not understood.
  private static func set(
    _ key: String, _ value: String?, _ request: inout TraceRequest, _ explainsAll: inout Bool
  ) -> Bool {
    switch (key, value) {
    case ("all", nil): explainsAll = true
    case ("calibrate", nil): request.calibration = request.method.calibrationStrength ?? 1
    case ("calibrate", let value?): return assign(Double(value), to: &request.calibration)
    case ("hops", let value?):
      return assign(Int(value).flatMap { (0...1000).contains($0) ? $0 : nil }, to: &request.hops)
    case ("sinks", let value?): return assign(.init(rawValue: value), to: &request.parameters.sinks)
    case ("layers", let value?): return assign(Double(value), to: &request.parameters.flowLayers)
    case ("steps", let value?): return assign(Int(value), to: &request.parameters.integrationSteps)
    case ("baseline", let value?): return assign(.init(rawValue: value), to: &request.parameters.baseline)
    case ("score", let value?): return assign(.init(rawValue: value), to: &request.parameters.perturbationScore)
    case ("seed", let value?): return assign(UInt64(value), to: &request.parameters.seed)
    case ("unit", let value?): return assign(TextUnit(rawValue: value).map { .unit($0) }, to: &request.perturbationUnit)
    case ("segments", let value?): return assign(Int(value).map { .segments($0) }, to: &request.perturbationUnit)
    default: return false
    }
    return true
  }

  private static func assign<T>(_ value: T?, to place: inout T) -> Bool {
    guard let value else { return false }
    place = value
    return true
  }

  private static func assign<T>(_ value: T?, to place: inout T?) -> Bool {
    place = value
    return value != nil
  }
}

/// Why an evaluation cannot run as asked.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  case badMethod(String, reason: String)
  case otherRun(path: String, key: String, found: String, wanted: String)
  case unreadable(path: String, reason: String)
  case noPrompt(sample: String)
  case otherSample(path: String, sample: String)
  case unknownMethod(String, known: [String])

  /// One line that names what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .badMethod(let label, let reason): "the method \(label.debugDescription): \(reason)"
    case .otherRun(let path, let key, let found, let wanted):
      "\(path) belongs to another run: its \(key) is \(found), this run's \(wanted); name another folder"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .noPrompt(let sample): "the prompt of \(sample) has no token that can be deleted"
    case .otherSample(let path, let sample):
      "\(path) has an answer to another prompt than that of \(sample); name another folder"
    case .unknownMethod(let label, let known):
      "no results of \(label.debugDescription); there are \(known.joined(separator: ", "))"
    }
  }
}
