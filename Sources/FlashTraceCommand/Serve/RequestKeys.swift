import ArgumentParser
import FlashTrace
import Foundation
import TraceServer

/// A JSON object read as the command's arguments: the key `output_text` is the option `--output-text`. A flag is true or
/// false, a span `"A:B"` or `[A, B]`; null counts as absent.
struct RequestKeys {
  private let arguments: [String]
  /// The conversation under the key `messages`.
  let messages: [ChatMessage]?

  /// Throws ``RequestFailure`` for what is no JSON object, or a value that no option has.
  init(_ body: [UInt8]) throws {
    guard let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
      throw RequestFailure.badRequest("the body must be a JSON object")
    }
    messages = try object["messages"].flatMap(Self.conversation)
    arguments = try object.filter { $0.key != "messages" }.sorted { $0.key < $1.key }.flatMap(Self.argument)
  }

  /// The options of a request. Throws ``RequestFailure`` for keys that are unknown and values that are not allowed.
  func options<Options: ParsableArguments>(_ type: Options.Type = Options.self) throws -> Options {
    do {
      return try Options.parse(arguments)
    } catch {
      // What asks the command for its help is no key.
      let asksForHelp = Options.exitCode(for: error).isSuccess
      let message = asksForHelp ? "unknown key: help" : Self.naming(keysIn: Options.message(for: error))
      throw RequestFailure.badRequest(message)
    }
  }

  private static func conversation(_ value: Any) throws -> [ChatMessage]? {
    if value is NSNull { return nil }
    guard let entries = value as? [Any] else {
      throw RequestFailure.badRequest("messages: must be an array of {\"role\", \"content\"}")
    }
    do { return try MessagesFile.messages(entries, name: "messages") } catch {
      throw RequestFailure.badRequest("\(error)")
    }
  }

  /// What stands for a key on the command line: nothing where it is absent. An empty text is an argument of its own, since
  /// none after an equals sign counts as missing.
  private static func argument(_ key: String, _ value: Any) throws -> [String] {
    guard !key.isEmpty, key.utf8.allSatisfy({ (0x61...0x7a).contains($0) || $0 == 0x5f }) else {
      throw RequestFailure.badRequest("unknown key: \(key)")
    }
    let option = "--" + key.replacing("_", with: "-")
    switch value {
    case is NSNull: return []
    case let text as String: return text.isEmpty ? [option, text] : [option + "=" + text]
    case let numbers as [Int]: return [option + "=" + numbers.map(String.init).joined(separator: ":")]
    case let number as NSNumber:
      if String(cString: number.objCType) == "c" { return number.boolValue ? [option] : [] }
      return [option + "=" + number.stringValue]
    default: throw RequestFailure.badRequest("\(key): must be a string, a number, true, false or two numbers")
    }
  }

  /// A message of the command's in the words of a request and on one line: `output_text` for `--output-text <text>`.
  private static func naming(keysIn message: String) -> String {
    message.replacing(#/\n +- /#, with: " ").replacing("\n", with: " ")
      .replacing(/--([a-z][a-z-]*)( <[^>]*>)?/) { $0.1.replacing("-", with: "_") }
      .replacing("Unknown option", with: "unknown key")
  }
}
