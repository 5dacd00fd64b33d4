import Kernels

/// One safetensors file: the length of a JSON header, the header, the data.
struct SafetensorsFile {
  let tensors: [StoredTensor]

  /// The format's limit on the header.
  private static let headerLimit = 100_000_000

  init(path: String) throws(CheckpointError) {
    let file = try MappedFile(path: path)
    guard file.count >= 8 else {
      throw .malformed(file: path, field: "header length", reason: "the file has only \(file.count) bytes")
    }
    let length = UInt64(littleEndian: file.bytes(0..<8).loadUnaligned(as: UInt64.self))
    guard let header = Int(exactly: length), header <= Self.headerLimit, header <= file.count - 8 else {
      throw .malformed(
        file: path, field: "header length",
        reason: "is \(length), but only \(file.count - 8) bytes follow; the file may be truncated")
    }
    let document = try JSONObject(parsing: file.bytes(8..<8 + header), file: path, field: "header")
    var tensors: [StoredTensor] = []
    for (name, entry) in try document.objects(except: "__metadata__", label: "tensor") {
      tensors.append(try Self.tensor(name, entry, file: file, dataStart: 8 + header))
    }
    let end = try TensorLayout(file: file, dataStart: 8 + header, alignment: 1).check(tensors)
    guard end == file.count else {
      throw .malformed(
        file: path, field: "data", reason: "ends with \(file.count - end) bytes that belong to no tensor")
    }
    self.tensors = tensors
  }

  private static func tensor(
    _ name: String, _ entry: JSONObject, file: MappedFile, dataStart: Int
  ) throws(CheckpointError) -> StoredTensor {
    let typeName = try entry.required("dtype", try entry.optionalString("dtype"))
    let types: [String: ElementType] = ["F32": .f32, "F16": .f16, "BF16": .bf16]
    guard let type = types[typeName] else {
      throw .unsupported(file: file.path, what: "dtype \(typeName) of tensor \(name); supported are F32, F16, BF16")
    }
    let shape = try integers("shape", entry, in: 0...Int(Int32.max))
    let offsets = try integers("data_offsets", entry, in: 0...Int.max)
    guard let bytes = StoredTensor.byteCount(type: type, shape: shape), offsets.count == 2,
      offsets[0] <= offsets[1], offsets[1] <= file.count - dataStart, offsets[1] - offsets[0] == bytes
    else {
      throw .malformed(
        file: file.path, field: "tensor \(name): data_offsets",
        reason: "are \(offsets) for the shape \(shape) of \(typeName) in \(file.count - dataStart) bytes of data; "
          + "the file may be truncated")
    }
    return StoredTensor(
      name: name, type: type, shape: shape, byteCount: bytes, file: file, offset: dataStart + offsets[0])
  }

  private static func integers(
    _ key: String, _ entry: JSONObject, in range: ClosedRange<Int>
  ) throws(CheckpointError) -> [Int] {
    let values = try entry.required(key, try entry.optionalIntegers(key))
    guard values.count <= 8, values.allSatisfy(range.contains) else {
      throw .malformed(
        file: entry.file, field: entry.path + key,
        reason: "is no list of at most 8 numbers from \(range.lowerBound) to \(range.upperBound)")
    }
    return values
  }
}
