import TraceResult

/// Neighbouring tokens that share a character, shown as one.
///
/// A byte-level vocabulary splits characters: three tokens can be one kanji, six one flag. Their character ranges overlap,
/// or the border between them lies inside an extended grapheme cluster; such tokens belong together.
package struct TokenCluster: Equatable {
  /// The whole text, each character once.
  package var text: String
  package var kind: TracedToken.Kind
  /// The tokens' indices: among the user's tokens, among the generated ones, or, for a prompt's template and special
  /// tokens, among all positions.
  package var indices: Range<Int>

  /// The cluster's score: the sum of its tokens'.
  func score(in scores: [Float]) -> Double {
    indices.reduce(0) { $0 + Double(scores[$1]) }
  }
}

extension TokenCluster {
  /// The clusters of a prompt; its template and special tokens have their position as index.
  package static func ofPrompt(_ trace: Trace) -> [TokenCluster] {
    var users = 0
    return cluster(
      trace.promptPositions.enumerated().map { position, token in
        guard token.kind == .user else { return (token, position) }
        users += 1
        return (token, users - 1)
      })
  }

  package static func ofGeneration(_ trace: Trace) -> [TokenCluster] {
    cluster(trace.generationPositions.enumerated().map { ($1, $0) })
  }

  private static func cluster(_ tokens: [(token: TracedToken, index: Int)]) -> [TokenCluster] {
    var clusters: [TokenCluster] = []
    var end = 0
    for (token, index) in tokens {
      if let last = clusters.last, last.kind == token.kind, token.kind != .special,
        overlaps(token, end: end) || splitsCharacter(last.text, token.text)
      {
        let known = max(0, min(end, token.end) - token.start)
        clusters[clusters.count - 1].text.unicodeScalars.append(contentsOf: token.text.unicodeScalars.dropFirst(known))
        clusters[clusters.count - 1].indices = last.indices.lowerBound..<index + 1
      } else {
        clusters.append(TokenCluster(text: token.text, kind: token.kind, indices: index..<index + 1))
      }
      end = max(end, token.end)
    }
    return clusters
  }

  private static func overlaps(_ token: TracedToken, end: Int) -> Bool {
    token.start < end && token.start < token.end
  }

  private static func splitsCharacter(_ left: String, _ right: String) -> Bool {
    guard let last = left.last, let first = right.first, last != "\r" || first != "\n" else { return false }
    return (String(last) + String(first)).count == 1
  }
}
