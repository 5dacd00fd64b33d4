import Kernels

/// One GGUF file (version 2 or 3): its metadata and tensors (specification: ggml's `docs/gguf.md`).
struct GGUFFile {
  let metadata: GGUFMetadata
  let tensors: [StoredTensor]

  init(path: String) throws(CheckpointError) {
    var reader = GGUFReader(try MappedFile(path: path))
    let magic = try reader.integer(UInt32.self, "magic")
    guard magic == 0x4655_4747 else { throw reader.fail("magic", "is not GGUF; this is another kind of file") }
    let version = try reader.integer(UInt32.self, "version")
    guard version == 2 || version == 3 else {
      throw .unsupported(file: path, what: "GGUF version \(version); versions 2 and 3 are")
    }
    // A tensor's entry takes at least 32 bytes, a metadata entry at least 13.
    let tensorCount = try reader.count("tensor count", bytesEach: 32)
    let entryCount = try reader.count("metadata count", bytesEach: 13)
    guard entryCount <= GGUFMetadata.entryLimit else {
      throw reader.fail("metadata count", "is \(entryCount); allowed are up to \(GGUFMetadata.entryLimit)")
    }
    metadata = try GGUFMetadata(&reader, count: entryCount)
    let alignment = try metadata.optionalInteger("general.alignment") ?? 32
    guard alignment > 0, alignment & (alignment - 1) == 0, alignment <= 1 << 20 else {
      throw reader.fail("general.alignment", "is \(alignment); it must be a power of two up to 1048576")
    }
    var infos: [TensorInfo] = []
    infos.reserveCapacity(tensorCount)
    for index in 0..<tensorCount { infos.append(try TensorInfo(&reader, index: index)) }
    let dataStart = (reader.position + alignment - 1) / alignment * alignment
    var tensors: [StoredTensor] = []
    tensors.reserveCapacity(tensorCount)
    for info in infos { tensors.append(try info.tensor(in: reader, dataStart: dataStart, alignment: alignment)) }
    try TensorLayout(file: reader.file, dataStart: dataStart, alignment: alignment).check(tensors)
    self.tensors = tensors
  }
}

/// A tensor's entry in the file's directory.
private struct TensorInfo {
  let name: String
  let shape: [Int]
  let type: UInt32
  let offset: UInt64

  init(_ reader: inout GGUFReader, index: Int) throws(CheckpointError) {
    name = reader.text(try reader.string("name of tensor \(index)"))
    let dimensions = try reader.integer(UInt32.self, "dimensions of tensor \(name)")
    guard (1...4).contains(dimensions) else {
      throw reader.fail("tensor \(name)", "has \(dimensions) dimensions; allowed are 1 to 4")
    }
    var shape: [Int] = []
    for _ in 0..<dimensions {
      let extent = try reader.integer(UInt64.self, "shape of tensor \(name)")
      guard extent > 0, let exact = Int(exactly: extent), exact <= Int(Int32.max) else {
        throw reader.fail("tensor \(name)", "has a dimension of \(extent); allowed are 1 to \(Int32.max)")
      }
      shape.append(exact)
    }
    self.shape = shape.reversed()  // the file names the innermost dimension first
    type = try reader.integer(UInt32.self, "type of tensor \(name)")
    offset = try reader.integer(UInt64.self, "offset of tensor \(name)")
  }

  func tensor(in reader: GGUFReader, dataStart: Int, alignment: Int) throws(CheckpointError) -> StoredTensor {
    let file = reader.file
    guard let elementType = ElementType(rawValue: type) else {
      throw .unsupported(
        file: file.path,
        what: "element type \(type) of tensor \(name); supported are "
          + ElementType.allCases.map { "\($0)" }.joined(separator: ", "))
    }
    guard let bytes = StoredTensor.byteCount(type: elementType, shape: shape) else {
      throw reader.fail("tensor \(name)", "has the shape \(shape), which is no whole number of \(elementType) blocks")
    }
    guard offset % UInt64(alignment) == 0, let start = Int(exactly: offset), start <= file.count - dataStart,
      bytes <= file.count - dataStart - start
    else {
      throw reader.fail(
        "tensor \(name)",
        "takes \(bytes) bytes at offset \(offset) of the data, which has \(max(0, file.count - dataStart)) bytes "
          + "(offsets are multiples of \(alignment)); the file may be truncated")
    }
    return StoredTensor(
      name: name, type: elementType, shape: shape, byteCount: bytes, file: file, offset: dataStart + start)
  }
}
