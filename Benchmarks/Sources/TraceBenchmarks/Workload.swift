import ArgumentParser
import BenchmarkSupport
import FlashTrace

/// A model and how it runs.
struct RunOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "A GGUF file or a Hugging Face folder.")
  var model: String

  @Option(help: "Threads.")
  var threads = Execution.defaultThreads

  @Option(help: "Arithmetic of the matrix products; by default the fastest of the CPU.")
  var precision: Precision = InstructionSet.best.fastestPrecision

  @Option(help: "Runs of each measurement; the median counts.")
  var runs = 3

  func validate() throws {
    guard threads >= 1, runs >= 1 else { throw ValidationError("threads and runs must be at least 1") }
  }

  func execution(threads: Int? = nil) throws -> Execution {
    try Execution(threads: threads ?? self.threads, precision: precision)
  }
}

/// Lengths of the sequence that is traced.
struct LengthOptions: ParsableArguments {
  @Option(help: "Tokens of the prompt.")
  var prompt = 1024

  @Option(help: "Tokens of the target.")
  var target = 512

  func validate() throws {
    guard prompt >= 1, target >= 1 else { throw ValidationError("prompt and target must have at least 1 token") }
  }
}

/// A sequence of given lengths for one model.
struct Workload {
  let model: LanguageModel
  let promptIDs, targetIDs: [Int32]

  init(_ options: RunOptions, _ length: LengthOptions) throws {
    self.init(try LanguageModel.load(options.model), prompt: length.prompt, target: length.target)
  }

  init(_ model: LanguageModel, prompt: Int, target: Int) {
    self.model = model
    // A sentence has at least 16 tokens in any vocabulary.
    let ids = model.tokenizer.encode(SampleText.make(sentences: (prompt + target) / 16 + 1, seed: 11)).ids
    precondition(ids.count >= prompt + target)
    (promptIDs, targetIDs) = (Array(ids.prefix(prompt)), Array(ids[prompt..<prompt + target]))
  }

  func tracer(_ execution: Execution, capturesPrompt: Bool = false) throws -> Tracer {
    try model.tracer(
      promptIDs: promptIDs, targetIDs: targetIDs, capturesPrompt: capturesPrompt, execution: execution)
  }

  /// Throws ``WrongTrace`` unless a trace by `method` under `execution` is that of the portable kernels in f32.
  ///
  /// Bounds are shares of the highest score: 1e-3 in f32 and i16, 5e-2 in bf16, twice what `Scripts/precision` reports.
  func verify(_ execution: Execution, method: AttributionMethod = .flashtrace) throws {
    let exact = try Execution(threads: execution.threads, precision: .f32, instructionSet: .portable)
    func scores(_ execution: Execution) throws -> [Float] {
      try tracer(execution, capturesPrompt: method.readsAllPositions).trace(TraceRequest(method: method)).scores
    }
    let (expected, found) = (try scores(exact), try scores(execution))
    let highest = expected.max() ?? 0
    let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
    let bound: Float = execution.precision == .bf16 ? 5e-2 : 1e-3
    guard highest > 0, difference <= bound * highest else {
      throw WrongTrace(difference: difference / highest, bound: bound)
    }
  }
}

/// A trace that is not what the reference kernels give: nothing is timed then.
struct WrongTrace: Error, CustomStringConvertible {
  let difference, bound: Float

  var description: String { "the trace is off by \(difference) of the highest score; allowed is \(bound)" }
}

/// The middle value, or the lower of the two middle ones.
func median(_ values: [Double]) -> Double {
  values.sorted()[(values.count - 1) / 2]
}
