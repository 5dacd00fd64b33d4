import CKernels

/// Arithmetic of matrix products.
public enum Precision: String, Sendable, CaseIterable, Codable {
  /// Inputs and sums in f32.
  case f32
  /// Inputs rounded to bfloat16, sums in f32.
  case bf16
  /// Products with weights that are stored as integer codes (all block formats but Q2_K) in integers: activations rounded
  /// to 16 bits with a scale for every 32 of a row, codes as they are, sums exact for every 32 and then f32. All other
  /// products in f32.
  case i16
}

extension Precision {
  var raw: ft_precision {
    switch self {
    case .f32: FT_PRECISION_F32
    case .bf16: FT_PRECISION_BF16
    case .i16: FT_PRECISION_I16
    }
  }
}

/// How kernels run. Results are the same to the byte for every number of threads.
public struct Execution: Sendable, Equatable {
  /// Threads of a parallel region, at least 1.
  public let threads: Int
  /// The kernel variants in use.
  public let instructionSet: InstructionSet
  /// Arithmetic of matrix products.
  public let precision: Precision
  /// Whether a product of a single row reads the weights once, and its attention the keys and values, in another order of
  /// sums than a row among others: what generating a token needs. Arithmetic is f32 then, but for products in i16.
  public var streamsSingleRows = false

  /// Threads of the OpenMP runtime: `OMP_NUM_THREADS`, or the CPUs that this process may use.
  public static var defaultThreads: Int { Int(ft_default_threads()) }

  /// Whether products in bfloat16 run on `instructionSet`.
  public static func supportsBF16(_ instructionSet: InstructionSet = .best) -> Bool {
    instructionSet >= .avx512bf16
  }

  /// Throws ``KernelError/unsupported(_:)`` where this CPU lacks `instructionSet`, or that lacks `precision`.
  public init(
    threads: Int = Execution.defaultThreads, precision: Precision = .f32, instructionSet: InstructionSet = .best
  ) throws(KernelError) {
    precondition(threads >= 1, "threads must be at least 1")
    guard instructionSet <= .detected else {
      throw .unsupported("this CPU has no \(instructionSet); the widest it has is \(InstructionSet.detected)")
    }
    guard instructionSet.precisions.contains(precision) else {
      throw .unsupported("bf16 products need avx512bf16; the instruction set in use is \(instructionSet)")
    }
    (self.threads, self.precision, self.instructionSet) = (threads, precision, instructionSet)
  }

  func withRaw<R>(_ body: (UnsafePointer<ft_execution>) -> R) -> R {
    var raw = ft_execution(threads: Int32(threads), isa: instructionSet.raw, precision: precision.raw)
    return body(&raw)
  }

  /// Runs a kernel and throws what its status stands for.
  func run(_ body: (UnsafePointer<ft_execution>) -> ft_status) throws(KernelError) {
    switch withRaw(body) {
    case FT_OK: return
    case FT_OUT_OF_MEMORY: throw .outOfMemory(bytes: nil)
    case FT_UNSUPPORTED: throw .unsupported("no kernel for \(instructionSet) in \(precision.rawValue)")
    default: throw .badArgument
    }
  }
}
