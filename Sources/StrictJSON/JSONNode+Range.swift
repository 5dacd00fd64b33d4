extension JSONNode {
  /// Where the value stands in the text, as bytes; a string with its quotes.
  package var range: Range<Int> {
    // After the last value in this one only white space follows, and the brackets of all that ends there.
    let last = JSONNode(document: document, index: next - 1)
    let closing = (index..<next).count {
      JSONNode(document: document, index: $0).isContainer && document.next($0) == next
    }
    var end = last.isContainer ? last.start + 1 : last.scalarEnd
    for _ in 0..<closing {
      while document.text[end] != UInt8(ascii: "}"), document.text[end] != UInt8(ascii: "]") { end += 1 }
      end += 1
    }
    return start..<end
  }

  private var isContainer: Bool { kind == .object || kind == .array }

  private var scalarEnd: Int {
    let text = document.text
    switch kind {
    case .string:
      var end = start + 1
      while text[end] != UInt8(ascii: "\"") { end += text[end] == UInt8(ascii: "\\") ? 2 : 1 }
      return end + 1
    case .number: return text[start...].firstIndex { !"+-.0123456789Ee".utf8.contains($0) } ?? text.endIndex
    default: return start + (text[start] == UInt8(ascii: "f") ? 5 : 4)
    }
  }
}
