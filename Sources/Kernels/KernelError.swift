/// What can go wrong in a kernel call besides a caller's bug.
public enum KernelError: Error, Equatable, CustomStringConvertible {
  /// Memory could not be had; `bytes` where the amount is known.
  case outOfMemory(bytes: Int?)
  /// This CPU has no variant for what was asked.
  case unsupported(String)
  /// A shape or an element type outside a kernel's contract.
  case badArgument

  /// One line that names what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .outOfMemory(let bytes): "out of memory" + (bytes.map { " (asked for \($0) bytes)" } ?? "")
    case .unsupported(let what): what
    case .badArgument: "a kernel was called outside its contract"
    }
  }
}
