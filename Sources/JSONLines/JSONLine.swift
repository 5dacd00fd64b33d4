import Foundation

/// A value as a line of JSON.
package enum JSONLine {
  /// Keys in alphabetical order, numbers in the fewest digits that read back the same, a final line feed.
  package static func data(of value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + [newline]
  }

  package static let newline = UInt8(ascii: "\n")
}
