import ArgumentParser
import Evaluation
import FlashTrace
import Foundation

struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure how faithful methods are, on made or given samples.",
    discussion: """
      A method is NAME[:KEY[=VALUE]]..., such as flashtrace:hops=3, ifr-span:all:calibrate or flow:layers=0.25.
      Example:
        flashtrace evaluate -m model.gguf --task facts --samples 30 --out results \\
          flashtrace ifr-span attnlrp attention random recency
      Results go to OUT/results.jsonl, a line a sample and method; an interrupted run goes on where it stopped. The samples
      are in OUT/samples.jsonl, in the format of --data.
      """)

  @OptionGroup var model: ModelOption
  @Argument(help: ArgumentHelp("Methods to evaluate.", valueName: "method"))
  var methods: [String]
  @Option(help: "Samples that are made: needle, variables, facts, misleading.")
  var task: GeneratedTask?
  @Option(help: ArgumentHelp("File of samples.", valueName: "file"), completion: .file())
  var data: String?
  @Option(help: "Format of the file of samples.")
  var format = SampleFormat.jsonl
  @Option(help: ArgumentHelp("Samples to evaluate.", valueName: "n"))
  var samples = 30
  @Option(help: ArgumentHelp("Prompt tokens of made samples, about.", valueName: "n"))
  var length = 256
  @Option(help: ArgumentHelp("Seed of made samples.", valueName: "seed"))
  var seed: UInt64 = 0
  @Option(help: ArgumentHelp("Samples of a file with more prompt tokens are left out.", valueName: "n"))
  var maxPromptTokens = 4096
  @Option(
    help: ArgumentHelp(
      "Samples of a file with more target tokens are left out; generated targets are cut there. Default: no limit, 256.",
      valueName: "n"))
  var maxTargetTokens: Int?
  @Option(help: ArgumentHelp("Paragraphs of other questions among those of each MoreHopQA question.", valueName: "n"))
  var distractors = 0
  @Flag(help: "Explain the model's own greedy answers, which a run that goes on keeps, instead of the given targets.")
  var generateTargets = false
  @Option(help: ArgumentHelp("Folder of the results.", valueName: "folder"), completion: .directory)
  var out: String
  @OptionGroup var chat: ChatFormatOptions
  @Option(help: ArgumentHelp("Groups of tokens that are deleted one after the other.", valueName: "n"))
  var groups = 20
  @Flag(help: "Rank and delete stop tokens too: commas, full stops, white space.")
  var deleteStops = false
  @Option(help: "Curves to measure, a forward pass a group of tokens each: none, deletion, or insertion too.")
  var curves = EvaluationOptions.Curves.both
  @Option(help: ArgumentHelp("Changed prompts that go through the model side by side, at most.", valueName: "n"))
  var batchSize = 64
  @OptionGroup var execution: ExecutionOptions
  @Flag(help: "Print neither progress nor the table.")
  var quiet = false

  func validate() throws {
    if methods.isEmpty { throw ValidationError("name at least one method") }
    if (task == nil) == (data == nil) { throw ValidationError("give either --task NAME or --data FILE") }
    for (name, value) in [
      ("--samples", samples), ("--groups", groups), ("--length", length), ("--batch-size", batchSize),
    ]
    where value < 1 {
      throw ValidationError("\(name) is \(value); it must be 1 or more")
    }
    if let maxTargetTokens, maxTargetTokens < 1 {
      throw ValidationError("--max-target-tokens is \(maxTargetTokens); it must be 1 or more")
    }
    if distractors < 0 { throw ValidationError("--distractors is \(distractors); it must be 0 or more") }
    if distractors > 0, data == nil || format != .morehopqa {
      throw ValidationError("--distractors goes with --data and --format morehopqa")
    }
    let repeated = Dictionary(grouping: methods) { $0 }.first { $0.value.count > 1 }
    if let repeated { throw ValidationError("\(repeated.key) is named twice") }
  }

  func run() throws {
    let methods = try methods.map { try EvaluatedMethod($0) }
    let execution = try execution.execution()
    let bar = ProgressBar(isShown: !quiet)
    defer { bar.finish() }
    let loaded = try LanguageModel.load(model.model)
    let chatFormat = try chat.format(for: loaded.tokenizer)
    var options = EvaluationOptions()
    (options.groups, options.deletesStops, options.curves) = (groups, deleteStops, curves)
    options.batchSize = batchSize
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    let file = try ResultFile(path: out + "/results.jsonl", settings: settings(loaded, execution, chatFormat))
    var chosen = try chosenSamples(loaded.tokenizer)
    if generateTargets {
      chosen = try answered(chosen, by: loaded, chatFormat, execution, bar)
    } else {
      try AtomicFile.write(try EvaluationSample.lines(chosen), to: out + "/samples.jsonl")
    }
    try EvaluationRun(model: loaded, chatFormat: chatFormat, options: options, execution: execution, methods: methods)
      .run(chosen, into: file) { bar.update("evaluating", $0, $1) }
    bar.finish()
    let summary = EvaluationSummary(file.results)
    let table = SummaryTable(summary).markdown()
    try AtomicFile.write(Data(table.utf8), to: out + "/summary.md")
    try AtomicFile.write(Data(SummaryPlot(summary).svg.utf8), to: out + "/summary.svg")
    if !quiet { print(table, terminator: "") }
  }

  private func chosenSamples(_ tokenizer: Tokenizer) throws -> [EvaluationSample] {
    let count = { (text: String) in tokenizer.encode(text).ids.count }
    if let task {
      return (0..<samples).map { task.sample(index: $0, seed: seed, length: length, count: count) }
    }
    let all = try format.read(path: data ?? "", limit: .max, distractors: distractors)
    let limit = generateTargets ? .max : maxTargetTokens ?? .max
    return Array(
      all.lazy.filter { count($0.prompt) <= maxPromptTokens && count($0.target) <= limit }.prefix(samples))
  }

  /// The samples with the model's answers; those that it answers with nothing are named and left out.
  private func answered(
    _ samples: [EvaluationSample], by model: LanguageModel, _ chatFormat: ChatFormat?, _ execution: Execution,
    _ bar: ProgressBar
  ) throws -> [EvaluationSample] {
    var targets = try GeneratedTargets(path: out + "/samples.jsonl")
    return try samples.enumerated().compactMap { index, sample in
      let answered = try targets.answered(
        sample, by: model, chatFormat: chatFormat, count: maxTargetTokens ?? Self.generatedTokens, execution: execution)
      bar.update("answering", index + 1, samples.count)
      if answered == nil { StandardError.line("flashtrace: the model answers \(sample.id) with nothing; left out") }
      return answered
    }
  }

  private static let generatedTokens = 256

  /// What results must agree in to belong together; the methods and the number of samples may grow.
  private func settings(
    _ loaded: LanguageModel, _ execution: Execution, _ chatFormat: ChatFormat?
  ) -> [String: String] {
    var settings = [
      "model": loaded.description.name, "model_bytes": "\(loaded.description.fileSize)",
      "quantisation": loaded.quantisation, "precision": execution.precision.rawValue,
      "chat_format": chatFormat?.name ?? "none", "groups": "\(groups)", "stops": deleteStops ? "deleted" : "kept",
      "curves": curves.rawValue,
      "samples": task.map { "\($0.rawValue), length \(length), seed \(seed)" }
        ?? "\(format.rawValue), \(URL(filePath: data ?? "").lastPathComponent), at most \(maxPromptTokens) tokens",
    ]
    if generateTargets {
      settings["targets"] = "generated, at most \(maxTargetTokens ?? Self.generatedTokens) tokens"
    } else if let maxTargetTokens {
      settings["targets"] = "at most \(maxTargetTokens) tokens"
    }
    if distractors > 0 { settings["distractors"] = "\(distractors)" }
    return settings
  }
}

extension GeneratedTask: ExpressibleByArgument {}
extension SampleFormat: ExpressibleByArgument {}
extension EvaluationOptions.Curves: ExpressibleByArgument {}
