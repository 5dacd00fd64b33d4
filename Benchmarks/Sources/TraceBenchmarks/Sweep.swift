import ArgumentParser
import FlashTrace
import Foundation

/// Time and memory over lengths. Every point runs in a process of its own, whose peak memory is the point's.
struct Sweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time by phase and peak memory over prompt and target lengths, as CSV and a plot.")

  @OptionGroup var options: RunOptions

  @Option(help: "Prompt lengths, with the first fixed target (repeatable).")
  var prompts: [Int] = [256, 512, 1024, 2048, 4096, 8192]

  @Option(help: "Target lengths, with the fixed prompt (repeatable).")
  var targets: [Int] = [16, 64, 128, 256, 512, 1024, 2048]

  @Option(help: "Tokens of the prompt while the target's length changes.")
  var fixedPrompt = 1024

  @Option(help: "Tokens of the target while the prompt's length changes.")
  var fixedTarget = 512

  @Option(help: "Write the CSV here too.")
  var csv: String?

  @Option(help: "Write a plot here, as SVG.")
  var plot: String?

  func validate() throws {
    guard (prompts + targets + [fixedPrompt, fixedTarget]).allSatisfy({ $0 >= 1 }) else {
      throw ValidationError("lengths must be at least 1")
    }
  }

  mutating func run() throws {
    let model = try LanguageModel.load(options.model)
    let execution = try options.execution()
    try Workload(model, prompt: fixedPrompt, target: fixedTarget).verify(execution)
    var lines = [Measurement.columns.joined(separator: ",")]
    print(lines[0])
    func points(_ lengths: [(prompt: Int, target: Int)]) throws -> [Measurement] {
      try lengths.map { length in
        let point = try point(prompt: length.prompt, target: length.target)
        lines.append(point.fields.joined(separator: ","))
        print(lines[lines.count - 1])
        return point
      }
    }
    let byPrompt = try points(prompts.map { ($0, fixedTarget) })
    let byTarget = try points(targets.map { (fixedPrompt, $0) })
    if let csv { try write(lines.joined(separator: "\n") + "\n", to: csv) }
    let plotted = LinePlot(title: "\(model.description.name), \(options.precision), \(options.threads) threads")
    if let plot { try write(plotted.svg(byPrompt: byPrompt, byTarget: byTarget), to: plot) }
  }

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  private func point(prompt: Int, target: Int) throws -> Measurement {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "point", "--model", options.model, "--threads", "\(options.threads)", "--precision", options.precision.rawValue,
      "--runs",
      "\(options.runs)", "--prompt", "\(prompt)", "--target", "\(target)",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ValidationError("the point \(prompt) + \(target) failed with status \(process.terminationStatus)")
    }
    return try JSONDecoder().decode(Measurement.self, from: data)
  }
}

/// One point of a sweep, as JSON.
struct Point: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "One point of a sweep, as JSON; not verified.")

  @OptionGroup var options: RunOptions
  @OptionGroup var length: LengthOptions

  func run() throws {
    let workload = try Workload(options, length)
    let point = try workload.measure(options.execution(), runs: options.runs)
    FileHandle.standardOutput.write(try JSONEncoder().encode(point))
  }
}
