import CKernels

/// A weight matrix [rows, columns] as it lies in a file: read only, in its stored type, never expanded as a whole.
public struct WeightMatrix: @unchecked Sendable {
  /// Outputs of the linear map.
  public let rows: Int
  /// Inputs of the linear map.
  public let columns: Int
  /// How the values are stored.
  public let type: ElementType
  private let data: UnsafeRawPointer
  private let owner: any AnyObject & Sendable

  /// A view of `rows` times `columns` values at `data`, which `owner` keeps alive and unchanged.
  ///
  /// `columns` must be a whole number of the type's blocks, and the bytes from `data` on must all be readable.
  public init(data: UnsafeRawPointer, owner: any AnyObject & Sendable, type: ElementType, rows: Int, columns: Int) {
    precondition(rows >= 0 && type.rowBytes(columns: columns) != nil, "columns must be whole blocks of \(type)")
    (self.data, self.owner, self.type, self.rows, self.columns) = (data, owner, type, rows, columns)
  }

  /// Bytes of one row.
  public var rowBytes: Int { type.rowBytes(columns: columns)! }

  /// The rows of `range` as a matrix of its own, sharing the bytes: one projection of a fused one, one expert of many.
  public func rows(_ range: Range<Int>) -> WeightMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return WeightMatrix(
      data: data + range.lowerBound * rowBytes, owner: owner, type: type, rows: range.count, columns: columns)
  }

  /// Calls `body` with the C view, valid during the call.
  func withWeights<R, E: Error>(_ body: (UnsafePointer<ft_weights>) throws(E) -> R) throws(E) -> R {
    var weights = ft_weights(
      data: data, type: ft_element_type(rawValue: type.rawValue), rows: rows, columns: columns,
      row_stride_bytes: rowBytes)
    defer { withExtendedLifetime(owner) {} }
    return try body(&weights)
  }
}
