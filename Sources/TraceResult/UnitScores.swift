/// The scores of a trace by units of its text: sums of their tokens' scores, so negative only where those can be.
public struct UnitScores: Sendable, Equatable, Codable {
  /// One unit.
  public struct Entry: Sendable, Equatable, Codable {
    /// Its tokens: inclusive indices among the user's or the generated ones.
    public var tokens: ClosedRange<Int>
    /// Its text.
    public var text: String
    /// The sum of its tokens' scores.
    public var score: Float
  }

  /// What the text is cut into.
  public var unit: TextUnit
  /// The units of the user's prompt, in order.
  public var prompt: [Entry]
  /// The units of the generated tokens, in order; an end-of-sequence token is one of its own.
  public var generation: [Entry]
}

extension Trace {
  /// The scores by units of the text. Cost: O(length of the text).
  public func unitScores(_ unit: TextUnit) -> UnitScores {
    let answer = generationPositions.prefix { $0.kind != .special }
    let end = generationPositions.dropFirst(answer.count)
    let answered = UnitScores.entries(unit, Array(answer))
    let ended = UnitScores.entries(.token, Array(end)).map { entry in
      UnitScores.Entry(
        tokens: entry.tokens.lowerBound + answer.count...entry.tokens.upperBound + answer.count, text: entry.text,
        score: entry.score)
    }
    return UnitScores(unit: unit, prompt: UnitScores.entries(unit, Array(userTokens)), generation: answered + ended)
  }
}

extension UnitScores {
  fileprivate static func entries(_ unit: TextUnit, _ tokens: [TracedToken]) -> [Entry] {
    unit.groups(of: tokens[...]).map { group in
      Entry(
        tokens: group.lowerBound...group.upperBound - 1, text: tokens[group].joinedText,
        score: Float(tokens[group].reduce(0) { $0 + Double($1.score) }))
    }
  }
}
