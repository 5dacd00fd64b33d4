/// Turns bytes that arrive piece by piece into text, whole characters at a time.
///
/// The pieces together are the text of all bytes: what is no valid UTF-8 becomes U+FFFD.
struct TextStream {
  private(set) var bytes: [UInt8] = []
  private var shown = 0

  /// Adds bytes; returns what they complete. A character that may go on is held back.
  mutating func append(_ more: [UInt8]) -> String {
    bytes += more
    return take(upTo: bytes.count - incompleteCount)
  }

  /// What was held back, at the end.
  mutating func finish() -> String { take(upTo: bytes.count) }

  private mutating func take(upTo end: Int) -> String {
    defer { shown = end }
    return String(decoding: bytes[shown..<end], as: UTF8.self)
  }

  /// Bytes at the end that begin a character of more bytes.
  private var incompleteCount: Int {
    for (index, byte) in bytes[shown...].suffix(3).reversed().enumerated() where byte & 0xc0 != 0x80 {
      let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
      return index + 1 < length ? index + 1 : 0
    }
    return 0
  }
}
