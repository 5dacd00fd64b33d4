import Checkpoint

/// The ids of token byte strings: a flat hash table over a vocabulary, without an allocation a token.
struct TokenTable: Sendable {
  let tokens: ByteStrings
  private var slots: [Int32]
  private let mask: Int

  /// Of equal tokens, the first one's id is found.
  init(_ tokens: ByteStrings) {
    self.tokens = tokens
    var capacity = 16
    while capacity < 2 * tokens.count { capacity *= 2 }
    mask = capacity - 1
    slots = [Int32](repeating: -1, count: capacity)
    for id in tokens.indices {
      let slot = tokens[id].withUnsafeBufferPointer { self.slot(of: $0) }
      if slots[slot] < 0 { slots[slot] = Int32(id) }
    }
  }

  /// The id of the token with exactly these bytes.
  func id(of bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
    let id = slots[slot(of: bytes)]
    return id < 0 ? nil : id
  }

  func id(of bytes: some Collection<UInt8>) -> Int32? {
    Array(bytes).withUnsafeBufferPointer { id(of: $0) }
  }

  /// The slot that holds the bytes, or the empty one where they would go.
  private func slot(of bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var slot = Int(truncatingIfNeeded: hash ^ (hash >> 29)) & mask
    while slots[slot] >= 0, !tokens[Int(slots[slot])].elementsEqual(bytes) { slot = (slot + 1) & mask }
    return slot
  }
}
