/// A parsed JSON text whose strings keep their exact bytes.
///
/// Vocabularies need this: Swift compares strings by canonical equivalence, so a dictionary of strings would lose tokens
/// that differ in composition alone. Nodes lie in one flat array, 8 bytes a value; nothing recurses. An object with a
/// key twice is refused, since readers disagree on which of the two counts.
package final class JSONDocument: Sendable {
  enum Kind: Sendable { case null, bool, number, string, array, object }

  /// One value. Children of arrays (values) and objects (keys and values in turn) follow their parent in order.
  struct Node: Sendable {
    /// Where the value begins in the text; what it is and where it ends follows from the bytes there.
    let start: UInt32
    /// Index after the last node below this one.
    var next: UInt32
  }

  let text: [UInt8]
  let nodes: [Node]

  /// Parses `text`. Throws ``JSONError`` with the offset of the first byte that is not JSON, or of a key that stands
  /// there twice.
  ///
  /// Cost: one pass and memory of at most twice the text and 512 KiB more; a text with more values than that is refused.
  package convenience init(_ text: [UInt8]) throws(JSONError) { try self.init(JSONParser(text), endsWithValue: true) }

  /// Parses the value that begins at the byte `start`, whatever follows it.
  package convenience init(valueIn text: [UInt8], at start: Int) throws(JSONError) {
    try self.init(JSONParser(text, start: start), endsWithValue: false)
  }

  private init(_ parser: consuming JSONParser, endsWithValue: Bool) throws(JSONError) {
    guard parser.text.count < Int(UInt32.max) else {
      throw JSONError(offset: Int(UInt32.max), expected: "the end: at most 4 GiB are read")
    }
    try parser.parseValue()
    if endsWithValue { try parser.parseEnd() }
    (text, nodes) = (parser.text, parser.nodes)
    try refuseDuplicateKeys()
  }

  package var root: JSONNode { JSONNode(document: self, index: 0) }

  func kind(_ index: Int) -> Kind {
    switch text[Int(nodes[index].start)] {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "n"): .null
    default: .number
    }
  }

  func next(_ index: Int) -> Int { Int(nodes[index].next) }
}

/// Where a text stops being JSON.
package struct JSONError: Error, Equatable, CustomStringConvertible {
  package let offset: Int
  package let expected: String

  package var description: String { "no JSON at byte \(offset): expected \(expected)" }
}
