import TraceResult

/// A cluster of the prompt with its share in both traces.
struct ComparedCluster {
  var cluster: TokenCluster
  var first: Double
  var second: Double

  var difference: Double { second - first }

  /// The prompt's clusters in order; those of the template have no share.
  static func all(of comparison: TraceComparison) -> [ComparedCluster] {
    let (first, second) = (comparison.tokens.map { Float($0.first) }, comparison.tokens.map { Float($0.second) })
    return TokenCluster.ofPrompt(comparison.first).map { cluster in
      guard cluster.kind == .user else { return ComparedCluster(cluster: cluster, first: 0, second: 0) }
      return ComparedCluster(
        cluster: cluster, first: cluster.score(in: first), second: cluster.score(in: second))
    }
  }
}

extension [ComparedCluster] {
  /// The end of the scale that both traces and their difference share.
  var largest: Double { map { Swift.max(abs($0.first), abs($0.second), abs($0.difference)) }.max() ?? 0 }

  /// At most `count` of the user's clusters, those whose shares differ most first, ties by index.
  func mostDifferent(_ count: Int) -> [ComparedCluster] {
    let user = filter { $0.cluster.kind == .user }
    let order = user.sorted {
      (abs($0.difference), $1.cluster.indices.lowerBound) > (abs($1.difference), $0.cluster.indices.lowerBound)
    }
    return Array(order.prefix(Swift.max(0, count)))
  }
}
