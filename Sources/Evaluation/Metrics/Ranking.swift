import Attribution

/// Tokens in the order of an attribution, equal scores in the order of the text: the same for every method.
public enum Ranking {
  /// Indices of `scores` from the highest on.
  public static func order(_ scores: [Double]) -> [Int] {
    scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
  }

  /// `order` in at most `count` groups of nearly equal size, the first ones larger by one where it does not divide.
  public static func groups(_ order: [Int], count: Int) -> [[Int]] {
    let groups = min(count, order.count)
    var start = 0
    return (0..<groups).map { group in
      let size = order.count / groups + (group < order.count % groups ? 1 : 0)
      defer { start += size }
      return Array(order[start..<start + size])
    }
  }

  /// Recovery (Pan et al. 2026): of the gold tokens that can be among the highest `share` of all, the part that is; nil
  /// without gold. Where gold is more than that share, it is theirs divided by the highest value that could be reached.
  public static func recovery(_ scores: [Double], gold: [Bool], share: Double = 0.1) -> Double? {
    let total = gold.filter(\.self).count
    guard total > 0 else { return nil }
    let count = max(1, Int((Double(scores.count) * share).rounded(.up)))
    let found = order(scores).prefix(count).filter { gold[$0] }.count
    return Double(found) / Double(min(count, total))
  }

  /// Average precision of the gold tokens (Buckley and Voorhees 2000): the mean, over them, of the gold share of what ranks
  /// no lower; nil without gold.
  public static func averagePrecision(_ scores: [Double], gold: [Bool]) -> Double? {
    var (found, sum) = (0, 0.0)
    for (rank, index) in order(scores).enumerated() where gold[index] {
      found += 1
      sum += Double(found) / Double(rank + 1)
    }
    return found > 0 ? sum / Double(found) : nil
  }

  /// The share of the positive scores that the last `count` hold; nil where no score is positive.
  public static func lastShare(_ scores: [Double], count: Int = 5) -> Double? {
    let total = scores.positiveMass
    return total > 0 ? scores.suffix(count).positiveMass / total : nil
  }
}
