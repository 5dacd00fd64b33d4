import ArgumentParser
import Evaluation
import FlashTrace
import Foundation

struct SummarizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize", abstract: "Tables of what evaluations found, with 95 % bootstrap intervals.",
    discussion: """
      Example:
        flashtrace summarize results/results.jsonl --metrics recovery rise mas --compare flashtrace random
      """)

  @Argument(
    help: ArgumentHelp("Files of results; those of several files count together.", valueName: "results"),
    completion: .file())
  var files: [String]
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Columns: \(Metric.allCases.map(\.rawValue).joined(separator: ", ")). Default: all.", valueName: "metric"))
  var metrics: [Metric] = []
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Rows: these methods alone. Default: all.", valueName: "method"))
  var methods: [String] = []
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Two methods to set against each other.", valueName: "method"))
  var compare: [String] = []
  @Option(help: "Only every second sample: first or second.")
  var half: EvaluationSummary.Half?
  @Option(help: ArgumentHelp("Write the picture.", valueName: "file"), completion: .file())
  var svg: String?

  func validate() throws {
    if files.isEmpty { throw ValidationError("name at least one file of results") }
    if !compare.isEmpty, compare.count != 2 {
      throw ValidationError("--compare takes two methods, not \(compare.count)")
    }
  }

  func run() throws {
    // Samples of different files are different samples, whatever their ids.
    let results = try files.flatMap { path in
      try ResultFile.read(path: path).results.map { files.count > 1 ? $0.inFile(path) : $0 }
    }
    let summary = try EvaluationSummary(results, half: half).only(methods.isEmpty ? nil : methods)
    let table = SummaryTable(summary)
    let chosen = metrics.isEmpty ? nil : metrics
    let text =
      compare.isEmpty ? table.markdown(chosen) : try table.comparison(compare[0], compare[1])
    if let svg {
      try OutputFile.check(svg)
      try AtomicFile.write(Data(SummaryPlot(summary, metrics: chosen).svg.utf8), to: svg)
    }
    print(text, terminator: "")
  }
}

extension Metric: ExpressibleByArgument {}
extension EvaluationSummary.Half: ExpressibleByArgument {}
