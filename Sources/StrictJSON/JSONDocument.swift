/// A parsed JSON text whose strings keep their exact bytes.
///
/// Vocabularies need this: Swift compares strings by canonical equivalence, so a dictionary of strings would lose tokens
/// that differ in composition alone. Nodes lie in one flat array, about as large as the text; nothing recurses.
package final class JSONDocument: Sendable {
  enum Kind: UInt8, Sendable { case null, bool, number, string, array, object }

  /// One value. Children of arrays (values) and objects (keys and values in turn) follow their parent in order.
  struct Node: Sendable {
    var kind: Kind
    /// Bytes of the value in the text, without the quotes of a string; an object's end is its last brace.
    var bytes: Range<Int>
    /// Index after the last node below this one.
    var next: Int
    /// Whether a string has escapes.
    var isEscaped = false
  }

  let text: [UInt8]
  let nodes: [Node]

  /// Parses `text`. Throws ``JSONError`` with the offset of the first byte that is not JSON.
  package init(_ text: [UInt8]) throws(JSONError) {
    self.text = text
    var parser = JSONParser(text)
    try parser.parse()
    nodes = parser.nodes
  }

  package var root: JSONNode { JSONNode(document: self, index: 0) }
}

/// Where a text stops being JSON.
package struct JSONError: Error, Equatable, CustomStringConvertible {
  package let offset: Int
  package let expected: String

  package var description: String { "no JSON at byte \(offset): expected \(expected)" }
}
