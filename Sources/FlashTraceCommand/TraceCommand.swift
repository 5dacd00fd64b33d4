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
      """)

  @OptionGroup var model: ModelOption

  @Option(help: ArgumentHelp("File with the prompt; - is standard input.", valueName: "file"), completion: .file())
  var prompt: String?
  @Option(help: ArgumentHelp("The prompt itself.", valueName: "text"))
  var promptText: String?
  @Option(
    help: ArgumentHelp("File with the target, the answer to explain; - is standard input.", valueName: "file"),
    completion: .file())
  var target: String?
  @Option(help: ArgumentHelp("The target itself.", valueName: "text"))
  var targetText: String?
  @OptionGroup var chat: ChatOptions

  @OptionGroup(title: "Spans: one way at most for the output and one for the reasoning") var spans: SpanOptions

  @Option(help: "Recursive hops through the generated tokens.")
  var hops = 1
  @Option(help: "How importance is assigned.")
  var method = AttributionMethod.flashtrace
  @Option(help: ArgumentHelp("Proximities below it count as 0.", valueName: "x"))
  var renormThreshold: Float = 0
  @OptionGroup(title: "Options of single methods") var methodOptions: MethodOptions
  @Option(help: ArgumentHelp("Tokens in the table of the highest scores.", valueName: "n"))
  var topK = 20
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
    try Exclusion.requireOne("--target", target, "--target-text", targetText)
    if hops < 0 || hops > 1000 { throw ValidationError("--hops is \(hops); allowed are 0 to 1000") }
    try methodOptions.check(method)
    if topK < 0 { throw ValidationError("--top-k is \(topK); it must be 0 or more") }
    if !(renormThreshold >= 0 && renormThreshold.isFinite) {
      throw ValidationError("--renorm-threshold is \(renormThreshold); it must be a number of 0 or more")
    }
  }

  func run() throws {
    let request = try request()
    let messages = try chat.conversation(prompt: promptText ?? TextInput.text(prompt ?? "-"))
    let targetText = try targetText ?? TextInput.text(target ?? "-")
    for path in [json, html].compactMap(\.self) { try OutputFile.check(path) }
    let execution = try execution.execution()
    let bar = ProgressBar(isShown: !quiet)
    defer { bar.finish() }
    bar.update("loading", 0, 1)
    let loaded = try LanguageModel.load(model.model)
    let tracer = try tracer(loaded, messages, targetText, capturesPrompt: request.readsAllPositions, execution, bar)
    let trace = try tracer.trace(request, progress: { bar.update("hops", $0, $1) })
    bar.finish()
    warn(about: trace, loaded)
    if let json { try trace.writeJSON(to: json) }
    if let html { try trace.writeHTML(to: html, topCount: topK) }
    if !quiet { print(trace.terminalReport(style: TerminalOutput.style, topCount: topK)) }
  }

  private func tracer(
    _ loaded: LanguageModel, _ messages: [ChatMessage], _ target: String, capturesPrompt: Bool,
    _ execution: Execution, _ bar: ProgressBar
  ) throws -> Tracer {
    let progress = { (done: Int, total: Int) in bar.update("prefill", done, total) }
    guard let format = try chat.format(template: loaded.tokenizer.chatTemplate) else {
      return try loaded.tracer(
        prompt: messages[0].content, target: target, appendsEndOfSequence: !noEos,
        capturesPrompt: capturesPrompt, execution: execution, progress: progress)
    }
    return try loaded.tracer(
      messages: messages, target: target, chatFormat: format, appendsEndOfSequence: !noEos,
      capturesPrompt: capturesPrompt, execution: execution, progress: progress)
  }

  private func request() throws -> TraceRequest {
    let spans = try spans.choices()
    return TraceRequest(
      method: method, output: spans.output, reasoning: spans.reasoning, hops: hops, renormThreshold: renormThreshold,
      topCount: topK, parameters: methodOptions.parameters, perturbationUnit: methodOptions.unit,
      calibration: methodOptions.calibrationStrength(of: method))
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

extension AttributionMethod: ExpressibleByArgument {}
