import ArgumentParser
import FlashTrace

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Set two traces of one prompt against each other.",
    discussion: """
      Example:
        flashtrace trace ... --method flashtrace --json a.json
        flashtrace trace ... --method ifr-span --json b.json
        flashtrace compare a.json b.json --html comparison.html
      The prompts must have the same tokens; span, method, answer and model may differ. Scores are compared as shares:
      divided by the sum of their sizes over the prompt's tokens. Both maps and the difference have one scale.
      """)

  @Argument(help: ArgumentHelp("The first trace's JSON.", valueName: "a.json"), completion: .file())
  var first: String
  @Argument(help: ArgumentHelp("The second trace's JSON.", valueName: "b.json"), completion: .file())
  var second: String
  @Option(
    help: ArgumentHelp(
      "So many of the highest tokens are set against each other. Default: a tenth of the prompt's.", valueName: "n"))
  var highest: Int?
  @Option(help: ArgumentHelp("Tokens in the table of the largest differences.", valueName: "n"))
  var topK = 20
  @Option(help: ArgumentHelp("Write the comparison as JSON.", valueName: "file"), completion: .file())
  var json: String?
  @Option(
    help: ArgumentHelp("Write the comparison as one standalone HTML page.", valueName: "file"), completion: .file())
  var html: String?
  @Flag(help: "Do not print the report.")
  var quiet = false

  func validate() throws {
    if let highest, highest < 1 { throw ValidationError("--highest is \(highest); it must be 1 or more") }
    if topK < 0 { throw ValidationError("--top-k is \(topK); it must be 0 or more") }
  }

  func run() throws {
    for path in [json, html].compactMap(\.self) { try OutputFile.check(path) }
    let comparison = try comparison(Trace(contentsOf: first), Trace(contentsOf: second))
    if let json { try comparison.writeJSON(to: json) }
    if let html { try comparison.writeHTML(to: html, topCount: topK) }
    if !quiet { print(comparison.terminalReport(style: TerminalOutput.style, topCount: topK), terminator: "") }
  }

  private func comparison(_ one: Trace, _ other: Trace) throws -> TraceComparison {
    do {
      return try TraceComparison(one, other, topCount: highest)
    } catch {
      throw Failure.BadInput(description: "\(first) and \(second): \(error)")
    }
  }
}
