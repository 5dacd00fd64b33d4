import Foundation
import Testing

@testable import Tokenization

/// A text with its tokens by the `tokenizers` package (Fixtures/make_tokenizers.py).
struct FixtureRow: Decodable {
  let text: String
  let ids: [Int32]
  let offsets: [[Int]]
  let decoded: String

  func check(_ tokenizer: Tokenizer, _ name: String) {
    let encoding = tokenizer.encode(text)
    #expect(encoding.ids == ids, "\(name): \(text.debugDescription)")
    let offsets = encoding.offsets.map { [$0.lowerBound, $0.upperBound] }
    #expect(offsets == self.offsets, "\(name): \(text.debugDescription)")
  }

  func checkDecoding(_ tokenizer: Tokenizer, _ name: String) {
    let decoded = Array(tokenizer.decode(ids).unicodeScalars)
    #expect(decoded == Array(self.decoded.unicodeScalars), "\(name): \(ids)")
  }
}

/// A small tokenizer.json, and texts.
struct FixtureTokenizer: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let tokenizer: String
  let rows: [FixtureRow]

  var testDescription: String { name }

  func load() throws -> Tokenizer {
    try Tokenizer(
      source: .huggingFace(tokenizer: Array(tokenizer.utf8), configuration: nil, chatTemplate: nil))
  }

  static let all: [FixtureTokenizer] = (try? Fixture.read("tokenizers")) ?? []
}

enum Fixture {
  static func read<Value: Decodable>(_ name: String) throws -> [Value] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json"))
    return try JSONDecoder().decode([Value].self, from: Data(contentsOf: url))
  }
}
