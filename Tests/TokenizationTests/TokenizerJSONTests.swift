import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Tokenization

struct TokenizerJSONTests {
  @Test func fixturesAreThere() { #expect(FixtureTokenizer.all.count == 22) }

  @Test(arguments: FixtureTokenizer.all) func tokensAgree(fixture: FixtureTokenizer) throws {
    let tokenizer = try fixture.load()
    for row in fixture.rows {
      row.check(tokenizer, fixture.name)
      // `tokenizers` decodes letters of added tokens that are in the byte alphabet as bytes; here they stay letters.
      if fixture.name != "a normalized added token" { row.checkDecoding(tokenizer, fixture.name) }
    }
  }

  @Test func partsThatAreNotSupportedAreNamed() throws {
    let base = try #require(FixtureTokenizer.all.first).tokenizer
    let changes: [(old: String, new: String, named: String)] = [
      (#""normalizer": null"#, #""normalizer": {"type": "BertNormalizer"}"#, "BertNormalizer"),
      (
        #""pre_tokenizer": {"type": "ByteLevel","#,
        #""pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits"}, {"type": "ByteLevel"}],"#,
        "ByteLevel with a prefix"
      ),
      (#""pre_tokenizer": {"type": "ByteLevel","#, #""pre_tokenizer": {"type": "Whitespace","#, "Whitespace"),
      (
        #""pre_tokenizer": {"type": "ByteLevel","#,
        #""pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "ByteLevel"}, {"type": "Digits"}],"#,
        "Digits after a ByteLevel"
      ),
      (
        #""pre_tokenizer": {"type": "ByteLevel","#, #""pre_tokenizer": {"type": "Punctuation", "behavior": "Cut","#,
        "the behavior Cut"
      ),
      (#""decoder": {"type": "ByteLevel","#, #""decoder": {"type": "WordPiece","#, "WordPiece"),
      (#""continuing_subword_prefix": null"#, "\"continuing_subword_prefix\": \"##\"", "continuing_subword_prefix"),
      (#""type": "BPE""#, #""type": "Unigram""#, "Unigram"),
      (#""merges": ["#, #""merges": null, "other": ["#, "model.merges in tokenizer.json is no array"),
      (#""added_tokens": ["#, #""added_tokens": "", "other": ["#, "added_tokens in tokenizer.json is no array"),
      (
        #""pre_tokenizer": {"type": "ByteLevel","#,
        #""pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\h"}, "behavior": "Isolated","#, #"\h"#
      ),
    ]
    for change in changes {
      #expect(base.contains(change.old), "\(change.old)")
      let text = base.replacingOccurrences(of: change.old, with: change.new)
      let error = #expect(throws: TokenizerError.self) {
        try Tokenizer(source: .huggingFace(tokenizer: Array(text.utf8), configuration: nil, chatTemplate: nil))
      }
      #expect(error?.description.contains(change.named) == true, "\(error?.description ?? "")")
    }
  }

  /// Every damaged file is either read, and then encodes, or refused; none ends the process.
  @Test(arguments: ["GPT-2", "byte fallback", "Metaspace, first"])
  func damagedFilesAreReadOrRefused(name: String) throws {
    let text = Array(try #require(FixtureTokenizer.all.first { $0.name == name }).tokenizer.utf8)
    var refused = 0
    for seed in 0..<300 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var damaged = text
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<damaged.count, using: &generator)
        // Digits and letters keep the text JSON more often than any byte does.
        let isDigit = (0x30...0x39).contains(damaged[place])
        damaged[place] = UInt8.random(in: isDigit ? 0x30...0x39 : 0x20...0x7e, using: &generator)
      }
      do {
        let tokenizer = try Tokenizer(
          source: .huggingFace(tokenizer: damaged, configuration: nil, chatTemplate: nil))
        let encoding = tokenizer.encode("the quick <s> e\u{301} \u{10FFFD} 12345")
        #expect(encoding.ids.allSatisfy { (0..<Int32(tokenizer.vocabularySize)).contains($0) }, "seed \(seed)")
        #expect(encoding.offsets.allSatisfy { $0.upperBound <= 24 }, "seed \(seed)")
        _ = tokenizer.decode(encoding.ids)
      } catch {
        refused += 1
      }
    }
    #expect((1..<300).contains(refused))
  }

  private struct RealModel: Decodable {
    let name: String
    let rows: [FixtureRow]
  }

  @Test(
    .enabled(if: !GoldenTokenizerTests.present.isEmpty, "needs a real model in the cache"),
    arguments: GoldenTokenizerTests.present)
  func realModelsAgreeOnRandomTexts(model: String) throws {
    let path = try #require(GoldenTokenizerTests.files[model].flatMap(ReferenceData.model))
    let tokenizer = try Tokenizer(files: ModelFiles.open(path: path))
    let all: [RealModel] = try Fixture.read("real_models")
    let rows = try #require(all.first { $0.name == model }).rows
    for row in rows {
      row.check(tokenizer, model)
      row.checkDecoding(tokenizer, model)
    }
  }
}
