/// Reads the little-endian fields of a GGUF file in order; every read is checked against the end of the file.
struct GGUFReader {
  let file: MappedFile
  private(set) var position = 0

  init(_ file: MappedFile) { self.file = file }

  var remaining: Int { file.count - position }

  func fail(_ field: String, _ reason: String) -> CheckpointError {
    .malformed(file: file.path, field: field, reason: reason)
  }

  mutating func take(_ count: Int, _ field: String) throws(CheckpointError) -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw fail(field, "needs \(count) bytes at offset \(position), but the file ends after \(remaining)")
    }
    position += count
    return position - count..<position
  }

  mutating func integer<T: FixedWidthInteger>(_ type: T.Type, _ field: String) throws(CheckpointError) -> T {
    let range = try take(MemoryLayout<T>.size, field)
    return T(littleEndian: file.bytes(range).loadUnaligned(as: T.self))
  }

  /// A count of things that take at least `bytesEach` bytes each in the rest of the file.
  mutating func count(_ field: String, bytesEach: Int) throws(CheckpointError) -> Int {
    let value = try integer(UInt64.self, field)
    guard let count = Int(exactly: value), count <= remaining / bytesEach else {
      throw fail(field, "is \(value), but the rest of the file holds at most \(remaining / bytesEach)")
    }
    return count
  }

  /// The bytes of a string, by its place in the file.
  mutating func string(_ field: String) throws(CheckpointError) -> Range<Int> {
    let length = try count("length of \(field)", bytesEach: 1)
    return try take(length, field)
  }

  func text(_ range: Range<Int>) -> String { String(decoding: file.bytes(range), as: UTF8.self) }

  mutating func skip(to offset: Int) { position = offset }
}
