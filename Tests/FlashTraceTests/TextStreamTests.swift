import TestSupport
import Testing

@testable import FlashTrace

/// Bytes as generated tokens bring them: valid characters, parts of some, and bytes that are none.
struct TextStreamTests {
  private func randomBytes(_ generator: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes += Array("é首😀e\u{301}".utf8)
      case 1: bytes += Array("😀".utf8).prefix(Int.random(in: 1...3, using: &generator))
      case 2: bytes.append(UInt8.random(in: 0x80...0xff, using: &generator))
      default: bytes += Array("ab".utf8)
      }
    }
    return bytes
  }

  @Test func piecesTogetherAreTheTextOfAllBytes() {
    for seed in 0..<2000 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let bytes = randomBytes(&generator)
      var (stream, text, rest) = (TextStream(), "", bytes[...])
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...4, using: &generator))
        text += stream.append(Array(piece))
        rest = rest.dropFirst(piece.count)
      }
      text += stream.finish()
      #expect(
        Array(text.unicodeScalars) == Array(String(decoding: bytes, as: UTF8.self).unicodeScalars), "seed \(seed)")
    }
  }

  @Test func aCharacterComesWhole() {
    var stream = TextStream()
    let pieces = Array("a😀b".utf8).map { stream.append([$0]) }
    #expect(pieces == ["a", "", "", "", "😀", "b"])
    #expect(stream.append([0xf0, 0x9f]) == "" && stream.finish() == "\u{FFFD}")
  }

  /// The scalars that each byte belongs to, by another way: prefixes.
  @Test func everyByteHasItsScalar() {
    for seed in 0..<500 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let bytes = randomBytes(&generator)
      let (decoded, whole) = (DecodedScalars(bytes), String(decoding: bytes, as: UTF8.self))
      #expect(decoded.text(decoded.scalars(ofBytes: 0..<bytes.count)) == whole, "seed \(seed)")
      var end = 0
      for index in bytes.indices {
        let range = decoded.scalars(ofBytes: index..<index + 1)
        #expect(range.count == 1 && range.lowerBound <= end && range.upperBound >= end, "seed \(seed), byte \(index)")
        end = range.upperBound
      }
    }
  }
}
