import ArgumentParser
import FlashTrace
import Foundation

struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Print the token ids of a text with their texts and character offsets.",
    discussion: "Example:\n  flashtrace tokenize -m model.gguf --text \"Hello, world!\" --chat-format chatml")

  @OptionGroup var model: ModelOption
  @Option(help: "The text; - is standard input, taken to the byte.")
  var text: String?
  @OptionGroup var chat: ChatOptions
  @Flag(help: "Print JSON: {\"tokens\":[{\"id\",\"text\",\"start\",\"end\"}]}.")
  var json = false

  func validate() throws {
    if text == nil && chat.messages == nil { throw ValidationError("give the text: --text TEXT") }
    try Exclusion.check("--text", text != nil, "--messages", chat.messages != nil)
    if text == "-", let other = chat.standardInput.first {
      throw ValidationError("only one of --text and \(other) can be -")
    }
  }

  func run() throws {
    let tokenizer = try Tokenizer(files: ModelFiles.open(path: model.model))
    let messages = try chat.conversation(
      prompt: text == "-" ? String(decoding: TextInput.bytes("-"), as: UTF8.self) : text ?? "")
    let format = try chat.format(for: tokenizer)
    let text = try format?.render(messages) ?? messages[0].content
    let tokenized = TokenizedText(tokenizer.encode(text, after: format?.beginning ?? ""))
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(tokenized), as: UTF8.self))
    } else {
      for token in tokenized.tokens {
        print("\(token.id)\t\(token.start):\(token.end)\t\(token.text.debugDescription)")
      }
    }
  }
}
