/// A metadata value; strings and arrays stay in the file until they are asked for.
enum GGUFValue {
  case unsigned(UInt64)
  case signed(Int64)
  case float(Double)
  case bool(Bool)
  case string(Range<Int>)
  case array(GGUFArray)
}

/// An array of numbers or strings in the file.
struct GGUFArray {
  let type: UInt32
  let count: Int
  let bytes: Range<Int>
}

/// The metadata of a GGUF file by key, with typed reading.
struct GGUFMetadata {
  let file: MappedFile
  private var values: [String: GGUFValue] = [:]

  /// Entries that are read; models have some fifty.
  static let entryLimit = 1 << 16
  static let stringType: UInt32 = 8
  static let arrayType: UInt32 = 9
  /// Bytes of the fixed-size types by their number (u8, i8, u16, i16, u32, i32, f32, bool, -, -, u64, i64, f64).
  static let sizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8]

  /// Reads `count` entries.
  init(_ reader: inout GGUFReader, count: Int) throws(CheckpointError) {
    file = reader.file
    for index in 0..<count {
      let key = reader.text(try reader.string("key of metadata entry \(index)"))
      guard !key.isEmpty else { throw reader.fail("key of metadata entry \(index)", "is empty; keys are texts") }
      let type = try reader.integer(UInt32.self, "type of \(key)")
      let value = try GGUFMetadata.value(type, key, &reader)
      guard values.updateValue(value, forKey: key) == nil else { throw reader.fail(key, "stands there twice") }
    }
  }

  private static func value(
    _ type: UInt32, _ key: String, _ reader: inout GGUFReader
  ) throws(CheckpointError) -> GGUFValue {
    switch type {
    case 0: .unsigned(UInt64(try reader.integer(UInt8.self, key)))
    case 1: .signed(Int64(try reader.integer(Int8.self, key)))
    case 2: .unsigned(UInt64(try reader.integer(UInt16.self, key)))
    case 3: .signed(Int64(try reader.integer(Int16.self, key)))
    case 4: .unsigned(UInt64(try reader.integer(UInt32.self, key)))
    case 5: .signed(Int64(try reader.integer(Int32.self, key)))
    case 6: .float(Double(Float(bitPattern: try reader.integer(UInt32.self, key))))
    case 7: .bool(try reader.integer(UInt8.self, key) != 0)
    case stringType: .string(try reader.string(key))
    case arrayType: .array(try array(key, &reader))
    case 10: .unsigned(try reader.integer(UInt64.self, key))
    case 11: .signed(try reader.integer(Int64.self, key))
    case 12: .float(Double(bitPattern: try reader.integer(UInt64.self, key)))
    default: throw reader.fail(key, "has the unknown type \(type); types are 0 to 12")
    }
  }

  private static func array(_ key: String, _ reader: inout GGUFReader) throws(CheckpointError) -> GGUFArray {
    let type = try reader.integer(UInt32.self, "element type of \(key)")
    guard type != arrayType else { throw reader.fail(key, "is an array of arrays, which no known key is") }
    guard type < sizes.count else { throw reader.fail(key, "has the unknown element type \(type)") }
    if type == stringType {
      let count = try reader.count("length of \(key)", bytesEach: 8)
      let start = reader.position
      for _ in 0..<count { _ = try reader.string("element of \(key)") }
      return GGUFArray(type: type, count: count, bytes: start..<reader.position)
    }
    let size = sizes[Int(type)]
    let count = try reader.count("length of \(key)", bytesEach: size)
    return GGUFArray(type: type, count: count, bytes: try reader.take(count * size, key))
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  private func wrongType(_ key: String, _ expected: String) -> CheckpointError {
    .malformed(file: file.path, field: key, reason: "is not \(expected)")
  }

  /// An integer of any width that fits `Int`, or nil where the key is absent.
  func optionalInteger(_ key: String) throws(CheckpointError) -> Int? {
    switch values[key] {
    case nil: return nil
    case .unsigned(let value): if let exact = Int(exactly: value) { return exact }
    case .signed(let value): return Int(value)
    default: break
    }
    throw wrongType(key, "an integer")
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int {
    guard let value = try optionalInteger(key) else {
      throw .malformed(file: file.path, field: key, reason: "is missing")
    }
    guard range.contains(value) else {
      throw .malformed(
        file: file.path, field: key, reason: "is \(value); allowed is \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func optionalNumber(_ key: String) throws(CheckpointError) -> Double? {
    if case .float(let value) = values[key] {
      guard value.isFinite else { throw wrongType(key, "a finite number") }
      return value
    }
    return try optionalInteger(key).map(Double.init)
  }

  func optionalBool(_ key: String) throws(CheckpointError) -> Bool? {
    switch values[key] {
    case nil: nil
    case .bool(let value): value
    default: throw wrongType(key, "a boolean")
    }
  }

  func optionalString(_ key: String) throws(CheckpointError) -> String? {
    switch values[key] {
    case nil: nil
    case .string(let range): String(decoding: file.bytes(range), as: UTF8.self)
    default: throw wrongType(key, "a string")
    }
  }

  func optionalStrings(_ key: String) throws(CheckpointError) -> ByteStrings? {
    guard let value = values[key] else { return nil }
    guard case .array(let array) = value, array.type == GGUFMetadata.stringType else {
      throw wrongType(key, "an array of strings")
    }
    var strings = ByteStrings()
    strings.reserve(count: array.count, bytes: array.bytes.count - 8 * array.count)
    var offset = array.bytes.lowerBound
    for _ in 0..<array.count {
      let length = Int(UInt64(littleEndian: file.bytes(offset..<offset + 8).loadUnaligned(as: UInt64.self)))
      strings.append(file.bytes(offset + 8..<offset + 8 + length))
      offset += 8 + length
    }
    return strings
  }

  /// An array of 32-bit values, such as i32 (type 5) or f32 (type 6), mapped from their bits.
  func optionalArray<T>(
    _ key: String, type: UInt32, _ expected: String, _ convert: (UInt32) -> T
  ) throws(CheckpointError) -> [T]? {
    guard let value = values[key] else { return nil }
    guard case .array(let array) = value, array.type == type else { throw wrongType(key, expected) }
    let bytes = file.bytes(array.bytes)
    return (0..<array.count).map { convert(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
  }
}
