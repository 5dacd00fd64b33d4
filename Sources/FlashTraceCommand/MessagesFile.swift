import FlashTrace
import Foundation

/// A conversation as chat services write it: `[{"role": "user", "content": "..."}]`.
enum MessagesFile {
  /// The messages of a file. Throws ``Failure/BadInput``, which names the entry that is wrong.
  static func read(_ path: String) throws -> [ChatMessage] {
    let (name, bytes) = (TextInput.name(path), try TextInput.bytes(path))
    guard let entries = try? JSONSerialization.jsonObject(with: bytes) as? [Any] else {
      _ = try TextInput.text(of: bytes, path)  // what is no text has its own message
      throw Failure.BadInput(description: "\(name): is not a JSON array of messages")
    }
    return try messages(entries, name: name)
  }

  /// The messages of a JSON array; errors call it `name`.
  static func messages(_ entries: [Any], name: String) throws -> [ChatMessage] {
    let messages = try entries.enumerated().map { index, entry in
      do { return try message(entry) } catch {
        throw Failure.BadInput(description: "\(name): message \(index) \(error)")
      }
    }
    guard let last = messages.last else { throw Failure.BadInput(description: "\(name): has no message") }
    guard last.role == .user else {
      throw Failure.BadInput(
        description: "\(name): message \(messages.count - 1) is the last and must be the user's, not of \(last.role)")
    }
    return messages
  }

  private static func message(_ entry: Any) throws -> ChatMessage {
    guard let fields = entry as? [String: Any] else { throw Failure.BadInput(description: "is not an object") }
    guard let name = fields["role"] as? String, let role = ChatMessage.Role(rawValue: name) else {
      let found = (fields["role"] as? String).map { "the role \($0)" } ?? "no role"
      throw Failure.BadInput(description: "has \(found); allowed are system, user, assistant")
    }
    guard let content = fields["content"] as? String else {
      throw Failure.BadInput(description: "has no content that is a string")
    }
    return ChatMessage(role, content)
  }
}
