import FlashTrace
import TraceReport

/// Where the units of a trace's text stand, for clients that add up scores by word or sentence.
///
/// For each kind of unit inclusive ranges of positions in `sequence`, in order; every position is in one. Template and
/// special tokens are units of their own. Tokens that share a character are one unit.
enum UnitPositions {
  static func all(of trace: Trace) -> [String: [ClosedRange<Int>]] {
    let tokens = trace.sequence
    let user = tokens.indices.filter { tokens[$0].kind == .user }
    let generated = tokens.indices.filter { tokens[$0].kind == .generation }
    return Dictionary(
      uniqueKeysWithValues: TextUnit.allCases.map { unit in
        let clusters = unit == .token
        let prompt = clusters ? TokenCluster.ofPrompt(trace).filter { $0.kind == .user }.map(\.indices) : nil
        let answer = clusters ? TokenCluster.ofGeneration(trace).filter { $0.kind == .generation }.map(\.indices) : nil
        let ranges =
          units(unit, at: user, in: tokens, known: prompt) + units(unit, at: generated, in: tokens, known: answer)
        let others = tokens.indices.filter { tokens[$0].kind == .template || tokens[$0].kind == .special }
        return (unit.rawValue, (ranges + others.map { $0...$0 }).sorted { $0.lowerBound < $1.lowerBound })
      })
  }

  /// The units of consecutive positions; `known` are ranges of `positions`' indices.
  private static func units(
    _ unit: TextUnit, at positions: [Int], in tokens: [TracedToken], known: [Range<Int>]?
  ) -> [ClosedRange<Int>] {
    guard let first = positions.first, let last = positions.last else { return [] }
    if let known { return known.map { positions[$0.lowerBound]...positions[$0.upperBound - 1] } }
    return unit.groups(of: tokens[first...last]).map { $0.lowerBound...$0.upperBound - 1 }
  }
}
