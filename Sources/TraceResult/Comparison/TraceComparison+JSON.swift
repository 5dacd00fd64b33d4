import Foundation
import JSONLines

extension TraceComparison: Encodable {
  private enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case first, second, tokens, top
    case rankCorrelation = "rank_correlation"
    case largestShareDifference = "largest_share_difference"
    case largestScoreDifference = "largest_score_difference"
    case largestLogprobDifference = "largest_logprob_difference"
  }

  private struct Side: Encodable {
    let method: String
    let model: TraceMetadata.Model
    let precision: String
    let outputSpan, reasoningSpan: ClosedRange<Int>?

    init(_ trace: Trace) {
      (method, model, precision) = (trace.method, trace.metadata.model, trace.metadata.precision)
      (outputSpan, reasoningSpan) = (trace.outputSpan, trace.reasoningSpan)
    }

    private enum CodingKeys: String, CodingKey {
      case method, model, precision
      case outputSpan = "output_span"
      case reasoningSpan = "reasoning_span"
    }
  }

  private struct Top: Encodable {
    let count, shared: Int
    let rankCorrelation: Double?

    private enum CodingKeys: String, CodingKey {
      case count, shared
      case rankCorrelation = "rank_correlation"
    }
  }

  /// Writes the numbers, and each token with both shares; a number that two traces do not have is absent.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(1, forKey: .schemaVersion)
    try values.encode(Side(first), forKey: .first)
    try values.encode(Side(second), forKey: .second)
    try values.encodeIfPresent(rankCorrelation, forKey: .rankCorrelation)
    try values.encode(
      Top(count: topCount, shared: topShared, rankCorrelation: topRankCorrelation), forKey: .top)
    try values.encode(largestShareDifference, forKey: .largestShareDifference)
    try values.encodeIfPresent(largestScoreDifference, forKey: .largestScoreDifference)
    try values.encodeIfPresent(largestLogprobDifference, forKey: .largestLogprobDifference)
    try values.encode(tokens, forKey: .tokens)
  }

  /// The comparison as JSON: keys in alphabetical order, a final newline.
  public func json() -> Data {
    do { return try JSONLine.data(of: self) } catch {
      preconditionFailure("finite numbers have a JSON form: \(error)")
    }
  }

  /// Writes `json()` to a file, whole or not at all.
  public func writeJSON(to path: String) throws(TraceError) {
    try AtomicFile.write(json(), to: path)
  }
}

extension TraceComparison.TokenShares: Encodable {
  private enum CodingKeys: String, CodingKey { case index, token, first, second, difference }

  /// Writes the difference too.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(index, forKey: .index)
    try values.encode(token, forKey: .token)
    try values.encode(first, forKey: .first)
    try values.encode(second, forKey: .second)
    try values.encode(difference, forKey: .difference)
  }
}
