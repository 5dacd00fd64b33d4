import CKernels

extension Execution {
  /// Widens all rows of `weights` to f32: `output` is [weights.rows, weights.columns].
  public func dequantize(_ weights: WeightMatrix, into output: Matrix) throws(KernelError) {
    precondition(output.rows == weights.rows && output.columns == weights.columns)
    try run { execution in
      weights.withWeights { w in
        ft_dequantize_rows(execution, w, 0, nil, output.rows, output.pointer, output.stride)
      }
    }
  }

  /// Widens the rows `rows` of `weights`, in that order: `output` is [rows.count, weights.columns].
  ///
  /// Every row must be one of the matrix.
  public func dequantize(_ weights: WeightMatrix, rows: [Int32], into output: Matrix) throws(KernelError) {
    precondition(output.rows == rows.count && output.columns == weights.columns)
    precondition(rows.allSatisfy { $0 >= 0 && Int($0) < weights.rows }, "rows of a matrix of \(weights.rows) rows")
    try run { execution in
      weights.withWeights { w in
        rows.withUnsafeBufferPointer { indices in
          ft_dequantize_rows(execution, w, 0, indices.baseAddress, rows.count, output.pointer, output.stride)
        }
      }
    }
  }
}
