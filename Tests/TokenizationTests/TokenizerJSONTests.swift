import Checkpoint
import Foundation
import TestSupport
import Testing

@testable import Tokenization

struct TokenizerJSONTests {
  @Test func fixturesAreThere() { #expect(FixtureTokenizer.all.count == 12) }

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
      (#""normalizer": null"#, #""normalizer": {"type": "NFKC"}"#, "NFKC"),
      (#""add_prefix_space": false"#, #""add_prefix_space": true"#, "add_prefix_space"),
      (#""continuing_subword_prefix": null"#, "\"continuing_subword_prefix\": \"##\"", "continuing_subword_prefix"),
      (#""type": "BPE""#, #""type": "Unigram""#, "Unigram"),
      (
        #""pre_tokenizer": {"type": "ByteLevel","#,
        #""pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\d"}, "behavior": "Isolated","#, #"\d"#
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

  private struct RealModel: Decodable {
    let name: String
    let rows: [FixtureRow]
  }

  @Test(
    .enabled(if: !GoldenTokenizerTests.present.isEmpty, "needs a real model in the cache"),
    arguments: GoldenTokenizerTests.present)
  func realModelsAgreeOnRandomTexts(model: String) throws {
    let path = try #require(GoldenTokenizerTests.files[model].flatMap(ReferenceData.model))
    let tokenizer = try Tokenizer(source: ModelFiles.open(path: path).tokenizer)
    let all: [RealModel] = try Fixture.read("real_models")
    let rows = try #require(all.first { $0.name == model }).rows
    for row in rows {
      row.check(tokenizer, model)
      row.checkDecoding(tokenizer, model)
    }
  }
}
