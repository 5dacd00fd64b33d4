import CKernels

#if canImport(Glibc)
  import Glibc
#endif

/// Memory of f32 values, aligned to 64 bytes, freed with its last owner.
///
/// Large memory comes as untouched zero pages, so that each page is placed by the thread that first writes to it.
final class AlignedBuffer: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>
  let count: Int
  private let memory: UnsafeMutableRawPointer
  private static let alignment = 64

  /// Zeroed memory for `count` values. Throws ``KernelError/outOfMemory(bytes:)``.
  init(count: Int) throws(KernelError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    let (padded, tooLarge) = bytes.addingReportingOverflow(Self.alignment)
    guard count >= 0, !overflow, !tooLarge, let memory = calloc(1, padded) else {
      throw .outOfMemory(bytes: overflow || tooLarge ? Int.max : bytes)
    }
    self.memory = memory
    self.base = memory.alignedUp(toMultipleOf: Self.alignment).bindMemory(to: Float.self, capacity: count)
    self.count = count
  }

  deinit { free(memory) }
}

/// A row-major f32 matrix [rows, columns], or a view of some rows or columns of another.
///
/// Copies share their values: a `Matrix` is a reference to memory, not a value. Kernels write into matrices that they
/// are handed; whoever shares one between tasks sees to it that nobody reads while another writes.
public struct Matrix: @unchecked Sendable {
  /// Number of rows.
  public let rows: Int
  /// Values of a row.
  public let columns: Int
  /// Values from the start of one row to the start of the next.
  public let stride: Int
  private let buffer: AlignedBuffer
  private let offset: Int

  /// A matrix of zeros. Throws ``KernelError/outOfMemory(bytes:)``.
  public init(rows: Int, columns: Int) throws(KernelError) {
    precondition(rows >= 0 && columns >= 0)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    if overflow { throw .outOfMemory(bytes: Int.max) }
    self.init(
      buffer: try AlignedBuffer(count: count), offset: 0, rows: rows, columns: columns, stride: columns)
  }

  /// A matrix with the values of `values`, row after row.
  public init(rows: Int, columns: Int, values: [Float]) throws(KernelError) {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows) x \(columns)")
    try self.init(rows: rows, columns: columns)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: source.count) }
    }
  }

  private init(buffer: AlignedBuffer, offset: Int, rows: Int, columns: Int, stride: Int) {
    (self.buffer, self.offset) = (buffer, offset)
    (self.rows, self.columns, self.stride) = (rows, columns, stride)
  }

  /// The first value; the memory lives as long as this matrix or another view of it.
  var pointer: UnsafeMutablePointer<Float> { buffer.base + offset }

  /// One value; both indices are checked.
  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      return pointer[row * stride + column]
    }
    nonmutating set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns)
      pointer[row * stride + column] = newValue
    }
  }

  /// A view of some rows.
  public func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Matrix(
      buffer: buffer, offset: offset + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// A view of every `step`-th row from `first` on.
  public func rows(from first: Int, step: Int) -> Matrix {
    precondition(first >= 0 && step > first && rows % step == 0, "every \(step)th of \(rows) rows from \(first)")
    return Matrix(
      buffer: buffer, offset: offset + first * stride, rows: rows / step, columns: columns, stride: stride * step)
  }

  /// A view of some columns.
  public func columns(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns \(range) of \(columns)")
    return Matrix(
      buffer: buffer, offset: offset + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// The values of a contiguous matrix in another shape of as many values.
  func shaped(rows: Int, columns: Int) -> Matrix {
    precondition((self.rows == 1 || stride == self.columns) && rows * columns == self.rows * self.columns)
    return Matrix(buffer: buffer, offset: offset, rows: rows, columns: columns, stride: columns)
  }

  /// A contiguous matrix as weights that read its memory.
  var weights: WeightMatrix {
    precondition(rows == 1 || stride == columns, "weights are contiguous")
    return WeightMatrix(data: UnsafeRawPointer(pointer), owner: buffer, type: .f32, rows: rows, columns: columns)
  }

  /// The values of one row, read in place and valid during the call.
  public func withRow<R>(_ row: Int, _ body: (UnsafeMutableBufferPointer<Float>) throws -> R) rethrows -> R {
    precondition(row >= 0 && row < rows)
    return try withExtendedLifetime(buffer) {
      try body(UnsafeMutableBufferPointer(start: pointer + row * stride, count: columns))
    }
  }

  /// A copy of the values, row after row.
  public var values: [Float] {
    (0..<rows).flatMap { row in withRow(row) { Array($0) } }
  }
}
