/// The Unicode scalars of UTF-8 bytes and, for every byte, the index of its scalar. Every maximal part that is not valid is
/// one U+FFFD, as in `String(decoding:as:)`.
struct DecodedScalars {
  private var scalars: [Unicode.Scalar] = []
  private var owners: [Int] = []

  init(_ bytes: some Sequence<UInt8>) {
    var (parser, input) = (Unicode.UTF8.ForwardParser(), bytes.makeIterator())
    while true {
      switch parser.parseScalar(from: &input) {
      case .valid(let encoded): append(UTF8.decode(encoded), length: encoded.count)
      case .error(let length): append("\u{FFFD}", length: length)
      case .emptyInput: return
      }
    }
  }

  private mutating func append(_ scalar: Unicode.Scalar, length: Int) {
    owners.append(contentsOf: repeatElement(scalars.count, count: length))
    scalars.append(scalar)
  }

  /// The scalars that have a byte of the range; none stand where an empty range does.
  func scalars(ofBytes range: Range<Int>) -> Range<Int> {
    guard let first = owners[range].first, let last = owners[range].last else {
      let start = range.lowerBound < owners.count ? owners[range.lowerBound] : scalars.count
      return start..<start
    }
    return first..<last + 1
  }

  func text(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }
}
