/// How alike two orders are.
enum RankCorrelation {
  /// Spearman's coefficient: the correlation of the ranks, where equal values share the mean of theirs.
  ///
  /// Nil where one side has fewer than two different values.
  /// - Complexity: O(n log n).
  static func spearman(_ first: [Float], _ second: [Float]) -> Double? {
    precondition(first.count == second.count, "a pair a token")
    let mean = Double(first.count + 1) / 2
    let pairs = zip(ranks(first), ranks(second)).map { ($0 - mean, $1 - mean) }
    let product = pairs.reduce(0) { $0 + $1.0 * $1.1 }
    let squares = pairs.reduce((0, 0)) { ($0.0 + $1.0 * $1.0, $0.1 + $1.1 * $1.1) }
    guard squares.0 > 0, squares.1 > 0 else { return nil }
    return min(1, max(-1, product / (squares.0 * squares.1).squareRoot()))
  }

  /// Ranks from 1, the lowest value first.
  private static func ranks(_ values: [Float]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      let end = order[start...].firstIndex { values[$0] != values[order[start]] } ?? order.count
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
