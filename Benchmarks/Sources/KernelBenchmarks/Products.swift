import ArgumentParser
import BenchmarkSupport
import Kernels

/// `MxNxK`: rows, outputs, inputs.
struct ShapeArgument: ExpressibleByArgument {
  let rows: Int
  let product: ModelProduct

  init?(argument: String) {
    let sizes = argument.split(separator: "x").compactMap { Int($0) }
    guard sizes.count == 3, sizes.allSatisfy({ $0 > 0 }) else { return nil }
    rows = sizes[0]
    product = ModelProduct(name: argument, outputs: sizes[1], inputs: sizes[2])
  }
}

/// Matrix products over the shapes of models.
struct Products: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Matrix products: median, spread, GFLOP/s, bytes of weights, share of the machine's peak.")

  @Option(help: "Models whose shapes are measured.")
  var model: [BenchmarkModel] = BenchmarkModel.allCases

  @Option(help: "Rows of activations (repeatable).")
  var rows: [Int] = [512, 1024, 2048]

  @Option(help: "A shape MxNxK instead of the models' (repeatable).")
  var shape: [ShapeArgument] = []

  @Option(help: "Element types of the weights (repeatable).")
  var type: [ElementType] = [.f32, .bf16, .q8_0, .q4_1, .q4_K, .q6_K]

  @Option(help: "Precisions (repeatable).")
  var precision: [Precision] = Precision.allCases

  @Option(name: .customLong("isa"), help: "Instruction sets (repeatable); all that this CPU has by default.")
  var instructionSets: [InstructionSet] = InstructionSet.available

  @Option(help: "Threads.")
  var threads = Execution.defaultThreads

  @Option(help: "Seconds to repeat each measurement for.")
  var seconds = 0.5

  @Flag(help: "Comma-separated values instead of a table.")
  var csv = false

  func validate() throws {
    guard threads >= 1, seconds >= 0, rows.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("threads and rows must be at least 1, seconds not negative")
    }
  }

  func run() throws {
    let report = Report(csv: csv)
    report.begin()
    var peak = Peak()
    for (rows, product) in work {
      for type in type {
        guard let benchmark = try MatmulBenchmark(product, rows: rows, type: type) else { continue }
        for set in instructionSets {
          for precision in precision where precision == .f32 || Execution.supportsBF16(set) {
            let execution = try Execution(threads: threads, precision: precision, instructionSet: set)
            let limit = peak.gigaflops(set, precision, threads: threads, budget: seconds)
            report.add(
              Measurement(
                product: product, rows: rows, type: type, execution: execution,
                samples: try benchmark.run(execution, budget: seconds), operations: benchmark.operations,
                weightBytes: benchmark.weightBytes, peak: limit))
          }
        }
      }
    }
  }

  private var work: [(Int, ModelProduct)] {
    if !shape.isEmpty { return shape.map { ($0.rows, $0.product) } }
    return rows.flatMap { rows in model.flatMap(\.products).map { (rows, $0) } }
  }
}
