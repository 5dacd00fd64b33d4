import FlashTrace
import Synchronization

/// Forward passes of the last texts: further spans, hops and methods on them need no other.
final class PassCache: Sendable {
  /// What a forward pass depends on.
  struct Key: Equatable {
    let messages: [ChatMessage]
    let chatFormat: ChatFormat?
    let target: String
    let appendsEndOfSequence: Bool
  }

  private struct Entry {
    let key: Key
    let tracer: Tracer
  }

  private let limits: ServerLimits
  /// The last used is the last.
  private let entries = Mutex<[Entry]>([])

  init(limits: ServerLimits) { self.limits = limits }

  /// The tracer that was kept for `key`, or the one that `make` makes, which is kept.
  func tracer(_ key: Key, capturesPrompt: Bool, make: () throws -> Tracer) rethrows -> Tracer {
    if let kept = entries.withLock({ take(&$0, key, capturesPrompt) }) { return kept }
    let made = try make()
    entries.withLock { keep(&$0, Entry(key: key, tracer: made)) }
    return made
  }

  private func take(_ entries: inout [Entry], _ key: Key, _ capturesPrompt: Bool) -> Tracer? {
    let index = entries.firstIndex { $0.key == key && ($0.tracer.capturesPrompt || !capturesPrompt) }
    guard let index else { return nil }
    let entry = entries.remove(at: index)
    entries.append(entry)
    return entry.tracer
  }

  private func keep(_ entries: inout [Entry], _ entry: Entry) {
    entries.removeAll { $0.key == entry.key }
    entries.append(entry)
    while entries.count > 1, entries.count > limits.keptPasses || bytes(entries) > limits.keptBytes {
      entries.removeFirst()
    }
  }

  private func bytes(_ entries: [Entry]) -> Int { entries.reduce(0) { $0 + $1.tracer.heldBytes } }
}
