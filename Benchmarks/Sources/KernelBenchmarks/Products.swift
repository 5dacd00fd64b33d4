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

  @OptionGroup var options: MeasuringOptions

  @Option(help: "Rows of activations (repeatable).")
  var rows: [Int] = [512, 1024, 2048]

  @Option(help: "A shape MxNxK instead of the models' (repeatable).")
  var shape: [ShapeArgument] = []

  @Option(help: "Element types of the weights (repeatable).")
  var type: [ElementType] = [.f32, .bf16, .q8_0, .q4_1, .q4_K, .q6_K]

  @Option(help: "Seconds to repeat each measurement for.")
  var seconds = 0.5

  @Flag(help: "Comma-separated values instead of a table.")
  var csv = false

  func validate() throws {
    guard seconds >= 0, rows.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("rows must be at least 1, seconds not negative")
    }
  }

  func run() throws {
    let report = Report(columns: Measurement.columns, csv: csv)
    var peak = Peak()
    for (rows, product) in work {
      for type in type {
        guard let benchmark = try MatmulBenchmark(product, rows: rows, type: type) else { continue }
        for execution in try options.executions() {
          let limit = peak.gigaflops(execution, budget: seconds)
          let measurement = Measurement(
            product: product, rows: rows, type: type, execution: execution,
            samples: try benchmark.run(execution, budget: seconds), operations: benchmark.operations,
            weightBytes: benchmark.weightBytes, peak: limit)
          report.add(measurement.fields)
        }
      }
    }
  }

  private var work: [(Int, ModelProduct)] {
    if !shape.isEmpty { return shape.map { ($0.rows, $0.product) } }
    return rows.flatMap { rows in options.model.flatMap(\.products).map { (rows, $0) } }
  }
}
