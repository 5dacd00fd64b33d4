import ArgumentParser
import FlashTrace
import Foundation

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Attribute a span of an answer to the tokens of its prompt.",
    discussion: """
      Example:
        flashtrace trace -m model.gguf --prompt question.txt --target answer.txt \\
          --reasoning-span 0:19 --output-span 20:27 --hops 1 --json trace.json --html trace.html
      Without a target the model answers first, on standard error; the tokens that it generated are traced. Ctrl-C then
      ends the answer and traces what there is of it, a second one ends the program. An answer that was cut has no
      end-of-sequence token.
      """)

  @OptionGroup var model: ModelOption

  @Option(help: ArgumentHelp("File with the prompt; - is standard input.", valueName: "file"), completion: .file())
  var prompt: String?
  @Option(help: ArgumentHelp("The prompt itself.", valueName: "text"))
  var promptText: String?
  @Option(
    help: ArgumentHelp(
      "File with the target, the answer to explain; - is standard input. Default: the model answers.",
      valueName: "file"), completion: .file())
  var target: String?
  @Option(help: ArgumentHelp("The target itself.", valueName: "text"))
  var targetText: String?
  @OptionGroup var chat: ChatOptions
  @OptionGroup(title: "Options of an answer that the model generates") var sampling: SamplingOptions
  @Option(help: ArgumentHelp("Draws among so many tokens. Default: all.", valueName: "k"))
  var samplingTopK: Int?

  @OptionGroup var attribution: AttributionOptions
  @Option(help: "What scores are summed by, in the report, the page and unit_scores of the JSON.")
  var units = TextUnit.token
  @Option(help: ArgumentHelp("Write the trace as JSON.", valueName: "file"), completion: .file())
  var json: String?
  @Option(help: ArgumentHelp("Write the trace as one standalone HTML page.", valueName: "file"), completion: .file())
  var html: String?
  @OptionGroup var execution: ExecutionOptions
  @Flag(help: "Do not append the end-of-sequence token to the target.")
  var noEos = false
  @Flag(help: "Print neither progress nor the report.")
  var quiet = false

  func validate() throws {
    try chat.checkPrompt(file: prompt, text: promptText, others: [("--target", target)])
    try Exclusion.check("--target", target != nil, "--target-text", targetText != nil)
    try SamplingOptions.check("--sampling-top-k", samplingTopK)
    if target != nil || targetText != nil, let option = samplingNames.first {
      throw ValidationError("\(option) is for an answer that the model generates; it does not go with a target")
    }
  }

  func run() throws {
    let request = try attribution.request()
    let messages = try chat.conversation(prompt: promptText ?? TextInput.text(prompt ?? "-"))
    let target = try targetText ?? target.map(TextInput.text)
    for path in [json, html].compactMap(\.self) { try OutputFile.check(path) }
    let execution = try execution.execution()
    let bar = ProgressBar(isShown: !quiet)
    defer { bar.finish() }
    bar.update("loading", 0, 1)
    let loaded = try LanguageModel.load(model.model)
    let tracer = try tracer(loaded, messages, target, capturesPrompt: request.readsAllPositions, execution, bar)
    let trace = try tracer.trace(request, progress: { bar.update("hops", $0, $1) })
    bar.finish()
    warn(about: trace, loaded)
    if let json { try trace.writeJSON(to: json, units: units) }
    if let html { try trace.writeHTML(to: html, topCount: attribution.topK, units: units) }
    if !quiet { print(trace.terminalReport(style: TerminalOutput.style, topCount: attribution.topK, units: units)) }
  }

  private func tracer(
    _ loaded: LanguageModel, _ messages: [ChatMessage], _ target: String?, capturesPrompt: Bool,
    _ execution: Execution, _ bar: ProgressBar
  ) throws -> Tracer {
    let format = try chat.format(for: loaded.tokenizer)
    let progress = { (done: Int, total: Int) in bar.update("prefill", done, total) }
    guard let target else {
      bar.finish()
      let answer = try answer(of: loaded, to: messages, format, execution)
      return try loaded.tracer(
        answer, to: messages, chatFormat: format, appendsEndOfSequence: !noEos, capturesPrompt: capturesPrompt,
        execution: execution, progress: progress)
    }
    guard let format else {
      return try loaded.tracer(
        prompt: messages[0].content, target: target, appendsEndOfSequence: !noEos,
        capturesPrompt: capturesPrompt, execution: execution, progress: progress)
    }
    return try loaded.tracer(
      messages: messages, target: target, chatFormat: format, appendsEndOfSequence: !noEos,
      capturesPrompt: capturesPrompt, execution: execution, progress: progress)
  }

  private func warn(about trace: Trace, _ loaded: LanguageModel) {
    if quiet { return }
    let context = loaded.configuration.contextLength
    if trace.sequence.count > context {
      StandardError.line(
        "warning: the sequence has \(trace.sequence.count) tokens; the model was made for \(context)")
    }
    if trace.sequence.allSatisfy({ $0.score == 0 }) {
      StandardError.line("warning: no token has a score; the output span may hold nothing but stop tokens")
    }
  }
}
