/// The merges of byte-pair encoding by their pair of token ids: a flat hash table.
struct MergeTable: Sendable {
  struct Merge: Sendable {
    /// Merges of lower rank go first.
    let rank: Int32
    let merged: Int32
  }

  private var keys: [UInt64]
  private var merges: [Merge]
  private var mask: Int
  private static let empty = UInt64.max

  init(capacity count: Int) {
    var capacity = 16
    while capacity < 2 * count { capacity *= 2 }
    mask = capacity - 1
    keys = [UInt64](repeating: Self.empty, count: capacity)
    merges = [Merge](repeating: Merge(rank: 0, merged: 0), count: capacity)
  }

  /// Adds a merge; of equal pairs the first stays. At most as many as the capacity that was asked for.
  mutating func add(_ left: Int32, _ right: Int32, rank: Int32, merged: Int32) {
    let slot = slot(of: Self.key(left, right))
    guard keys[slot] == Self.empty else { return }
    keys[slot] = Self.key(left, right)
    merges[slot] = Merge(rank: rank, merged: merged)
  }

  func merge(_ left: Int32, _ right: Int32) -> Merge? {
    let slot = slot(of: Self.key(left, right))
    return keys[slot] == Self.empty ? nil : merges[slot]
  }

  private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  private func slot(of key: UInt64) -> Int {
    let hash = key &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: hash >> 20) & mask
    while keys[slot] != Self.empty, keys[slot] != key { slot = (slot + 1) & mask }
    return slot
  }
}
