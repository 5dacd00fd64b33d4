import CKernels

extension Execution {
  /// `output[i] = x[rows[i]]` for every row of `output`; `rows` defaults to the rows of `x` in order.
  public func copy(_ x: Matrix, rows: [Int32]? = nil, into output: Matrix) {
    precondition(output.columns == x.columns && output.rows == rows?.count ?? x.rows)
    precondition(rows?.allSatisfy { $0 >= 0 && $0 < x.rows } ?? true)
    withRaw { execution in
      ft_copy_rows(
        execution, output.rows, x.columns, x.pointer, x.stride, rows, output.pointer, output.stride)
    }
  }
}
