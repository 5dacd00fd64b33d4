import Foundation

/// A summary as Markdown.
public struct SummaryTable {
  let summary: EvaluationSummary

  /// Tables of `summary`.
  public init(_ summary: EvaluationSummary) { self.summary = summary }

  /// A table of means with their 95 % intervals, a row a method, with what each costs; metrics that no result has are left
  /// out.
  public func markdown(_ metrics: [Metric]? = nil) -> String {
    let metrics = summary.metrics.filter { metrics?.contains($0) ?? true }
    var lines = [
      row(["method", "samples"] + metrics.map { $0.title + Self.arrow($0) } + ["s", "prefills"]),
      row(["---"] + Array(repeating: "---:", count: metrics.count + 3)),
    ]
    for method in summary.methods {
      let estimates = metrics.map { summary.estimate($0, of: method) }
      let count = estimates.compactMap { $0?.count }.max() ?? 0
      let cost = summary.cost(of: method)
      lines.append(
        row(
          ["`\(method)`", "\(count)"] + estimates.map(Self.cell)
            + [Self.number(cost?.seconds, 3), Self.number(cost?.prefills, 2)]))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A table of one method against another on the same samples, a row a metric.
  public func comparison(_ first: String, _ second: String) throws(EvaluationError) -> String {
    var lines = [
      row(["metric", "`\(first)` minus `\(second)`", "better in", "equal in", "of"]),
      row(["---", "---:", "---:", "---:", "---:"]),
    ]
    for metric in summary.metrics {
      guard let found = try summary.difference(metric, first, second) else { continue }
      lines.append(
        row([
          metric.title + Self.arrow(metric), Self.cell(found.estimate),
          metric.higherIsBetter == nil ? "" : "\(found.wins)", "\(found.ties)", "\(found.estimate.count)",
        ]))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }

  private static func arrow(_ metric: Metric) -> String {
    metric.higherIsBetter.map { $0 ? " ↑" : " ↓" } ?? ""
  }

  private static func cell(_ estimate: Estimate?) -> String {
    guard let estimate else { return "" }
    return "\(number(estimate.mean, 3)) (\(number(estimate.low, 3)) to \(number(estimate.high, 3)))"
  }

  private static func number(_ value: Double?, _ digits: Int) -> String {
    value.map { String(format: "%.\(digits)f", $0) } ?? ""
  }
}
