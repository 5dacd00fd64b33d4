import BenchmarkSupport
import Dispatch
import FMALoop
import Kernels

/// What a loop of multiply-adds on registers reaches on all threads together, in GFLOP/s: the machine's limit now.
struct Peak {
  private var measured: [String: Double] = [:]

  mutating func gigaflops(_ execution: Execution, budget: Double) -> Double {
    let (width, threads) = (Self.width(execution.instructionSet, execution.precision), execution.threads)
    let key = "\(width.rawValue) \(threads)"
    if let known = measured[key] { return known }
    let steps: UInt64 = 2_000_000
    let samples = Samples(budget: budget) {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in
        precondition(fma_run(width, steps) > 0)
      }
    }
    let result = Double(fma_operations(width) * steps) * Double(threads) / samples.median * 1e-9
    measured[key] = result
    return result
  }

  private static func width(_ set: InstructionSet, _ precision: Precision) -> fma_width {
    switch (set, precision) {
    case (_, .bf16): FMA_BF16
    case (.portable, .f32): FMA_128
    case (.avx2, .f32): FMA_256
    case (.avx512, .f32), (.avx512bf16, .f32): FMA_512
    }
  }
}
