import ArgumentParser
import FlashTrace
import Foundation
import JSONLines

struct BatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch", abstract: "Trace many samples with one model: JSON lines in, JSON lines out.",
    discussion: """
      Example:
        flashtrace batch samples.jsonl traces.jsonl -m model.gguf --use-chat-template --hops 2
        {"id": 7, "prompt": "Where is the key?", "target": "In the attic.", "output_text": "attic"}
      A line of IN is an object with prompt, or messages, and target (without one the model answers), and if wanted \
      system, id, and method, hops and the options that choose spans (output_text, reasoning_span, ...), which go before \
      the command's. A line of OUT is the \
      trace's JSON with the line's id, its index (the number of its line in IN, from 0, unless the line has an index of \
      its own), and the options of the run. \
      The order is kept.
      A run that was interrupted or killed goes on where it stopped; with other options it is refused. A line that \
      cannot be traced is reported with its number and left out, the others are traced; the exit code is then 65. The \
      next run tries it again.
      --shard I/N traces the lines I, I + N, I + 2 N, ... of IN, counted from 1; the outputs of all shards, one after the \
      other, hold every line once, and their indices tell the order.
      """)

  @Argument(help: ArgumentHelp("JSON lines; - is standard input.", valueName: "in"), completion: .file())
  var input: String
  @Argument(
    help: ArgumentHelp(
      "JSON lines that are written, each as soon as it is done; - is standard output, which is not gone on with.",
      valueName: "out"), completion: .file())
  var output: String
  @OptionGroup var model: ModelOption
  @OptionGroup var chat: ChatFormatOptions
  @OptionGroup(title: "Options of answers that the model generates") var sampling: SamplingOptions
  @Option(help: ArgumentHelp("Draws among so many tokens. Default: all.", valueName: "k"))
  var samplingTopK: Int?
  @OptionGroup var attribution: AttributionOptions
  @Option(help: "What scores are summed by, in unit_scores.")
  var units = TextUnit.token
  @Option(help: ArgumentHelp("Trace every N-th line alone, from the I-th on.", valueName: "i/n"))
  var shard = Shard.whole
  @Flag(help: "Write a line with the keys error, id and index in the place of one that cannot be traced.")
  var keepErrors = false
  @OptionGroup var execution: ExecutionOptions
  @Flag(help: "Do not append the end-of-sequence token to the targets.")
  var noEos = false
  @Flag(help: "Do not print progress.")
  var quiet = false

  func validate() throws { try SamplingOptions.check("--sampling-top-k", samplingTopK) }

  func run() throws {
    let total = try input == "-" ? nil : lineCount()
    if output != "-" { try OutputFile.check(output) }
    var reader = try input == "-" ? LineReader(.standardInput, name: "standard input") : LineReader(path: input)
    let execution = try execution.execution()
    let loaded = try LanguageModel.load(model.model)
    let format = try chat.format(for: loaded.tokenizer)
    let file = try BatchOutput(path: output, settings: settings(loaded, execution, format))
    let run = BatchRun(
      model: loaded, chatFormat: format, execution: execution, attribution: attribution, units: units,
      answerCount: sampling.count, sampling: sampling.sampling(topK: samplingTopK), appendsEndOfSequence: !noEos,
      shard: shard, keepsErrors: keepErrors)
    let bar = ProgressBar(isShown: !quiet)
    defer { bar.finish() }
    let timeLeft = TimeLeft()
    let result = try run.run(&reader, into: file) { done, traced in
      if let total { bar.update("tracing", done, total, note: timeLeft.text(done: traced, left: total - done)) }
    }
    bar.finish()
    if !result.skipped.isEmpty {
      let numbers = result.skipped.map(String.init).joined(separator: ", ")
      throw Failure.BadInput(description: "\(result.skipped.count) of \(result.count) lines were skipped: \(numbers)")
    }
  }

  /// The lines of the shard; also checks that the input is a file other than the output.
  private func lineCount() throws -> Int {
    var (one, other) = (stat(), stat())
    if stat(input, &one) == 0, stat(output, &other) == 0, (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino) {
      throw Failure.BadInput(description: "\(input) and \(output) are the same file")
    }
    var (reader, number, count) = (try LineReader(path: input), 0, 0)
    while let line = try reader.next() {
      number += 1
      if shard.holds(line: number), !line.bytes.isBlank { count += 1 }
    }
    return count
  }

  /// What the lines of one output must agree in, whatever the machine, its threads and the shard.
  private func settings(
    _ loaded: LanguageModel, _ execution: Execution, _ format: ChatFormat?
  ) -> [String: String] {
    let own = [
      "model": loaded.description.name, "model_bytes": "\(loaded.description.fileSize)",
      "quantisation": loaded.quantisation, "precision": execution.precision.rawValue,
      "chat_format": format?.name ?? "none", "thinking": chat.noThinking ? "no" : "as the format has it",
      "end_of_sequence": noEos ? "left out" : "appended",
    ]
    let draw = sampling.sampling(topK: samplingTopK)
    let answer = [
      "units": units.rawValue, "max_tokens": "\(sampling.count)", "temperature": "\(draw.temperature)",
      "top_p": "\(draw.topP)", "sampling_top_k": draw.topK.map { "\($0)" } ?? "all", "seed": "\(draw.seed)",
    ]
    return [answer, attribution.settings].reduce(own) { $0.merging($1) { first, _ in first } }
  }
}
