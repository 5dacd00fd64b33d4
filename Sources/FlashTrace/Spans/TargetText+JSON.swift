import StrictJSON

extension TargetText {
  /// The offsets of the value at a path, in the last object or array of the text that has it.
  ///
  /// Objects and arrays are looked for anywhere in the text; those inside another count as its parts.
  func value(at path: JSONPath) throws(SpanError) -> Range<Int> {
    let bytes = Array(text.utf8)
    let documents = try Self.documents(in: bytes)
    var failure: SpanError?
    for document in documents.reversed() {
      do throws(SpanError) {
        return offsets(ofBytes: try document.root.value(at: path).contentRange, in: bytes)
      } catch {
        failure = failure ?? error
      }
    }
    throw failure ?? .noJSON(reason: nil)
  }

  /// Throws ``SpanError/noJSON(reason:)`` where there is none.
  private static func documents(in bytes: [UInt8]) throws(SpanError) -> [JSONDocument] {
    var (documents, furthest): ([JSONDocument], JSONError?) = ([], nil)
    var position = 0
    while let start = bytes[position...].firstIndex(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") }) {
      do throws(JSONError) {
        let document = try JSONDocument(valueIn: bytes, at: start)
        documents.append(document)
        position = document.root.range.upperBound
      } catch {
        if error.offset > furthest?.offset ?? -1 { furthest = error }
        position = start + 1
      }
    }
    if documents.isEmpty { throw .noJSON(reason: furthest?.description) }
    return documents
  }

  private func offsets(ofBytes bytes: Range<Int>, in text: [UInt8]) -> Range<Int> {
    // Every scalar begins with a byte that continues none.
    func scalars(before end: Int) -> Int { text[..<end].count { $0 & 0xc0 != 0x80 } }
    return range.lowerBound + scalars(before: bytes.lowerBound)..<range.lowerBound + scalars(before: bytes.upperBound)
  }
}

extension JSONNode {
  fileprivate func value(at path: JSONPath) throws(SpanError) -> JSONNode {
    var (value, above) = (self, JSONPath(steps: []))
    for step in path.steps {
      switch step {
      case .key(let key):
        guard let members = value.members else { throw .notContainer(above, expected: "an object") }
        guard let member = members.first(where: { $0.key.elementsEqual(key.utf8) }) else {
          throw .keyNotFound(key, in: above, known: members.map { String(decoding: $0.key, as: UTF8.self) })
        }
        value = member.value
      case .index(let index):
        guard let elements = value.elements else { throw .notContainer(above, expected: "an array") }
        guard elements.indices.contains(index) else {
          throw .elementNotFound(index, in: above, count: elements.count)
        }
        value = elements[index]
      }
      above.steps.append(step)
    }
    return value
  }

  /// A string without its quotes, else the whole value.
  fileprivate var contentRange: Range<Int> {
    slice == nil ? range : range.lowerBound + 1..<range.upperBound - 1
  }
}
