import TestSupport
import Testing

@testable import Tokenization

struct ByteLevelPropertyTests {
  /// Scripts, symbols, marks, private use, and everything else.
  private static let blocks: [ClosedRange<UInt32>] = [
    0x00...0x7f, 0x80...0x24f, 0x300...0x36f, 0x370...0x52f, 0x590...0x6ff, 0x900...0xdff, 0x1100...0x11ff,
    0x2000...0x206f, 0x3040...0x9fff, 0xac00...0xd7a3, 0xe000...0xf8ff, 0xfe00...0xfe0f, 0x1f1e6...0x1f1ff,
    0x1f300...0x1faff, 0x20000...0x2ffff, 0xe0000...0xe01ef, 0x0...0x10ffff,
  ]

  private static func text(_ generator: inout SeededGenerator) -> String {
    var view = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...40, using: &generator) {
      let block = blocks[Int.random(in: 0..<blocks.count, using: &generator)]
      if let scalar = Unicode.Scalar(UInt32.random(in: block, using: &generator)) { view.append(scalar) }
    }
    return String(view)
  }

  @Test(arguments: ["GPT-2", "digits", "digit runs", "Llama 3, matches kept"])
  func everyTextComesBackAndIsCoveredInOrder(name: String) throws {
    let tokenizer = try #require(FixtureTokenizer.all.first { $0.name == name }).load()
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      let text = Self.text(&generator)
      let encoding = tokenizer.encode(text)
      let back = Array(tokenizer.decode(encoding.ids).utf8)
      #expect(back == Array(text.utf8), "\(name), seed \(seed): \(text.debugDescription)")
      #expect(Self.covers(encoding.offsets, text.unicodeScalars.count), "\(name), seed \(seed)")
      #expect(tokenizer.encode(bytes: text.utf8).ids == encoding.ids, "\(name), seed \(seed)")
    }
  }

  /// Each token begins where the last one ended, or within the character that the last one split.
  private static func covers(_ offsets: [Range<Int>], _ count: Int) -> Bool {
    var end = 0
    for range in offsets {
      guard !range.isEmpty, range.lowerBound == end || range.lowerBound == end - 1, range.upperBound >= end else {
        return false
      }
      end = range.upperBound
    }
    return end == count
  }

  @Test func tokensOfOneCharacterHaveItsRange() throws {
    let tokenizer = try #require(FixtureTokenizer.all.first { $0.name == "GPT-2" }).load()
    let encoding = tokenizer.encode("\u{10FFFD}")
    #expect(encoding.ids.count == 4)
    #expect(encoding.offsets == Array(repeating: 0..<1, count: 4))
    #expect(encoding.texts == Array(repeating: "\u{10FFFD}", count: 4))
  }

  private struct InvalidText: Decodable {
    let bytes: [UInt8]
    let text: String
  }

  @Test func invalidBytesAreReplacedAsPythonDoes() throws {
    let tokenizer = try #require(FixtureTokenizer.all.first { $0.name == "GPT-2" }).load()
    let rows: [InvalidText] = try Fixture.read("invalid_utf8")
    #expect(rows.count > 60)
    for row in rows {
      #expect(tokenizer.encode(bytes: row.bytes) == tokenizer.encode(row.text), "\(row.bytes)")
      #expect(tokenizer.decode(tokenizer.encode(bytes: row.bytes).ids) == row.text, "\(row.bytes)")
    }
  }

  @Test func aLongWordIsMergedAsItsRepetitionDemands() throws {
    let tokenizer = try #require(FixtureTokenizer.all.first { $0.name == "GPT-2" }).load()
    let word = String(repeating: "quick", count: 40_000)
    let encoding = tokenizer.encode(word)
    #expect(tokenizer.decode(encoding.ids) == word)
    #expect(encoding.ids.count <= 80_000)
  }
}
