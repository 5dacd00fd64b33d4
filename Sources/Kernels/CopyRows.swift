import CKernels

extension Execution {
  /// Copies the values of `x` into `output`, of the same shape; all threads take part.
  public func copy(_ x: Matrix, into output: Matrix) {
    precondition(output.rows == x.rows && output.columns == x.columns)
    withRaw { execution in
      ft_copy_rows(execution, x.rows, x.columns, x.pointer, x.stride, output.pointer, output.stride)
    }
  }
}
