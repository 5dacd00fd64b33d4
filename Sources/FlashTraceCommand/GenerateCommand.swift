import ArgumentParser
import FlashTrace
import Foundation

struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Answer a prompt; the text appears as it is generated.",
    discussion: """
      Example:
        flashtrace generate -m model.gguf --use-chat-template --prompt-text "Why is the sky blue?" --temperature 0.7
      An interruption (Ctrl-C) keeps what was generated: it is printed, and the exit code is 130.
      """)

  @OptionGroup var model: ModelOption
  @Option(help: ArgumentHelp("File with the prompt; - is standard input.", valueName: "file"), completion: .file())
  var prompt: String?
  @Option(help: ArgumentHelp("The prompt itself.", valueName: "text"))
  var promptText: String?
  @OptionGroup var chat: ChatOptions
  @OptionGroup var sampling: SamplingOptions
  @Option(help: ArgumentHelp("Draws among so many tokens. Default: all.", valueName: "k"))
  var topK: Int?
  @OptionGroup var execution: ExecutionOptions
  @Flag(help: "Print the number of tokens and the speed on standard error.")
  var timing = false

  func validate() throws {
    try chat.checkPrompt(file: prompt, text: promptText)
    try SamplingOptions.check("--top-k", topK)
  }

  func run() throws {
    let messages = try chat.conversation(prompt: promptText ?? TextInput.text(prompt ?? "-"))
    let execution = try execution.execution()
    let loaded = try LanguageModel.load(model.model)
    let answer = try loaded.answer(
      to: messages, chatFormat: chat.format(for: loaded.tokenizer), count: sampling.count,
      sampling: sampling.sampling(topK: topK), execution: execution
    ) { AnswerOutput.write($0, to: .standardOutput) }
    FileHandle.standardOutput.write(Data("\n".utf8))
    if timing {
      let speed = answer.tokensPerSecond.map { String(format: ", then %.1f tokens a second", $0) } ?? ""
      StandardError.line(
        "\(answer.ids.count) tokens: " + String(format: "the first after %.3f s", answer.prefillSeconds) + speed)
    }
    if answer.ending == .cancelled { throw CancellationError() }
  }
}
