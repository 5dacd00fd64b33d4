import Checkpoint

extension Tokenizer {
  /// The bytes that a token adds to a text; a special token's are those of its text.
  public func bytes(of id: Int32) -> [UInt8] {
    guard id >= 0, Int(id) < texts.count else { return [] }
    let text = texts[Int(id)]
    if alphabet == .byteLevel || specialIDs.contains(id) { return Array(text) }
    if let byte = byteTokens.firstIndex(of: id) { return [UInt8(byte)] }
    return Self.withSpaces(text)
  }

  /// The text of `ids`; bytes that form no character become U+FFFD.
  public func decode(_ ids: some Sequence<Int32>) -> String {
    String(decoding: ids.flatMap(bytes), as: UTF8.self)
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
