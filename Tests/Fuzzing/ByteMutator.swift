import TestSupport

/// Damages bytes as a broken or hostile writer might.
struct ByteMutator {
  var generator: SeededGenerator

  private static let extremes: [UInt64] = [
    0, 1, 2, 7, 8, 31, 32, 33, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 1 << 20, 1 << 24, 0x7FFF_FFFF,
    0x8000_0000, 0xFFFF_FFFF, 1 << 32, 1 << 40, 1 << 61, .max >> 1, 1 << 63, .max - 31, .max - 7, .max,
  ]

  /// Changes `bytes` at one to four places. `fields` are where numbers stand; `others` are files to take pieces from.
  mutating func mutate(_ bytes: inout [UInt8], fields: [Range<Int>], others: [[UInt8]]) {
    // One place more often than several: much damage is found early and hides what a reader does later.
    let most = Int.random(in: 1...4, using: &generator)
    for _ in 0..<Int.random(in: 1...most, using: &generator) {
      switch Int.random(in: 0..<10, using: &generator) {
      case 0...3: setField(&bytes, fields)
      case 4: if let place = place(bytes) { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
      case 5: if let place = place(bytes) { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
      case 6: setRun(&bytes)
      case 7: splice(&bytes, others)
      case 8: if Int.random(in: 0..<4, using: &generator) == 0 { truncate(&bytes) }
      default: move(&bytes)
      }
    }
  }

  private mutating func place(_ bytes: [UInt8]) -> Int? {
    bytes.isEmpty ? nil : Int.random(in: 0..<bytes.count, using: &generator)
  }

  /// Sets a number to an extreme value, or to a little more or less than it is.
  private mutating func setField(_ bytes: inout [UInt8], _ fields: [Range<Int>]) {
    guard let field = fields.randomElement(using: &generator), field.upperBound <= bytes.count else { return }
    var value = bytes[field].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    if Bool.random(using: &generator) {
      value = Self.extremes.randomElement(using: &generator) ?? 0
    } else {
      value = value &+ UInt64(bitPattern: Int64.random(in: -3...3, using: &generator))
    }
    for (index, place) in field.enumerated() { bytes[place] = UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))) }
  }

  private mutating func setRun(_ bytes: inout [UInt8]) {
    guard let start = place(bytes) else { return }
    let value: UInt8 = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
    for place in start..<min(start + Int.random(in: 2...8, using: &generator), bytes.count) { bytes[place] = value }
  }

  private mutating func truncate(_ bytes: inout [UInt8]) {
    bytes.removeLast(bytes.count - Int.random(in: 0...bytes.count, using: &generator))
  }

  /// Puts a piece of a file in the place of a piece of this one.
  private mutating func splice(_ bytes: inout [UInt8], _ others: [[UInt8]]) {
    guard let other = others.randomElement(using: &generator) else { return }
    bytes.replaceSubrange(piece(of: bytes), with: other[piece(of: other)])
  }

  /// Takes a piece out, or repeats it somewhere.
  private mutating func move(_ bytes: inout [UInt8]) {
    let taken = Array(bytes[piece(of: bytes)])
    if Bool.random(using: &generator) { bytes.removeSubrange(piece(of: bytes)) }
    bytes.insert(contentsOf: taken, at: Int.random(in: 0...bytes.count, using: &generator))
  }

  private mutating func piece(of bytes: [UInt8]) -> Range<Int> {
    let start = Int.random(in: 0...bytes.count, using: &generator)
    return start..<min(start + Int.random(in: 0...64, using: &generator), bytes.count)
  }
}
