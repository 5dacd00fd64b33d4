import CKernels

/// One of several products of the same activations: `y = x * transpose(weights) + bias`.
public struct Product {
  let weights: WeightMatrix
  let bias: [Float]?
  let y: Matrix

  /// - Parameters:
  ///   - weights: in their stored type; widened block by block during the call.
  ///   - bias: [weights.rows], or nil.
  ///   - y: [rows, weights.rows]; overlaps nothing.
  public init(_ weights: WeightMatrix, bias: [Float]? = nil, into y: Matrix) {
    precondition(y.columns == weights.rows, "shapes of a matrix product")
    precondition(bias.map { $0.count == weights.rows } ?? true, "one bias a row of the weights")
    (self.weights, self.bias, self.y) = (weights, bias, y)
  }
}

extension Execution {
  /// `y = x * transpose(w) + bias`, or added to what `y` holds.
  ///
  /// - Parameters:
  ///   - x: [rows, w.columns].
  ///   - w: weights in their stored type; widened block by block during the call.
  ///   - bias: [w.rows], or nil.
  ///   - y: [rows, w.rows]; overlaps nothing.
  /// - Cost: 2 * rows * w.rows * w.columns operations. A row of `y` depends on neither the other rows (but for
  ///   ``streamsSingleRows``) nor the threads.
  public func matmul(
    _ x: Matrix, _ w: WeightMatrix, bias: [Float]? = nil, into y: Matrix, accumulate: Bool = false
  ) throws(KernelError) {
    try matmul(x, [Product(w, bias: bias, into: y)], accumulate: accumulate)
  }

  /// At most three products of `x`, all of the same columns: packed once and spread over the threads together.
  ///
  /// Results are those of single products, to the byte.
  public func matmul(_ x: Matrix, _ products: [Product], accumulate: Bool = false) throws(KernelError) {
    precondition(products.allSatisfy { $0.weights.columns == x.columns && $0.y.rows == x.rows }, "shapes of products")
    precondition(products.count <= Int(FT_MOST_PRODUCTS))
    try withProducts(products[...], [], accumulate: accumulate) { raw throws(KernelError) in
      try run { execution in
        if streamsSingleRows, x.rows == 1 { return ft_matvec(execution, x.pointer, raw.count, raw) }
        return ft_matmul(execution, x.rows, x.pointer, x.stride, raw.count, raw)
      }
    }
  }

  /// Every product's weights and bias at fixed addresses, one inside the other.
  private func withProducts(
    _ rest: ArraySlice<Product>, _ raw: [ft_product], accumulate: Bool,
    _ body: ([ft_product]) throws(KernelError) -> Void
  ) throws(KernelError) {
    guard let product = rest.first else { return try body(raw) }
    try product.bias.withPointer { bias throws(KernelError) in
      try product.weights.withWeights { weights throws(KernelError) in
        let y = product.y
        let next = ft_product(
          w: weights, bias: bias, y: y.pointer, ldy: y.stride, accumulate: accumulate ? 1 : 0)
        try withProducts(rest.dropFirst(), raw + [next], accumulate: accumulate, body)
      }
    }
  }
}
