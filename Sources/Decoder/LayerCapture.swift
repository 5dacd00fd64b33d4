import Kernels

/// What attribution reads of one layer. T positions in all, of which M, the captured ones, can be sinks.
package struct LayerCapture: Sendable {
  /// The captured positions; row r of the matrices with M rows belongs to `captured.lowerBound + r`.
  package let captured: Range<Int>
  package let attention: AttentionShape
  /// Keys after norm and RoPE, [T, keyValueHeads * headDimension].
  package let keys: Matrix
  /// Values with their bias, [T, keyValueHeads * headDimension].
  package let values: Matrix
  /// Queries after norm and RoPE, [M, heads * headDimension].
  package let queries: Matrix
  /// Log of the denominator of each softmax: `alpha = exp(scale * q.k - logSumExp)`, [M, heads].
  package let logSumExp: Matrix
  /// The residual stream entering the layer, x_prev, [M, hidden].
  package let residualIn: Matrix
  /// The residual stream after the attention block, x_mid, [M, hidden].
  package let residualMid: Matrix
  /// The output projection, [hidden, heads * headDimension].
  package let output: WeightMatrix
  /// The output projection's bias, [hidden], which belongs to no source.
  package let outputBias: [Float]?
  /// Weight w of the norm on the attention block's output, [hidden]; nil where there is none.
  package let outputWeight: [Float]?
  private let outputScales: Matrix?

  /// `s[i] = 1 / rms(attention output at i)`, [M], where the block normalises its output; else nil.
  package var outputScale: [Float]? { outputScales?.values }

  init(layer: DecoderLayer, hidden: Int, cache: LayerCache, captured: Range<Int>) throws(KernelError) {
    let rows = captured.count
    self.captured = captured
    (attention, keys, values) = (layer.attention, cache.keys, cache.values)
    queries = try Matrix(rows: rows, columns: layer.attention.queryColumns)
    logSumExp = try Matrix(rows: rows, columns: layer.attention.heads)
    residualIn = try Matrix(rows: rows, columns: hidden)
    residualMid = try Matrix(rows: rows, columns: hidden)
    (output, outputBias, outputWeight) = (layer.output.weight, layer.output.bias, layer.outputNorm)
    outputScales = layer.outputNorm == nil ? nil : try Matrix(rows: rows, columns: 1)
  }

  /// Copies the captured rows of a chunk to where they belong.
  func keep(_ target: KeyPath<LayerCapture, Matrix>, rowsOf source: Matrix, _ chunk: Chunk) {
    keep(self[keyPath: target], rowsOf: source, chunk)
  }

  func keepScale(_ source: Matrix, _ chunk: Chunk) {
    if let outputScales { keep(outputScales, rowsOf: source, chunk) }
  }

  private func keep(_ target: Matrix, rowsOf source: Matrix, _ chunk: Chunk) {
    let rows = chunk.rows(at: captured)
    if rows.isEmpty { return }
    let first = chunk.positions.lowerBound + rows.lowerBound - captured.lowerBound
    chunk.execution.copy(source.rows(rows), into: target.rows(first..<first + rows.count))
  }
}
