import CKernels

extension Execution {
  /// `y = x * transpose(w) + bias`, or added to what `y` holds.
  ///
  /// - Parameters:
  ///   - x: [rows, w.columns].
  ///   - w: weights in their stored type; widened block by block during the call.
  ///   - bias: [w.rows], or nil.
  ///   - y: [rows, w.rows]; overlaps nothing.
  /// - Cost: 2 * rows * w.rows * w.columns operations. A row of `y` depends on neither the other rows nor the threads.
  public func matmul(
    _ x: Matrix, _ w: WeightMatrix, bias: [Float]? = nil, into y: Matrix, accumulate: Bool = false
  ) throws(KernelError) {
    precondition(x.columns == w.columns && y.columns == w.rows && x.rows == y.rows, "shapes of a matrix product")
    precondition(bias.map { $0.count == w.rows } ?? true, "one bias a row of the weights")
    try bias.withPointer { bias throws(KernelError) in
      try withRaw { execution in
        w.withWeights { w in
          ft_matmul(execution, x.rows, x.pointer, x.stride, w, bias, y.pointer, y.stride, accumulate ? 1 : 0)
        }
      }
    }
  }
}
