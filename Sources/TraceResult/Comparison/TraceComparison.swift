/// How far two attributions of the same prompt agree: of two spans, two methods, or two models with one tokenizer.
///
/// Scores of different methods have different sizes, so a token's score is compared as its share: the score divided by
/// the sum of the sizes of all scores on the user's tokens. Shares of a signed method keep their sign; without negative
/// scores they add up to 1. Where all scores are 0, so are all shares.
///
/// `U` is the number of the user's tokens. Template tokens have no part in any number.
public struct TraceComparison: Sendable, Equatable {
  /// A token of the user's prompt with its share in both traces.
  public struct TokenShares: Sendable, Equatable {
    /// The index among the user's tokens.
    public let index: Int
    /// The token's text.
    public let token: String
    /// Its share in the first and in the second trace.
    public let first, second: Double

    /// What the second trace gives the token beyond the first.
    public var difference: Double { second - first }
  }

  /// The traces that are compared.
  public let first, second: Trace
  /// The user's tokens in order: `U` of them.
  public let tokens: [TokenShares]
  /// Spearman's rank correlation of all scores, equal scores sharing their mean rank: -1 to 1. Nil where one of the
  /// traces has fewer than two different scores.
  public let rankCorrelation: Double?
  /// How many of the highest tokens are set against each other: a tenth of `U`, rounded up, unless another number was
  /// asked for. Higher is higher in sign too; equal scores rank by index.
  public let topCount: Int
  /// How many of the first trace's highest tokens are among the second's.
  public let topShared: Int
  /// Spearman's rank correlation of the first trace's highest tokens alone; nil as for ``rankCorrelation``.
  public let topRankCorrelation: Double?

  /// Compares two traces.
  ///
  /// - Parameter topCount: how many of the highest tokens to set against each other; at most `U` are. Nil means a tenth.
  /// - Throws: ``TraceComparisonError`` unless all positions before the answers have the same tokens.
  /// - Complexity: O(U log U).
  public init(_ first: Trace, _ second: Trace, topCount: Int? = nil) throws(TraceComparisonError) {
    precondition(topCount.map { $0 >= 0 } ?? true, "a number of tokens")
    try Self.checkPrompts(first, second)
    (self.first, self.second) = (first, second)
    let shares = (Self.shares(first.scores), Self.shares(second.scores))
    tokens = first.promptTokens.enumerated().map { index, token in
      TokenShares(index: index, token: token, first: shares.0[index], second: shares.1[index])
    }
    self.topCount = min(tokens.count, topCount ?? (tokens.count + 9) / 10)
    let top = Trace.highest(self.topCount, among: first.promptPositions).map(\.index)
    topShared = Set(top).intersection(Trace.highest(self.topCount, among: second.promptPositions).map(\.index)).count
    let (a, b) = (first.scores, second.scores)
    rankCorrelation = RankCorrelation.spearman(a, b)
    topRankCorrelation = RankCorrelation.spearman(top.map { a[$0] }, top.map { b[$0] })
  }

  private static func checkPrompts(_ first: Trace, _ second: Trace) throws(TraceComparisonError) {
    let (one, other) = (first.promptPositions, second.promptPositions)
    for (position, (a, b)) in zip(one, other).enumerated() where (a.id, a.text, a.kind) != (b.id, b.text, b.kind) {
      throw .differentTokens(position: position, a, b)
    }
    guard one.count == other.count else { throw .differentLengths(one.count, other.count) }
    guard !first.scores.isEmpty else { throw .noTokens }
  }

  private static func shares(_ scores: [Float]) -> [Double] {
    let sum = scores.reduce(0) { $0 + abs(Double($1)) }
    return scores.map { sum > 0 ? Double($0) / sum : 0 }
  }
}

extension TraceComparison {
  /// The token whose shares differ most, the first of several.
  public var largestShareDifference: TokenShares { byDifference[0] }

  /// The tokens from the largest difference on, equal ones by index: `U` of them.
  public var byDifference: [TokenShares] {
    tokens.sorted { (abs($0.difference), $1.index) > (abs($1.difference), $0.index) }
  }

  /// The largest difference of two scores as they are, relative to the size of the first trace's largest: for traces of
  /// one method alone, in two arithmetics for example. Nil where the first trace has no score.
  public var largestScoreDifference: Double? {
    let largest = first.scores.map(abs).max() ?? 0
    let difference = zip(first.scores, second.scores).map { abs(Double($0) - Double($1)) }.max() ?? 0
    return largest > 0 ? difference / Double(largest) : nil
  }

  /// The largest difference of the log-probabilities of a generated token; nil unless both answers have the same tokens.
  public var largestLogprobDifference: Double? {
    guard first.generationPositions.map(\.id) == second.generationPositions.map(\.id) else { return nil }
    return zip(first.targetLogprobs, second.targetLogprobs).map { abs(Double($0) - Double($1)) }.max()
  }
}

/// Why two traces cannot be compared.
public enum TraceComparisonError: Error, Equatable, CustomStringConvertible {
  /// The first position at which the prompts have different tokens.
  case differentTokens(position: Int, TracedToken, TracedToken)
  /// One prompt is the beginning of the other.
  case differentLengths(Int, Int)
  /// The prompt has no token of the user's.
  case noTokens

  /// One line that names what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .differentTokens(let position, let first, let second):
      "the prompts differ at position \(position): \(Self.name(first)) and \(Self.name(second)); "
        + "only traces of the same prompt tokens can be compared"
    case .differentLengths(let first, let second):
      "the prompts have \(first) and \(second) tokens, the first \(min(first, second)) of which are equal; "
        + "only traces of the same prompt tokens can be compared"
    case .noTokens: "the prompt has no token of the user's"
    }
  }

  private static func name(_ token: TracedToken) -> String {
    "\(token.text.debugDescription) (id \(token.id), \(token.kind.rawValue))"
  }
}
