import Foundation
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
    #expect(Set(chats.map(\.model)).count == 16 && chats.count > 120, "\(chats.count)")
    for chat in chats {
      let messages = try chat.messages.map {
        ChatMessage(try #require(ChatMessage.Role(rawValue: $0.role)), $0.content)
      }
      let isNamed = ChatFormat.all.contains { $0.name == chat.format }
      let format =
        try isNamed ? ChatFormat(named: chat.format) : ChatFormat(template: chat.format, today: "02 Jan 2031")
      let text = try format.render(messages)
      #expect(Array(text.unicodeScalars) == Array(chat.text.unicodeScalars), "\(chat.model): \(chat.messages)")
    }
  }

  /// A template with a clock (Llama 3.2) has the date of its reading, as transformers has that of its rendering.
  @Test func todayIsWrittenAsTemplatesDo() throws {
    let template = "<|start_header_id|>Cutting Knowledge Date: December 2023 26 Jul 2024 strftime_now(\"%d %b %Y\")"
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "dd MMM yyyy"
    let before = formatter.string(from: .now)
    let text = try ChatFormat(template: template).render([ChatMessage(.user, "Hi")])
    let dates = [before, formatter.string(from: .now)]
    #expect(dates.contains { text.contains("\nToday Date: \($0)\n\n") }, "\(text)")
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
