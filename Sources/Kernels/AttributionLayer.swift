import CKernels

/// What attribution reads of one layer, besides the sinks.
public struct AttributionLayer: Sendable {
  /// The layer's heads.
  public let shape: AttentionShape
  /// [positions, keyValueHeads * headDimension], after RoPE.
  public let keys: Matrix
  /// [positions, keyValueHeads * headDimension], of the keys' stride.
  public let values: Matrix
  /// The output projection O, widened: [hidden, heads * headDimension].
  public let output: Matrix
  /// Weight w of a norm on the attention output [hidden]; nil where the block has none.
  public let outputWeight: [Float]?

  /// Checks that the shapes fit each other.
  public init(shape: AttentionShape, keys: Matrix, values: Matrix, output: Matrix, outputWeight: [Float]? = nil) {
    precondition(keys.columns == shape.keyColumns && values.columns == shape.keyColumns)
    precondition(keys.rows == values.rows && keys.stride == values.stride)
    precondition(output.columns == shape.queryColumns && output.stride == output.columns)
    precondition(outputWeight.map { $0.count == output.rows } ?? true)
    (self.shape, self.keys, self.values, self.output) = (shape, keys, values, output)
    self.outputWeight = outputWeight
  }

  /// Source positions T.
  public var positions: Int { keys.rows }
  /// Width of the residual stream.
  public var hidden: Int { output.rows }

  func withRaw<R>(_ body: (UnsafePointer<ft_attribution_layer>) throws(KernelError) -> R) throws(KernelError) -> R {
    try outputWeight.withPointer { weight throws(KernelError) in
      var raw = ft_attribution_layer(
        shape: shape.raw, positions: positions, hidden: hidden, keys: keys.pointer, values: values.pointer,
        ldkv: keys.stride, output: output.pointer, output_weight: weight)
      return try body(&raw)
    }
  }
}
