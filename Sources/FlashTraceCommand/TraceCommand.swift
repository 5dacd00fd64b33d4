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
    if let html { try trace.writeHTML(to: html, topCount: topK, units: units) }
    if !quiet { print(trace.terminalReport(style: TerminalOutput.style, topCount: topK, units: units)) }
  }

  private func tracer(
    _ loaded: LanguageModel, _ messages: [ChatMessage], _ target: String?, capturesPrompt: Bool,
    _ execution: Execution, _ bar: ProgressBar
  ) throws -> Tracer {
    let format = try chat.format(template: loaded.tokenizer.chatTemplate)
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
