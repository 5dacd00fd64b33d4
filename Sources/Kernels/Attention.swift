import CKernels

/// The attention heads of one layer.
public struct AttentionShape: Sendable, Equatable {
  /// Query heads; `keyValueHeads` divides it, and head h reads key-value head h / (heads / keyValueHeads).
  public var heads: Int
  /// Key-value heads.
  public var keyValueHeads: Int
  /// Values of one head.
  public var headDimension: Int
  /// Positions that a position sees, itself included; nil means all before it.
  public var window: Int?
  /// Factor of query times key before the softmax.
  public var scale: Float

  /// Checks that the heads divide and that a window is not empty.
  public init(heads: Int, keyValueHeads: Int, headDimension: Int, window: Int? = nil, scale: Float) {
    precondition(heads > 0 && keyValueHeads > 0 && heads % keyValueHeads == 0 && headDimension > 0)
    precondition(window.map { $0 > 0 } ?? true, "a window holds at least the position itself")
    (self.heads, self.keyValueHeads, self.headDimension) = (heads, keyValueHeads, headDimension)
    (self.window, self.scale) = (window, scale)
  }

  /// Columns of queries and of the attention's output.
  public var queryColumns: Int { heads * headDimension }
  /// Columns of keys and of values.
  public var keyColumns: Int { keyValueHeads * headDimension }

  var raw: ft_attention_shape {
    ft_attention_shape(
      heads: heads, kv_heads: keyValueHeads, head_dim: headDimension, window: window ?? 0, scale: scale)
  }
}

extension Execution {
  /// Causal grouped-query attention of the positions `firstPosition ..< firstPosition + queries.rows`.
  ///
  /// - Parameters:
  ///   - queries: [rows, heads * headDimension], after RoPE.
  ///   - keys, values: at least [firstPosition + rows, keyValueHeads * headDimension], of equal stride.
  ///   - output: [rows, heads * headDimension]; overlaps nothing.
  ///   - logSumExp: [rows, heads], contiguous; the log of each softmax's denominator.
  /// - Cost: linear memory; no attention matrix is stored. A single row reads keys and values once, as they are stored,
  ///   where ``streamsSingleRows`` asks for it.
  public func attention(
    _ shape: AttentionShape, queries: Matrix, keys: Matrix, values: Matrix, firstPosition: Int, into output: Matrix,
    logSumExp: Matrix? = nil
  ) throws(KernelError) {
    let rows = queries.rows
    precondition(queries.columns == shape.queryColumns && output.columns == shape.queryColumns && output.rows == rows)
    precondition(keys.columns == shape.keyColumns && values.columns == shape.keyColumns)
    precondition(keys.rows >= firstPosition + rows && values.rows >= firstPosition + rows)
    precondition(keys.stride == values.stride, "keys and values share a stride")
    precondition(logSumExp.map { $0.rows == rows && $0.columns == shape.heads && $0.stride == shape.heads } ?? true)
    var raw = shape.raw
    try run { execution in
      if streamsSingleRows, rows == 1 {
        return ft_attention_row(
          execution, &raw, firstPosition, queries.pointer, keys.pointer, values.pointer, keys.stride, output.pointer,
          logSumExp?.pointer)
      }
      return ft_attention(
        execution, &raw, rows, firstPosition, queries.pointer, queries.stride, keys.pointer, values.pointer,
        keys.stride, output.pointer, output.stride, logSumExp?.pointer)
    }
  }
}
