import FlashTrace

/// A line of a batch's output: the trace with what it belongs to, or why there is none.
struct BatchLine: Encodable {
  /// What every line has.
  struct Head: Codable {
    /// The input line's number, from 0.
    let index: Int
    let id: SampleID?
    /// What the lines of one output must agree in.
    let run: [String: String]
    /// Why there is no trace; nil where there is one.
    var error: String?
  }

  let head: Head
  let content: Content

  enum Content {
    case trace(TraceWithUnits)
    case error(String)
  }

  private enum CodingKeys: String, CodingKey { case index, id, run, error }

  /// How a line begins, its keys being sorted.
  static let openings = [#"{"error":"#, #"{"generation_scores":"#]

  func encode(to encoder: any Encoder) throws {
    if case .trace(let trace) = content { try trace.encode(to: encoder) }
    var values = encoder.container(keyedBy: CodingKeys.self)
    if case .error(let reason) = content { try values.encode(reason, forKey: .error) }
    try values.encode(head.index, forKey: .index)
    try values.encode(head.id, forKey: .id)
    try values.encode(head.run, forKey: .run)
  }
}
