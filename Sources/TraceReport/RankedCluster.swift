import TraceResult

/// A place in the table of top input tokens.
struct RankedCluster {
  var rank: Int
  var cluster: TokenCluster
  var score: Double
  /// Of the sum of the sizes of all the user's scores, -1 to 1.
  var share: Double

  /// The user's clusters with the largest scores, whatever their sign, largest first, ties by index.
  static func top(_ count: Int, of clusters: [TokenCluster], scores: [Float]) -> [RankedCluster] {
    let user = clusters.filter { $0.kind == .user }.map { ($0, $0.score(in: scores)) }
    let total = user.reduce(0) { $0 + abs($1.1) }
    let order = user.sorted { (abs($0.1), $1.0.indices.lowerBound) > (abs($1.1), $0.0.indices.lowerBound) }
    return order.prefix(max(0, count)).enumerated().map { place, entry in
      RankedCluster(
        rank: place + 1, cluster: entry.0, score: entry.1, share: total > 0 ? entry.1 / total : 0)
    }
  }
}
