import CKernels

extension Execution {
  /// Root mean square normalisation: `x / sqrt(mean(x^2) + epsilon) * weight`, per row or per head of a row.
  ///
  /// - Parameters:
  ///   - x: [rows, groups * weight.count]; every group of `weight.count` consecutive values has a mean of its own.
  ///   - output: the shape of `x`; may be `x`.
  ///   - accumulate: adds to what `output` holds.
  ///   - scale: [rows, groups], contiguous; receives `1 / sqrt(mean(x^2) + epsilon)`.
  public func rmsNorm(
    _ x: Matrix, weight: [Float], epsilon: Float, into output: Matrix, accumulate: Bool = false, scale: Matrix? = nil
  ) throws(KernelError) {
    let groups = weight.isEmpty ? 0 : x.columns / weight.count
    precondition(x.columns == groups * weight.count, "a weight of \(weight.count) for rows of \(x.columns)")
    precondition(output.rows == x.rows && output.columns == x.columns)
    precondition(scale.map { $0.rows == x.rows && $0.columns == groups && $0.stride == groups } ?? true)
    try run { execution in
      ft_rms_norm(
        execution, x.rows, groups, weight.count, x.pointer, x.stride, weight, epsilon, output.pointer, output.stride,
        accumulate ? 1 : 0, scale?.pointer)
    }
  }
}
