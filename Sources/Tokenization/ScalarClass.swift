/// What the published pre-tokenizer patterns tell scalars apart by.
enum ScalarClass: UInt8, Sendable {
  case letter  // \p{L}
  case number  // \p{N}
  case newline  // \r \n
  case space  // other \s
  case other

  /// The class of a scalar, from a table of the basic plane made once and from Unicode's properties beyond it.
  static func of(_ scalar: Unicode.Scalar) -> ScalarClass {
    scalar.value < 0x10000 ? table[Int(scalar.value)] : derived(scalar)
  }

  private static let table: [ScalarClass] = (0..<UInt32(0x10000)).map { value in
    Unicode.Scalar(value).map(derived) ?? .other
  }

  private static func derived(_ scalar: Unicode.Scalar) -> ScalarClass {
    if scalar == "\r" || scalar == "\n" { return .newline }
    if scalar.properties.isWhitespace { return .space }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
    case .decimalNumber, .letterNumber, .otherNumber: .number
    default: .other
    }
  }

  var isWhitespace: Bool { self == .space || self == .newline }
}
