import Checkpoint

extension Tokenizer {
  /// The bytes that a token adds to a text; a special token's are those of its text.
  public func bytes(of id: Int32) -> [UInt8] {
    guard id >= 0, Int(id) < texts.count else { return [] }
    let text = texts[Int(id)]
    if alphabet == .byteLevel || specialIDs.contains(id) { return Array(text) }
    if let byte = Self.byte(named: text) { return [byte] }
    return Self.withSpaces(text)
  }

  /// The text of `ids`; bytes that form no character become U+FFFD. A space that encoding would put before the text is
  /// left out.
  public func decode(_ ids: some Sequence<Int32>) -> String {
    var bytes: [UInt8] = []
    for (index, id) in ids.enumerated() {
      let text = self.bytes(of: id)
      bytes += dropsSpacesOfFirst && index == 0 ? text.filter { $0 != 0x20 } : text
    }
    let stripped = bytes.prefix(stripsLeadingSpaces).prefix { $0 == 0x20 }.count
    return String(decoding: bytes.dropFirst(stripped), as: UTF8.self)
  }

  /// The byte of a token such as `<0x0A>`.
  private static func byte(named text: ArraySlice<UInt8>) -> UInt8? {
    guard text.count == 6, text.starts(with: "<0x".utf8), text.last == UInt8(ascii: ">") else { return nil }
    return UInt8(String(decoding: text.dropFirst(3).prefix(2), as: UTF8.self), radix: 16)
  }

  /// U+2581 as a space.
  private static func withSpaces(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var (result, index): ([UInt8], Int) = ([], text.startIndex)
    let mark: [UInt8] = [0xe2, 0x96, 0x81]
    while index < text.endIndex {
      if text[index...].starts(with: mark) {
        result.append(0x20)
        index += mark.count
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}
