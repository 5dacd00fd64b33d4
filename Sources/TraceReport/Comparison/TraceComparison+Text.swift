import TraceResult

extension TraceComparison {
  /// What the traces are called, and what each one is.
  var sides: [(name: String, trace: Trace)] { [("A", first), ("B", second)] }

  /// The numbers with what they mean, the same in all reports.
  var facts: [(name: String, value: String)] {
    var facts: [(String, String)] = [
      ("rank correlation", "\(Self.correlation(rankCorrelation)) (Spearman, all \(tokens.count) tokens)"),
      (
        "highest \(topCount)",
        "\(topShared) in both (\(NumberText.percent(topCount > 0 ? Double(topShared) / Double(topCount) : 0))), "
          + "rank correlation of A's \(Self.correlation(topRankCorrelation))"
      ),
    ]
    let largest = largestShareDifference
    facts.append(
      (
        "largest share difference",
        "\(NumberText.signedShare(largest.difference)) at token \(largest.index) \(VisibleText.token(largest.token, columns: 24))"
      ))
    if first.method == second.method, let largestScoreDifference {
      facts.append(("largest score difference", "\(NumberText.score(largestScoreDifference)) of A's largest score"))
    }
    if let largestLogprobDifference {
      facts.append(("largest log-prob difference", NumberText.score(largestLogprobDifference)))
    }
    return facts
  }

  /// How the scores became comparable.
  static let scale =
    "Shares are scores divided by the sum of their sizes over the prompt's tokens. Both maps and the difference have one scale."

  private static func correlation(_ value: Double?) -> String { value.map { NumberText.fixed($0, 3) } ?? "none" }
}

extension Trace {
  /// What was explained, by what and of which model.
  var origin: String {
    "\(method) of \(metadata.model.name), \(metadata.precision)"
  }
}
