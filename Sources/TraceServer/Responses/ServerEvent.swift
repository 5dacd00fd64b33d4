import Synchronization

/// A line of a streamed response.
enum ServerEvent: Sendable, Equatable {
  /// Jobs before this one.
  case ahead(Int)
  /// Steps that are done.
  case progress(stage: Stage, done: Int, total: Int)
  /// A piece of the answer.
  case text(String)
  /// Where the units of the text stand, see ``UnitPositions``.
  case units([String: [ClosedRange<Int>]])

  /// What the steps are of: the forward pass, or the attribution.
  enum Stage: String, Sendable, Encodable { case prefill, hops }
}

extension ServerEvent: Encodable {
  private enum CodingKeys: String, CodingKey { case ahead, stage, done, total, text, units }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .ahead(let jobs): try values.encode(jobs, forKey: .ahead)
    case .text(let piece): try values.encode(piece, forKey: .text)
    case .units(let positions): try values.encode(positions, forKey: .units)
    case .progress(let stage, let done, let total):
      try values.encode(stage, forKey: .stage)
      try values.encode(done, forKey: .done)
      try values.encode(total, forKey: .total)
    }
  }
}

/// Hands on progress only when its percentage changes: every layer of every chunk would be a line otherwise.
final class ProgressFilter: Sendable {
  private let last = Mutex<ServerEvent?>(nil)
  private let hand: @Sendable (ServerEvent) -> Void

  init(_ hand: @escaping @Sendable (ServerEvent) -> Void) { self.hand = hand }

  func report(_ event: ServerEvent) {
    guard case .progress(let stage, let done, let total) = event else { return hand(event) }
    let percentage = ServerEvent.progress(stage: stage, done: done * 100 / max(1, total), total: 100)
    let isNew = last.withLock { previous in
      defer { previous = percentage }
      return previous != percentage
    }
    if isNew { hand(event) }
  }
}
