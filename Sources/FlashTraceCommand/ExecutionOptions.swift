import ArgumentParser
import FlashTrace

/// How kernels run.
struct ExecutionOptions: ParsableArguments {
  enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable { case auto, f32, bf16, i16 }

  @Option(help: "Threads; default: OMP_NUM_THREADS, or all CPUs of the process.")
  var threads: Int?

  @Option(
    help: "Arithmetic of matrix products; auto: bf16 where the CPU has it, f32 on other CPUs with AVX-512, else i16.")
  var precision = PrecisionChoice.auto

  static let threadLimit = 1...1024

  func validate() throws {
    if let threads, !Self.threadLimit.contains(threads) {
      throw ValidationError(
        "--threads is \(threads); allowed are \(Self.threadLimit.lowerBound) to \(Self.threadLimit.upperBound)")
    }
  }

  /// Throws `KernelError` where this CPU lacks the precision.
  func execution() throws -> Execution {
    let threads = threads ?? Execution.defaultThreads
    switch precision {
    case .auto: return try .automatic(threads: threads)
    case .f32: return try Execution(threads: threads, precision: .f32)
    case .bf16: return try Execution(threads: threads, precision: .bf16)
    case .i16: return try Execution(threads: threads, precision: .i16)
    }
  }
}
