import ArgumentParser
import FlashTrace
import Foundation

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Answer a prompt; the text appears as it is generated.",
    discussion: """
      Example:
        flashtrace generate -m model.gguf --use-chat-template --prompt-text "Why is the sky blue?" --temperature 0.7
      An interruption keeps what was generated.
      """)

  @OptionGroup var model: ModelOption
  @Option(help: ArgumentHelp("File with the prompt; - is standard input.", valueName: "file"), completion: .file())
  var prompt: String?
  @Option(help: ArgumentHelp("The prompt itself.", valueName: "text"))
  var promptText: String?
  @OptionGroup var chat: ChatOptions
  @OptionGroup var sampling: SamplingOptions
  @OptionGroup var execution: ExecutionOptions

  func validate() throws { try chat.checkPrompt(file: prompt, text: promptText) }

  func run() throws {
    let messages = try chat.conversation(prompt: promptText ?? TextInput.text(prompt ?? "-"))
    let execution = try execution.execution()
    let loaded = try LanguageModel.load(model.model)
    let answer = try loaded.answer(
      to: messages, chatFormat: chat.format(template: loaded.tokenizer.chatTemplate), count: sampling.maxTokens,
      sampling: sampling.sampling, execution: execution
    ) { FileHandle.standardOutput.write(Data($0.utf8)) }
    FileHandle.standardOutput.write(Data("\n".utf8))
    if answer.ending == .cancelled { throw CancellationError() }
  }
}
