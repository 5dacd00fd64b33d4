import CKernels

extension Execution {
  /// `output[rows[i]] += weights[i] * x[i]` for every row of `x`.
  ///
  /// `rows` (each at most once) defaults to the rows of `x` in order, `weights` to 1.
  public func add(
    _ x: Matrix, to output: Matrix, rows: [Int32]? = nil, weights: [Float]? = nil
  ) throws(KernelError) {
    precondition(output.columns == x.columns && (rows?.count ?? x.rows) == x.rows)
    precondition((weights?.count ?? x.rows) == x.rows)
    precondition(rows?.allSatisfy { $0 >= 0 && $0 < output.rows } ?? (output.rows >= x.rows))
    try run { execution in
      ft_add_rows(
        execution, x.rows, x.columns, x.pointer, x.stride, rows, weights, output.pointer,
        output.stride)
    }
  }
}
