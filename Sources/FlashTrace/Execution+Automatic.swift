import Kernels

extension Execution {
  /// All threads and ``InstructionSet/fastestPrecision``.
  public static func automatic(threads: Int = Execution.defaultThreads) throws(KernelError) -> Execution {
    try Execution(threads: threads, precision: InstructionSet.best.fastestPrecision)
  }
}
