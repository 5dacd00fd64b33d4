import FlashTrace

extension AttributionOptions {
  /// Every option that scores depend on, by its key.
  var settings: [String: String] {
    let spans = Dictionary(uniqueKeysWithValues: spans.values.map { ($0.rawValue, $1) })
    let own = [
      "method": method.rawValue, "hops": "\(hops)", "renorm_threshold": "\(renormThreshold)", "top_k": "\(topK)",
    ]
    return own.merging(spans) { first, _ in first }.merging(methodOptions.settings) { first, _ in first }
  }
}

extension MethodOptions {
  fileprivate var settings: [String: String] {
    let calibration = calibrate || calibrationStrength != nil
    return [
      "sinks": sinks.rawValue,
      "calibration": calibration ? calibrationStrength.map { "\($0)" } ?? "published" : "none",
      "flow_layers": "\(flowLayers)", "steps": "\(steps)", "baseline": baseline.rawValue,
      "perturb": segments.map { "\($0) segments" } ?? perturb.rawValue,
      "perturbation_score": perturbationScore.rawValue, "random_seed": "\(randomSeed)",
    ]
  }
}
