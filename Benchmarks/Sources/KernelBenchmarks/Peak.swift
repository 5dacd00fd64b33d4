import BenchmarkSupport
import Dispatch
import FMALoop
import Kernels

/// What a loop of multiply-adds on registers reaches on all threads together, in GFLOP/s: the machine's limit now.
/// Integer products are held against the multiply-adds in f32, which they can exceed.
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
    case (.portable, _): FMA_128
    case (.avx2, _): FMA_256
    case (.avx512, _), (.avx512bf16, _): FMA_512
    }
  }
}
