import ArgumentParser
import BenchmarkSupport
import Foundation
import Kernels

/// The kernels of a layer besides its matrix products.
struct Layer: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Attention, attribution, norms and activations of one layer: median, spread, GFLOP/s, bytes, peak.")

  @Option(help: "Models whose shapes are measured (repeatable).")
  var model: [BenchmarkModel] = BenchmarkModel.allCases

  @Option(help: "Positions of the sequence.")
  var positions = 1024

  @Option(help: "Of these, the last that are sinks.")
  var sinks = 512

  @Option(help: "Only kernels whose name has this in it.")
  var kernel = ""

  @Option(help: "Precisions (repeatable).")
  var precision: [Precision] = Precision.allCases

  @Option(name: .customLong("isa"), help: "Instruction sets (repeatable); all that this CPU has by default.")
  var instructionSets: [InstructionSet] = InstructionSet.available

  @Option(help: "Threads.")
  var threads = Execution.defaultThreads

  @Option(help: "Seconds to repeat each measurement for.")
  var seconds = 0.2

  func validate() throws {
    guard threads >= 1, seconds >= 0, positions >= 1, (1...positions).contains(sinks) else {
      throw ValidationError("threads and positions must be at least 1, sinks 1 to the positions, seconds not negative")
    }
  }

  func run() throws {
    print("| kernel | precision | isa | threads | runs | median ms | spread % | GFLOP/s | GB/s | % of peak |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    var peak = Peak()
    for model in model {
      let kernels = try LayerKernel.all(LayerShape(model), positions: positions, sinks: sinks)
      for kernel in kernels where self.kernel.isEmpty || kernel.name.contains(self.kernel) {
        for set in instructionSets {
          for precision in precision where precision == .f32 || Execution.supportsBF16(set) {
            let execution = try Execution(threads: threads, precision: precision, instructionSet: set)
            try kernel.verify(execution)
            let samples = try Samples(budget: seconds) { _ = try kernel.run(execution) }
            let limit = peak.gigaflops(set, precision, threads: threads, budget: seconds)
            report("\(model.rawValue) \(kernel.name)", kernel, execution, samples, limit)
          }
        }
      }
    }
  }

  private func report(
    _ name: String, _ kernel: LayerKernel, _ execution: Execution, _ samples: Samples, _ limit: Double
  ) {
    let gigaflops = kernel.operations / samples.median * 1e-9
    let rate =
      kernel.operations > 0
      ? [String(format: "%.1f", gigaflops), String(format: "%.1f", gigaflops / limit * 100)] : ["-", "-"]
    print(
      "| \(name) | \(execution.precision.rawValue) | \(execution.instructionSet) | \(execution.threads) "
        + "| \(samples.seconds.count) | \(String(format: "%.3f", samples.median * 1e3)) "
        + "| \(String(format: "%.0f", samples.spread * 100)) | \(rate[0]) "
        + "| \(String(format: "%.1f", kernel.bytes / samples.median * 1e-9)) | \(rate[1]) |")
  }
}
