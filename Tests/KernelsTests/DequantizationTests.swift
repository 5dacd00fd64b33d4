import Foundation
import Kernels
import Testing

/// Bytes that outlive the weight matrices that view them.
final class Bytes: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let count: Int

  /// A copy at an address that is not aligned to anything.
  init(_ bytes: some Collection<UInt8>) {
    count = bytes.count
    base = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 1, alignment: 64)
    (base + 1).copyMemory(from: Array(bytes), byteCount: bytes.count)
  }

  deinit { base.deallocate() }

  func matrix(_ type: ElementType, rows: Int, columns: Int) -> WeightMatrix {
    precondition(type.rowBytes(columns: columns)! * rows <= count)
    return WeightMatrix(data: base + 1, owner: self, type: type, rows: rows, columns: columns)
  }
}

@Suite struct DequantizationTests {
  struct Entry: Decodable {
    let bytes: String
    let values: String
  }

  static let entries: [String: Entry] = {
    let url = Bundle.module.url(forResource: "blocks", withExtension: "json")
    let data = url.flatMap { try? Data(contentsOf: $0) }
    return data.flatMap { try? JSONDecoder().decode([String: Entry].self, from: $0) } ?? [:]
  }()

  static func unhex(_ text: String) -> [UInt8] {
    let digits = text.utf8.map { UInt8($0 < 58 ? $0 - 48 : $0 - 87) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  /// Bit for bit the values of the gguf package, on every instruction set; the rows in any order.
  @Test(arguments: ElementType.allCases.filter { $0 != .f32 }, InstructionSet.available)
  func agreesWithTheFormat(type: ElementType, set: InstructionSet) throws {
    let entry = try #require(Self.entries[type.description])
    let bytes = Bytes(Self.unhex(entry.bytes))
    let raw = Self.unhex(entry.values)
    let expected = stride(from: 0, to: raw.count, by: 4).map { at in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(raw[at + $1]) << (8 * $1) }
    }
    let columns = type.blockLength
    let weights = bytes.matrix(type, rows: expected.count / columns, columns: columns)
    let execution = try Execution(threads: 2, instructionSet: set)
    let output = try Matrix(rows: weights.rows, columns: columns)
    try execution.dequantize(weights, into: output)
    #expect(output.values.map(\.bitPattern) == expected, "\(type), \(set)")
    let reversed = (0..<Int32(weights.rows)).reversed()
    try execution.dequantize(weights, rows: Array(reversed), into: output)
    let rows = reversed.flatMap { expected[(Int($0) * columns)..<((Int($0) + 1) * columns)] }
    #expect(output.values.map(\.bitPattern) == rows, "\(type), \(set), rows reversed")
  }

  @Test(arguments: InstructionSet.available) func halvesKeepInfinitiesAndSubnormals(set: InstructionSet) throws {
    let halves: [(UInt16, Float)] = [
      (0x7c00, .infinity), (0xfc00, -.infinity), (0x0001, 0x1p-24), (0x8001, -0x1p-24), (0x8000, -0.0),
      (0x7bff, 65504), (0x0400, 0x1p-14),
    ]
    let bytes = Bytes(halves.flatMap { [UInt8($0.0 & 255), UInt8($0.0 >> 8)] })
    let output = try Matrix(rows: 1, columns: halves.count)
    try Execution(threads: 1, instructionSet: set).dequantize(
      bytes.matrix(.f16, rows: 1, columns: halves.count), into: output)
    #expect(output.values.map(\.bitPattern) == halves.map(\.1.bitPattern), "\(set)")
  }
}
