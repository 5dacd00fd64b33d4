import CKernels

/// The non-linear function of a gated feed-forward block.
public enum Activation: String, Sendable, Equatable {
  /// `g / (1 + exp(-g))`; with a gate, SwiGLU.
  case silu
  /// `g / 2 * (1 + tanh(sqrt(2 / pi) * (g + 0.044715 g^3)))`; with a gate, GeGLU.
  case geluTanh

  var raw: ft_activation { self == .silu ? FT_SILU : FT_GELU_TANH }
}

extension Execution {
  /// `output = activation(gate) * up`, value by value; `output` may be `gate` or `up`.
  public func gate(_ activation: Activation, _ gate: Matrix, up: Matrix, into output: Matrix) throws(KernelError) {
    precondition(up.rows == gate.rows && output.rows == gate.rows)
    precondition(up.columns == gate.columns && output.columns == gate.columns)
    try run { execution in
      ft_gated_activation(
        execution, activation.raw, gate.rows, gate.columns, gate.pointer, gate.stride, up.pointer, up.stride,
        output.pointer, output.stride)
    }
  }
}
