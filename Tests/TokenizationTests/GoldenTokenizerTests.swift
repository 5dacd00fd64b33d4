import Checkpoint
import Foundation
import TestSupport
import Testing
import Tokenization

/// A text with its tokens by the model's own tokenizer (`tokenizers` package).
private struct GoldenRow: Decodable {
  let text: String
  let ids: [Int32]
  let offsets: [[Int]]
  let decoded: String
}

private struct GoldenChat: Decodable {
  struct Message: Decodable {
    let role: String
    let content: String
  }
  let messages: [Message]
  let text: String
}

private struct GoldenTokenizer: Decodable {
  let rows: [GoldenRow]
  let chats: [GoldenChat]

  static func of(_ model: String) throws -> GoldenTokenizer {
    let file = try #require(ReferenceData.folder).appending(path: "tokenizers.json")
    let all = try JSONDecoder().decode([String: GoldenTokenizer].self, from: Data(contentsOf: file))
    return try #require(all[model])
  }
}

@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct GoldenTokenizerTests {
  static let files = [
    "smollm2-135m": "SmolLM2-135M-Instruct.Q4_1.gguf", "qwen2.5-coder-0.5b": "qwen2.5-coder-0.5b.gguf",
    "gemma3-270m": "gemma3-270m.gguf",
  ]

  /// The models whose files are in the user's cache.
  static var present: [String] { files.filter { ReferenceData.model($0.value) != nil }.keys.sorted() }

  @Test(.enabled(if: !present.isEmpty, "needs a real model in the cache"), arguments: present)
  func realModelsAgree(model: String) throws {
    let path = try #require(Self.files[model].flatMap(ReferenceData.model))
    let tokenizer = try Tokenizer(files: ModelFiles.open(path: path))
    let golden = try GoldenTokenizer.of(model)
    for row in golden.rows {
      let encoding = tokenizer.encode(row.text)
      #expect(encoding.ids == row.ids, "\(model): \(row.text.debugDescription)")
      #expect(
        encoding.offsets.map { [$0.lowerBound, $0.upperBound] } == row.offsets, "\(model): \(row.text.debugDescription)"
      )
      #expect(
        Array(tokenizer.decode(row.ids).unicodeScalars) == Array(row.decoded.unicodeScalars),
        "\(model): \(row.text.debugDescription)")
    }
    for chat in golden.chats {
      let messages = try chat.messages.map {
        ChatMessage(try #require(ChatMessage.Role(rawValue: $0.role)), $0.content)
      }
      #expect(try ChatFormat(template: tokenizer.chatTemplate).render(messages) == chat.text)
    }
  }

  private struct Sequence: Decodable {
    let prompt, target, formatted_prompt: String
    let chat: Bool
    let prompt_ids, generation_ids: [Int32]
  }

  @Test(arguments: ReferenceData.families) func tinyModelsAgree(family: String) throws {
    let folder = try #require(ReferenceData.folder).appending(path: "tiny/\(family)")
    let tokenizer = try Tokenizer(files: ModelFiles.open(path: folder.path()))
    let golden = try JSONDecoder().decode(
      [Sequence].self, from: Data(contentsOf: folder.appending(path: "golden.json")))
    for sequence in golden {
      let text =
        sequence.chat
        ? try ChatFormat(template: tokenizer.chatTemplate).render([ChatMessage(.user, sequence.prompt)])
        : sequence.prompt
      #expect(text == sequence.formatted_prompt)
      #expect(tokenizer.encode(text).ids == sequence.prompt_ids)
      let end = try #require(tokenizer.endOfSequence)
      #expect(tokenizer.encode(sequence.target).ids + [end] == sequence.generation_ids)
    }
  }
}
