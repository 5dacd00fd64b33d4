import ArgumentParser
import FlashTrace

/// Under which chat format prompts stand.
struct ChatFormatOptions: ParsableArguments {
  @Flag(help: "Write the prompt as the user's message under the model's chat template.")
  var useChatTemplate = false
  @Option(
    help: ArgumentHelp(
      "Write it under this chat format, whatever the model's template: \(ChatFormat.names).", valueName: "name"),
    completion: .list(ChatFormat.names.split(separator: ", ").map(String.init)))
  var chatFormat: String?
  @Flag(help: "Tell a Qwen3 model to answer without thinking.")
  var noThinking = false
  @Option(
    help: "Begin a prompt without a chat format with the beginning of sequence; auto: where the model's files say so.")
  var bos = BeginningOfSequence.no

  var isChat: Bool { useChatTemplate || chatFormat != nil }

  func validate() throws {
    try Exclusion.check("--use-chat-template", useChatTemplate, "--chat-format", chatFormat != nil)
    try require(isChat || !noThinking, "--no-thinking")
    if isChat, bos != .no {
      throw ValidationError("--bos is for prompts without a chat format, which writes its own beginning")
    }
  }

  func require(_ holds: Bool, _ option: String) throws {
    if !holds { throw ValidationError("\(option) needs --use-chat-template or --chat-format NAME") }
  }

  /// The format that was asked for; nil for a prompt as it is.
  func format(for tokenizer: Tokenizer) throws -> ChatFormat? {
    guard isChat else { return try tokenizer.rawFormat(bos) }
    let format = try chatFormat.map { try ChatFormat(named: $0) } ?? ChatFormat(template: tokenizer.chatTemplate)
    return noThinking ? try format.withoutThinking() : format
  }
}

extension BeginningOfSequence: ExpressibleByArgument {}

/// How a prompt becomes a conversation.
struct ChatOptions: ParsableArguments {
  @OptionGroup var formatOptions: ChatFormatOptions
  @Option(
    help: ArgumentHelp("File with the system prompt; - is standard input.", valueName: "file"), completion: .file())
  var system: String?
  @Option(help: ArgumentHelp("The system prompt itself.", valueName: "text"))
  var systemText: String?
  @Option(
    help: ArgumentHelp(
      "Instead of a prompt: JSON file with the conversation, [{\"role\", \"content\"}], the user's message last.",
      valueName: "file"), completion: .file())
  var messages: String?
  /// Names of the options that read standard input.
  var standardInput: [String] { [("--system", system), ("--messages", messages)].filter { $0.1 == "-" }.map(\.0) }

  func validate() throws {
    try Exclusion.check("--system", system != nil, "--system-text", systemText != nil)
    try Exclusion.check("--messages", messages != nil, "--system", system != nil)
    try Exclusion.check("--messages", messages != nil, "--system-text", systemText != nil)
    let needing = [
      ("--system", system != nil), ("--system-text", systemText != nil), ("--messages", messages != nil),
    ]
    for (option, isGiven) in needing { try formatOptions.require(formatOptions.isChat || !isGiven, option) }
  }

  /// The format that was asked for; nil for a prompt as it is.
  func format(for tokenizer: Tokenizer) throws -> ChatFormat? { try formatOptions.format(for: tokenizer) }

  /// The conversation: that of `--messages`, or the prompt after the system prompt.
  func conversation(prompt: @autoclosure () throws -> String) throws -> [ChatMessage] {
    if let messages { return try MessagesFile.read(messages) }
    let system = try systemText ?? system.map(TextInput.text)
    return try (system.map { [ChatMessage(.system, $0)] } ?? []) + [ChatMessage(.user, prompt())]
  }
}

extension ChatOptions {
  /// Checks that there is one prompt, a file, a text or the conversation, and that one input at most is standard input.
  ///
  /// - Parameter others: other options that can be standard input.
  func checkPrompt(file: String?, text: String?, others: [(name: String, value: String?)] = []) throws {
    if messages == nil {
      try Exclusion.requireOne("--prompt", file, "--prompt-text", text)
    } else {
      try Exclusion.check("--messages", true, "--prompt", file != nil)
      try Exclusion.check("--messages", true, "--prompt-text", text != nil)
    }
    let standardInput =
      (file == "-" ? ["--prompt"] : []) + standardInput + others.filter { $0.value == "-" }.map(\.name)
    if standardInput.count > 1 {
      throw ValidationError("only one of \(standardInput.joined(separator: " and ")) can be -")
    }
  }
}

/// Options that say the same thing in two ways.
enum Exclusion {
  static func check(_ first: String, _ hasFirst: Bool, _ second: String, _ hasSecond: Bool) throws {
    if hasFirst && hasSecond { throw ValidationError("\(first) and \(second) exclude each other") }
  }

  /// A file or the text itself, which the file option's name names.
  static func requireOne(_ file: String, _ path: String?, _ text: String, _ value: String?) throws {
    if path == nil && value == nil {
      throw ValidationError("give the \(file.dropFirst(2)): \(file) FILE or \(text) TEXT")
    }
    try check(file, path != nil, text, value != nil)
  }
}
