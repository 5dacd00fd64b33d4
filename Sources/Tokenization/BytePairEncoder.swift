import Checkpoint

/// Byte-pair encoding of one word (Sennrich et al. 2016): the pair of lowest rank is merged, leftmost first, until no
/// pair of neighbours is a merge. Cost: O(n log n) for n symbols.
struct BytePairEncoder: Sendable {
  /// What decides the order of merges.
  enum Ranking: Sendable {
    /// An explicit list.
    case merges(MergeTable)
    /// Any two neighbours that together are a token, the highest score first (SentencePiece).
    case scores([Float])
  }

  /// A token and the bytes of the word that it covers.
  struct Piece: Equatable {
    let id: Int32
    let bytes: Range<Int>
  }

  let table: TokenTable
  let ranking: Ranking

  /// Merges symbols, whose `id` is -1 where a symbol is no token.
  func encode(_ word: UnsafeBufferPointer<UInt8>, symbols initial: [Piece]) -> [Piece] {
    if initial.count < 2 { return initial }
    var symbols = initial.map { Symbol(id: $0.id, bytes: $0.bytes, previous: 0, next: 0) }
    for index in symbols.indices {
      symbols[index].previous = index - 1
      symbols[index].next = index + 1 < symbols.count ? index + 1 : -1
    }
    var queue = MergeQueue()
    for index in 0..<symbols.count - 1 { push(index, &symbols, word, &queue) }
    while let candidate = queue.pop() {
      let left = candidate.left
      guard symbols[left].id == candidate.leftID, symbols[left].next >= 0,
        symbols[symbols[left].next].id == candidate.rightID,
        symbols[left].bytes.count + symbols[symbols[left].next].bytes.count == candidate.length
      else { continue }
      let right = symbols[left].next
      symbols[left].id = candidate.merged
      symbols[left].bytes = symbols[left].bytes.lowerBound..<symbols[right].bytes.upperBound
      symbols[left].next = symbols[right].next
      if symbols[right].next >= 0 { symbols[symbols[right].next].previous = left }
      symbols[right].id = Symbol.gone
      if symbols[left].previous >= 0 { push(symbols[left].previous, &symbols, word, &queue) }
      if symbols[left].next >= 0 { push(left, &symbols, word, &queue) }
    }
    var pieces: [Piece] = []
    var index = 0
    while index >= 0 {
      pieces.append(Piece(id: symbols[index].id, bytes: symbols[index].bytes))
      index = symbols[index].next
    }
    return pieces
  }

  private struct Symbol {
    static let gone: Int32 = -2
    var id: Int32
    var bytes: Range<Int>
    var previous, next: Int
  }

  private func push(
    _ left: Int, _ symbols: inout [Symbol], _ word: UnsafeBufferPointer<UInt8>, _ queue: inout MergeQueue
  ) {
    let (a, b) = (symbols[left], symbols[symbols[left].next])
    let bytes = a.bytes.lowerBound..<b.bytes.upperBound
    var (rank, merged): (Float, Int32)
    switch ranking {
    case .merges(let table):
      guard let merge = table.merge(a.id, b.id) else { return }
      (rank, merged) = (Float(merge.rank), merge.merged)
    case .scores(let scores):
      guard let id = table.id(of: UnsafeBufferPointer(rebasing: word[bytes])) else { return }
      (rank, merged) = (-scores[Int(id)], id)
    }
    queue.push(
      MergeQueue.Candidate(
        rank: rank, left: left, leftID: a.id, rightID: b.id, merged: merged, length: bytes.count))
  }
}

/// A binary heap of merge candidates: lowest rank first, leftmost first among equals.
private struct MergeQueue {
  struct Candidate {
    let rank: Float
    let left: Int
    let leftID, rightID, merged: Int32
    let length: Int

    func comesBefore(_ other: Candidate) -> Bool { rank != other.rank ? rank < other.rank : left < other.left }
  }

  private var heap: [Candidate] = []

  mutating func push(_ candidate: Candidate) {
    heap.append(candidate)
    var child = heap.count - 1
    while child > 0, heap[child].comesBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop() -> Candidate? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return first }
    heap[0] = last
    var parent = 0
    while true {
      var best = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].comesBefore(heap[best]) {
        best = child
      }
      if best == parent { return first }
      heap.swapAt(parent, best)
      parent = best
    }
  }
}
