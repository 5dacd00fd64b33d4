import Kernels

/// A linear map `x -> W x + b` with its stored weight [outputs, inputs].
struct Projection: Sendable {
  let weight: WeightMatrix
  let bias: [Float]?

  init(_ weight: WeightMatrix, bias: [Float]? = nil) {
    (self.weight, self.bias) = (weight, bias)
  }

  /// The product of this map, for a call of several.
  func product(into y: Matrix) -> Product { Product(weight, bias: bias, into: y) }

  func apply(_ x: Matrix, into y: Matrix, _ execution: Execution) throws(KernelError) {
    try execution.matmul(x, weight, bias: bias, into: y)
  }

  func add(_ x: Matrix, to y: Matrix, _ execution: Execution) throws(KernelError) {
    try execution.matmul(x, weight, bias: bias, into: y, accumulate: true)
  }
}
