/// A value of a ``JSONDocument``.
package struct JSONNode: Sendable {
  let document: JSONDocument
  let index: Int

  var kind: JSONDocument.Kind { document.kind(index) }
  var start: Int { Int(document.nodes[index].start) }
  /// Index after the last node below this one.
  var next: Int { document.next(index) }

  package var isNull: Bool { kind == .null }
  package var isObject: Bool { kind == .object }
  package var bool: Bool? { kind == .bool ? document.text[start] == UInt8(ascii: "t") : nil }

  /// The number; nil for other values. One too large for a double is infinite.
  package var number: Double? { numeral.flatMap { Double($0) } }

  /// The number where it is written as an integer that fits.
  package var integer: Int? { numeral.flatMap { Int($0) } }

  private var numeral: String? {
    kind == .number ? String(decoding: document.text[range], as: UTF8.self) : nil
  }

  /// The exact bytes of a string, escapes resolved; a lone surrogate becomes U+FFFD.
  package var bytes: [UInt8]? { slice.map(Array.init) }

  /// The same, without a copy where there are no escapes.
  package var slice: ArraySlice<UInt8>? {
    guard kind == .string else { return nil }
    let (text, first) = (document.text, start + 1)
    var (end, isEscaped) = (first, false)
    while text[end] != UInt8(ascii: "\"") {
      let escapes = text[end] == UInt8(ascii: "\\")
      isEscaped = isEscaped || escapes
      end += escapes ? 2 : 1
    }
    return isEscaped ? Self.unescaped(text[first..<end])[...] : text[first..<end]
  }

  package var string: String? { slice.map { String(decoding: $0, as: UTF8.self) } }

  /// The elements of an array.
  package var elements: [JSONNode]? {
    guard kind == .array else { return nil }
    return children
  }

  /// The two elements of an array that has just two.
  package var pair: (JSONNode, JSONNode)? {
    guard kind == .array, index + 1 < next else { return nil }
    let second = document.next(index + 1)
    guard second < next, document.next(second) == next else { return nil }
    return (JSONNode(document: document, index: index + 1), JSONNode(document: document, index: second))
  }

  /// The members of an object in their order.
  package var members: [(key: ArraySlice<UInt8>, value: JSONNode)]? {
    guard kind == .object else { return nil }
    let all = children
    return stride(from: 0, to: all.count, by: 2).map { (all[$0].slice ?? [], all[$0 + 1]) }
  }

  /// The member with that key; nil where there is none, or a null.
  package subscript(key: String) -> JSONNode? {
    guard kind == .object else { return nil }
    var child = index + 1
    while child < next {
      let value = JSONNode(document: document, index: document.next(child))
      if JSONNode(document: document, index: child).slice?.elementsEqual(key.utf8) == true {
        return value.isNull ? nil : value
      }
      child = value.next
    }
    return nil
  }

  private var children: [JSONNode] {
    var result: [JSONNode] = []
    var child = index + 1
    while child < next {
      result.append(JSONNode(document: document, index: child))
      child = document.next(child)
    }
    return result
  }

  static func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x37)
    case 0x61...0x66: UInt32(byte - 0x57)
    default: nil
    }
  }

  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var position = text.startIndex
    func unit(_ at: Int) -> UInt32? {
      guard at + 6 <= text.endIndex, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u") else {
        return nil
      }
      return text[(at + 2)..<(at + 6)].reduce(0) { $0 << 4 | (hexValue($1) ?? 0) }
    }
    while position < text.endIndex {
      guard text[position] == UInt8(ascii: "\\") else {
        result.append(text[position])
        position += 1
        continue
      }
      if let first = unit(position) {
        var (value, length) = (first, 6)
        if (0xD800..<0xDC00).contains(first), let second = unit(position + 6), (0xDC00..<0xE000).contains(second) {
          (value, length) = (0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), 12)
        }
        result.append(contentsOf: String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
        position += length
      } else {
        let plain: [UInt8: UInt8] = [0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9]
        result.append(plain[text[position + 1]] ?? text[position + 1])
        position += 2
      }
    }
    return result
  }
}
