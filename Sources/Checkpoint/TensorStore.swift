import Kernels

/// A tensor as it lies in a file.
public struct StoredTensor: Sendable {
  /// The name in the file.
  public let name: String
  /// How its values are stored.
  public let type: ElementType
  /// Outermost dimension first, as in PyTorch: [rows, columns] for a matrix.
  public let shape: [Int]
  /// Bytes it takes in the file.
  public let byteCount: Int
  let file: MappedFile
  let offset: Int

  /// Rows of the tensor as a matrix: all dimensions but the innermost together.
  var rows: Int { shape.dropLast().reduce(1, *) }
  /// The innermost dimension.
  var columns: Int { shape.last ?? 1 }

  /// Bytes of a tensor of this shape and type; nil where that overflows or is no whole number of blocks.
  static func byteCount(type: ElementType, shape: [Int]) -> Int? {
    guard shape.allSatisfy({ $0 >= 0 }), let row = type.rowBytes(columns: shape.last ?? 1) else { return nil }
    // Counted as if a row took at least a byte, so that an empty tensor's rows cannot overflow either.
    var total = max(row, 1)
    for dimension in shape.dropLast() {
      let (product, overflow) = total.multipliedReportingOverflow(by: dimension)
      guard !overflow else { return nil }
      total = product
    }
    return row == 0 ? 0 : total
  }
}

/// The tensors of a model by name, from one file or several.
public struct TensorStore: Sendable {
  /// The file or folder that errors name.
  let source: String
  /// All tensors in the order of the files.
  public private(set) var tensors: [StoredTensor] = []
  private var indices: [String: Int] = [:]
  /// The names that were asked for.
  private(set) var read: Set<String> = []

  init(source: String) { self.source = source }

  mutating func add(_ tensor: StoredTensor) throws(CheckpointError) {
    guard indices.updateValue(tensors.count, forKey: tensor.name) == nil else {
      throw .malformed(file: tensor.file.path, field: "tensor \(tensor.name)", reason: "stands there twice")
    }
    tensors.append(tensor)
  }

  func has(_ name: String) -> Bool { indices[name] != nil }

  /// The names under which tensors are looked up.
  var names: some Sequence<String> { indices.keys }

  /// The file that holds the tensor; nil where there is none of that name.
  func file(of name: String) -> String? { indices[name].map { tensors[$0].file.path } }

  /// Bytes that the tensor takes in its file; 0 where there is none of that name.
  func byteCount(of name: String) -> Int { indices[name].map { tensors[$0].byteCount } ?? 0 }

  /// The same tensors, those of a multimodal model's language model under the names of a model of text alone; its other
  /// towers are found by no name.
  func languageModel() throws(CheckpointError) -> TensorStore {
    var renamed: [String: Int] = [:]
    for (index, tensor) in tensors.enumerated() {
      guard let name = Self.languageModelName(tensor.name) else { continue }
      guard renamed.updateValue(index, forKey: name) == nil else {
        throw .malformed(file: tensor.file.path, field: "tensor \(tensor.name)", reason: "stands there twice")
      }
    }
    var result = self
    result.indices = renamed
    return result
  }

  private static func languageModelName(_ name: String) -> String? {
    for (prefix, replacement) in [("language_model.", ""), ("model.language_model.", "model.")]
    where name.hasPrefix(prefix) {
      return replacement + name.dropFirst(prefix.count)
    }
    return ["model.embed_tokens.", "model.layers.", "model.norm.", "lm_head."].contains { name.hasPrefix($0) }
      ? name : nil
  }

  private func tensor(_ name: String) throws(CheckpointError) -> StoredTensor {
    guard let index = indices[name] else { throw .missingTensor(file: source, name: name) }
    return tensors[index]
  }

  /// A weight matrix, in place. Outer dimensions (experts) count as rows.
  mutating func matrix(_ name: String, rows: Int, columns: Int) throws(CheckpointError) -> WeightMatrix {
    let tensor = try tensor(name)
    read.insert(name)
    guard tensor.rows == rows, tensor.columns == columns else {
      throw .wrongShape(file: source, name: name, shape: tensor.shape, expected: [rows, columns])
    }
    return WeightMatrix(
      data: tensor.file.base + tensor.offset, owner: tensor.file, type: tensor.type, rows: rows, columns: columns)
  }

  /// A vector widened to f32, plus `offset` on each value.
  mutating func vector(_ name: String, count: Int, adding offset: Float = 0) throws(CheckpointError) -> [Float] {
    let weights = try matrix(name, rows: 1, columns: count)
    do {
      let row = try Matrix(rows: 1, columns: count)
      try Execution(threads: 1).dequantize(weights, into: row)
      return offset == 0 ? row.values : row.values.map { $0 + offset }
    } catch {
      throw .unreadable(file: source, reason: "tensor \(name): \(error)")
    }
  }

  /// The vector, or nil where the file has none of that name.
  mutating func optionalVector(_ name: String, count: Int) throws(CheckpointError) -> [Float]? {
    has(name) ? try vector(name, count: count) : nil
  }
}
