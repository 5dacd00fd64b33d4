/// Turns bytes into nodes (RFC 8259), with a stack of its own instead of recursion.
struct JSONParser {
  /// Deepest nesting that is read.
  static let depthLimit = 256

  let text: [UInt8]
  /// Values that are read: real files have fewer than one in four bytes, but for small ones.
  private let valueLimit: Int
  private var position: Int
  private(set) var nodes: [JSONDocument.Node] = []
  /// Open arrays and objects, as node indices.
  private var open: [Int] = []

  /// Parses from the byte `start` on.
  init(_ text: [UInt8], start: Int = 0) {
    (self.text, position) = (text, start)
    valueLimit = text.count / 4 + (1 << 16)
    if start == 0 { nodes.reserveCapacity(min(valueLimit, Self.mostValues(text))) }
  }

  /// Every value but the first follows one of these; inside strings they count too much, never too little.
  private static func mostValues(_ text: [UInt8]) -> Int {
    text.reduce(into: 1) { count, byte in
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "{"): count += 1
      default: break
      }
    }
  }

  mutating func parseValue() throws(JSONError) {
    skipSpace()
    try value()
    while let container = open.last {
      skipSpace()
      try continuation(of: container)
    }
  }

  mutating func parseEnd() throws(JSONError) {
    skipSpace()
    guard position == text.count else { throw expected("the end") }
  }

  private func expected(_ what: String) -> JSONError { JSONError(offset: position, expected: what) }

  private var byte: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpace() {
    while let byte, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
  }

  /// What follows the opening or a member of a container: a first member, a comma and a member, or its end.
  private mutating func continuation(of container: Int) throws(JSONError) {
    let isObject = text[Int(nodes[container].start)] == UInt8(ascii: "{")
    let isFirst = container == nodes.count - 1
    if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
      position += 1
      nodes[container].next = UInt32(nodes.count)
      open.removeLast()
      return
    }
    if !isFirst {
      guard byte == UInt8(ascii: ",") else { throw expected(isObject ? "a comma or }" : "a comma or ]") }
      position += 1
      skipSpace()
    }
    if isObject {
      guard byte == UInt8(ascii: "\"") else { throw expected("a key") }
      try string()
      skipSpace()
      guard byte == UInt8(ascii: ":") else { throw expected("a colon") }
      position += 1
      skipSpace()
    }
    try value()
  }

  private mutating func value() throws(JSONError) {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["): try begin()
    case UInt8(ascii: "\""): try string()
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    default: try number()
    }
  }

  private mutating func begin() throws(JSONError) {
    guard open.count < Self.depthLimit else { throw expected("at most \(Self.depthLimit) levels") }
    open.append(nodes.count)
    try append(at: position)
    position += 1
  }

  private mutating func append(at start: Int) throws(JSONError) {
    guard nodes.count < valueLimit else {
      throw expected("at most \(valueLimit) values in a text of this length")
    }
    nodes.append(JSONDocument.Node(start: UInt32(start), next: UInt32(nodes.count + 1)))
  }

  private mutating func literal(_ word: StaticString) throws(JSONError) {
    let end = position + word.utf8CodeUnitCount
    let matches = word.withUTF8Buffer { end <= text.count && text[position..<end].elementsEqual($0) }
    guard matches else { throw expected("a value") }
    try append(at: position)
    position = end
  }

  private mutating func string() throws(JSONError) {
    try append(at: position)
    position += 1
    while let byte {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"): try escape()
      case 0..<0x20: throw expected("no control character in a string")
      default: position += 1
      }
    }
    throw expected("the end of a string")
  }

  private mutating func escape() throws(JSONError) {
    position += 1
    guard let byte, "\"\\/bfnrtu".utf8.contains(byte) else { throw expected("an escape") }
    position += 1
    guard byte == UInt8(ascii: "u") else { return }
    for _ in 0..<4 {
      guard let digit = self.byte, JSONNode.hexValue(digit) != nil else { throw expected("four hex digits") }
      position += 1
    }
  }

  private mutating func number() throws(JSONError) {
    let start = position
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    if byte == UInt8(ascii: "-") { position += 1 }
    guard isDigit(byte) else { throw expected("a value") }
    if byte == UInt8(ascii: "0") {
      position += 1
    } else {
      while isDigit(byte) { position += 1 }
    }
    if byte == UInt8(ascii: ".") {
      position += 1
      guard isDigit(byte) else { throw expected("a digit") }
      while isDigit(byte) { position += 1 }
    }
    if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      position += 1
      if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
      guard isDigit(byte) else { throw expected("a digit") }
      while isDigit(byte) { position += 1 }
    }
    try append(at: start)
  }
}
