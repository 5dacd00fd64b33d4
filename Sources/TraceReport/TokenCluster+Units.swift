import TraceResult

extension TokenCluster {
  /// The clusters of a prompt with the user's joined to units of the text; other kinds stay as they are.
  static func ofPrompt(_ trace: Trace, by unit: TextUnit) -> [TokenCluster] {
    join(ofPrompt(trace), .user, unit.groups(of: trace.promptPositions.filter { $0.kind == .user }[...]))
  }

  /// The same for the generated tokens.
  static func ofGeneration(_ trace: Trace, by unit: TextUnit) -> [TokenCluster] {
    join(ofGeneration(trace), .generation, unit.groups(of: Array(trace.generationPositions)[...]))
  }

  /// Joins neighbours of a kind that begin in the same group.
  private static func join(
    _ clusters: [TokenCluster], _ kind: TracedToken.Kind, _ groups: [Range<Int>]
  ) -> [TokenCluster] {
    var (joined, group): ([TokenCluster], Int) = ([], 0)
    for cluster in clusters {
      let previous = group
      if cluster.kind == kind {
        while group < groups.count, !groups[group].contains(cluster.indices.lowerBound) { group += 1 }
      }
      if cluster.kind == kind, group == previous, let last = joined.last, last.kind == kind {
        joined[joined.count - 1].text += cluster.text
        joined[joined.count - 1].indices = last.indices.lowerBound..<cluster.indices.upperBound
      } else {
        joined.append(cluster)
      }
    }
    return joined
  }
}
