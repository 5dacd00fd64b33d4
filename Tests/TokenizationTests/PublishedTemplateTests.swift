import Testing

@testable import Tokenization

/// Conversations as transformers writes them with the models' published templates (Fixtures/make_chats.py).
struct PublishedTemplateTests {
  private struct Chat: Decodable {
    struct Message: Decodable {
      let role, content: String
    }
    let model, format, text: String
    let messages: [Message]
  }

  @Test func namedFormatsWriteWhatPublishedTemplatesDo() throws {
    let chats: [Chat] = try Fixture.read("chats")
    #expect(Set(chats.map(\.model)).count == 9 && chats.count > 60, "\(chats.count)")
    for chat in chats {
      let messages = try chat.messages.map {
        ChatMessage(try #require(ChatMessage.Role(rawValue: $0.role)), $0.content)
      }
      let text = try ChatFormat(named: chat.format).render(messages)
      #expect(Array(text.unicodeScalars) == Array(chat.text.unicodeScalars), "\(chat.model): \(chat.messages)")
    }
  }

  @Test func onlyQwen3CanBeToldNotToThink() throws {
    let quiet = try ChatFormat(named: "qwen3").withoutThinking()
    #expect(quiet == (try ChatFormat(named: "qwen3-no-thinking")))
    #expect(try quiet.withoutThinking() == quiet)
    for name in ["chatml", "deepseek-r1", "llama3", "phi3"] {
      let error = #expect(throws: TokenizerError.self) { try ChatFormat(named: name).withoutThinking() }
      #expect(error == .noThinkingSwitch(name))
    }
  }
}
