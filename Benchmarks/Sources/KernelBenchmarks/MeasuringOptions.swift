import ArgumentParser
import Kernels

/// Which models' shapes are measured, and how kernels run.
struct MeasuringOptions: ParsableArguments {
  @Option(help: "Models whose shapes are measured (repeatable).")
  var model: [BenchmarkModel] = BenchmarkModel.allCases

  @Option(help: "Precisions (repeatable).")
  var precision: [Precision] = Precision.allCases

  @Option(name: .customLong("isa"), help: "Instruction sets (repeatable); all that this CPU has by default.")
  var instructionSets: [InstructionSet] = InstructionSet.available

  @Option(help: "Threads.")
  var threads = Execution.defaultThreads

  func validate() throws {
    guard threads >= 1 else { throw ValidationError("threads must be at least 1") }
  }

  /// Every instruction set with the precisions that it has.
  func executions() throws -> [Execution] {
    try instructionSets.flatMap { set in
      try precision.filter(set.precisions.contains).map {
        try Execution(threads: threads, precision: $0, instructionSet: set)
      }
    }
  }
}
