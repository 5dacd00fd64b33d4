import Checkpoint

/// GPT-2's alphabet: a printable scalar for every byte, in which byte-level vocabularies are written.
enum ByteAlphabet {
  /// The byte of a scalar below U+0144; -1 for scalars that stand for none.
  private static let bytes: [Int16] = {
    var table = [Int16](repeating: -1, count: 0x144)
    var next = 0x100
    for byte in 0..<256 {
      let isPrintable = (0x21...0x7e).contains(byte) || (0xa1...0xac).contains(byte) || (0xae...0xff).contains(byte)
      table[isPrintable ? byte : next] = Int16(byte)
      if !isPrintable { next += 1 }
    }
    return table
  }()

  /// The bytes that a token's text stands for; nil where a scalar is not of the alphabet.
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    return decode(text, into: &result) ? result : nil
  }

  /// Appends them, or nothing and gives false.
  static func decode(_ text: some Collection<UInt8>, into result: inout [UInt8]) -> Bool {
    let start = result.count
    var iterator = text.makeIterator()
    while let first = iterator.next() {
      var value = Int(first)
      if first >= 0x80 {
        let second = first & 0xe0 == 0xc0 ? iterator.next() : nil
        value = second.map { Int(first & 0x1f) << 6 | Int($0 & 0x3f) } ?? bytes.count
      }
      guard value < bytes.count, bytes[value] >= 0 else {
        result.removeSubrange(start...)
        return false
      }
      result.append(UInt8(bytes[value]))
    }
    return true
  }
}
