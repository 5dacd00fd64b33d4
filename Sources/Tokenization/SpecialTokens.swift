/// Tokens that are recognised in the text as they stand, before anything else: leftmost, and of those the longest.
struct SpecialTokens: Sendable {
  struct Entry: Sendable {
    let text: [UInt8]
    let id: Int32
    /// White space beside it belongs to it.
    var takesSpaceBefore = false
    var takesSpaceAfter = false
  }

  /// By first byte, longest first.
  private var entries: [[Entry]] = Array(repeating: [], count: 256)

  init(_ all: [Entry]) {
    for entry in all { if let first = entry.text.first { entries[Int(first)].append(entry) } }
    for byte in entries.indices { entries[byte].sort { $0.text.count > $1.text.count } }
  }

  /// The special token that stands at `offset`.
  func match(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> Entry? {
    entries[Int(text[offset])].first { entry in
      entry.text.count <= text.count - offset
        && entry.text.elementsEqual(text[offset..<offset + entry.text.count])
    }
  }
}
