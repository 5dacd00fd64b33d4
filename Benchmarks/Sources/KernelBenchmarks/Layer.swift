import ArgumentParser
import BenchmarkSupport
import Foundation
import Kernels

/// The kernels of a layer besides its matrix products.
struct Layer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Attention, attribution, norms and activations of one layer: median, spread, GFLOP/s, bytes, peak.")

  @OptionGroup var options: MeasuringOptions

  @Option(help: "Positions of the sequence.")
  var positions = 1024

  @Option(help: "Of these, the last that are sinks.")
  var sinks = 512

  @Option(help: "Only kernels whose name has this in it.")
  var kernel = ""

  @Option(help: "Seconds to repeat each measurement for.")
  var seconds = 0.2

  func validate() throws {
    guard seconds >= 0, positions >= 1, (1...positions).contains(sinks) else {
      throw ValidationError("positions must be at least 1, sinks 1 to the positions, seconds not negative")
    }
  }

  func run() throws {
    let report = Report(columns: Self.columns)
    var peak = Peak()
    for model in options.model {
      let kernels = try LayerKernel.all(LayerShape(model), positions: positions, sinks: sinks)
      for kernel in kernels where self.kernel.isEmpty || kernel.name.contains(self.kernel) {
        for execution in try options.executions() {
          try kernel.verify(execution)
          let samples = try Samples(budget: seconds) { _ = try kernel.run(execution) }
          let limit = peak.gigaflops(execution, budget: seconds)
          report.add(["\(model.rawValue) \(kernel.name)"] + fields(kernel, execution, samples, limit))
        }
      }
    }
  }

  private static let columns = [
    "kernel", "precision", "isa", "threads", "runs", "median ms", "spread %", "GFLOP/s", "GB/s", "% of peak",
  ]

  private func fields(
    _ kernel: LayerKernel, _ execution: Execution, _ samples: Samples, _ limit: Double
  ) -> [String] {
    let gigaflops = kernel.operations / samples.median * 1e-9
    func rate(_ value: Double) -> String { kernel.operations > 0 ? String(format: "%.1f", value) : "-" }
    return [
      execution.precision.rawValue, "\(execution.instructionSet)", "\(execution.threads)", "\(samples.seconds.count)",
      String(format: "%.3f", samples.median * 1e3), String(format: "%.0f", samples.spread * 100), rate(gigaflops),
      String(format: "%.1f", kernel.bytes / samples.median * 1e-9), rate(gigaflops / limit * 100),
    ]
  }
}
