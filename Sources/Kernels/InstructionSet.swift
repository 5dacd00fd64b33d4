import CKernels

/// An instruction set with kernel variants of its own. Each implies the ones before it.
public enum InstructionSet: Int, CaseIterable, Comparable, Sendable, CustomStringConvertible {
  case portable, avx2, avx512, avx512bf16

  /// Whether `b` has all of `a` and more.
  public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.rawValue < b.rawValue }

  /// The widest one of this CPU.
  public static let detected = InstructionSet(rawValue: Int(ft_isa_detected().rawValue))!

  /// The one in use: what `FLASHTRACE_ISA` names where this CPU has it, else ``detected``.
  public static let best = InstructionSet(rawValue: Int(ft_isa_best().rawValue))!

  /// Every instruction set that this CPU can run.
  public static var available: [InstructionSet] { allCases.filter { $0 <= detected } }

  /// The arithmetics that it has kernels for.
  public var precisions: [Precision] { Precision.allCases.filter { $0 != .bf16 || Execution.supportsBF16(self) } }

  /// The fastest of them: bf16 where the CPU has it; i16 on x86-64 with vectors of up to 256 bits, which multiply twice as
  /// many codes as f32 at a time; else f32.
  public var fastestPrecision: Precision {
    if Execution.supportsBF16(self) { return .bf16 }
    #if arch(x86_64)
      return self < .avx512 ? .i16 : .f32
    #else
      return .f32
    #endif
  }

  /// The name that `FLASHTRACE_ISA` takes.
  public var description: String { String(cString: ft_isa_name(raw)) }

  var raw: ft_isa { ft_isa(rawValue: UInt32(rawValue)) }
}
