/// Results of one or several files, method by method.
public struct EvaluationSummary: Sendable {
  /// Labels in the order in which they first appear.
  public private(set) var methods: [String]
  private let results: [String: [EvaluationResult]]

  /// Every second sample, so that choices made on one half are reported on the other.
  public enum Half: String, Sendable, CaseIterable { case first, second }

  /// A summary of results; of several results of one method on one sample the last counts.
  ///
  /// - Parameter half: keeps the samples at even (`first`) or odd places of the order in which they first appear.
  public init(_ results: [EvaluationResult], half: Half? = nil) {
    var places: [String: Int] = [:]
    for result in results where places[result.sample] == nil { places[result.sample] = places.count }
    let results = results.filter { result in
      half.map { ($0 == .first ? 0 : 1) == (places[result.sample] ?? 0) % 2 } ?? true
    }
    var methods: [String] = []
    var bySample: [String: [String: EvaluationResult]] = [:]
    for result in results {
      if bySample[result.method] == nil { methods.append(result.method) }
      bySample[result.method, default: [:]][result.sample] = result
    }
    self.methods = methods
    self.results = bySample.mapValues { $0.values.sorted { $0.sample < $1.sample } }
  }

  /// The same with some methods alone, in the order of `labels`; all for nil.
  ///
  /// Throws ``EvaluationError/unknownMethod(_:known:)``.
  public func only(_ labels: [String]?) throws(EvaluationError) -> EvaluationSummary {
    guard let labels else { return self }
    for label in labels where results[label] == nil { throw .unknownMethod(label, known: methods) }
    var summary = self
    summary.methods = labels
    return summary
  }

  /// The mean of a metric over a method's samples that have it.
  public func estimate(_ metric: Metric, of method: String) -> Estimate? {
    Estimate((results[method] ?? []).compactMap { $0.metrics[metric.rawValue] })
  }

  /// The mean of the seconds that a method took, and of these relative to the forward pass.
  public func cost(of method: String) -> (seconds: Double, prefills: Double)? {
    guard let results = results[method], !results.isEmpty else { return nil }
    let count = Double(results.count)
    return (
      results.reduce(0) { $0 + $1.seconds } / count,
      results.reduce(0) { $0 + $1.seconds / max(1e-9, $1.prefillSeconds) } / count
    )
  }

  /// The mean difference `first - second` over the samples that both have, and in how many of these the first is better.
  ///
  /// Throws ``EvaluationError/unknownMethod(_:known:)``.
  public func difference(
    _ metric: Metric, _ first: String, _ second: String
  ) throws(EvaluationError) -> (estimate: Estimate, wins: Int, ties: Int)? {
    for label in [first, second] where results[label] == nil { throw .unknownMethod(label, known: methods) }
    let other = Dictionary(uniqueKeysWithValues: (results[second] ?? []).map { ($0.sample, $0) })
    let differences = (results[first] ?? []).compactMap { result -> Double? in
      guard let a = result.metrics[metric.rawValue], let b = other[result.sample]?.metrics[metric.rawValue] else {
        return nil
      }
      return a - b
    }
    guard let estimate = Estimate(differences) else { return nil }
    let sign = metric.higherIsBetter == false ? -1.0 : 1
    return (estimate, differences.filter { $0 * sign > 0 }.count, differences.filter { $0 == 0 }.count)
  }

  /// Metrics that any result has, in the order of ``Metric``.
  public var metrics: [Metric] {
    Metric.allCases.filter { metric in
      results.values.contains { $0.contains { $0.metrics[metric.rawValue] != nil } }
    }
  }

  /// Samples of the method that has most.
  public var sampleCount: Int { results.values.map(\.count).max() ?? 0 }
}
