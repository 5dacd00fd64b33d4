import Kernels

/// Memory of a backward pass, reused by every layer.
struct BackwardScratch {
  /// Rows that recomputation and products handle at a time.
  let chunkRows: Int
  /// What recomputing a chunk's activations takes.
  let forward: Scratch
  let attended, attendedGradient, queryGradient: Matrix  // [rows, heads * headDimension]
  let keyGradient, valueGradient: Matrix  // [rows, keyValueHeads * headDimension]
  let blockGradient, inputGradient: Matrix  // [chunkRows, hidden]
  let innerGradient: Matrix  // [chunkRows, inner columns]

  init(rows: Int, chunkRows: Int, hidden: Int, layers: [DecoderLayer]) throws(KernelError) {
    let widths = Scratch.Widths(hidden: hidden, layers: layers)
    self.chunkRows = chunkRows
    forward = try Scratch(rows: chunkRows, hidden: hidden, layers: layers)
    attended = try Matrix(rows: rows, columns: widths.query)
    attendedGradient = try Matrix(rows: rows, columns: widths.query)
    queryGradient = try Matrix(rows: rows, columns: widths.query)
    keyGradient = try Matrix(rows: rows, columns: widths.key)
    valueGradient = try Matrix(rows: rows, columns: widths.key)
    blockGradient = try Matrix(rows: chunkRows, columns: hidden)
    inputGradient = try Matrix(rows: chunkRows, columns: hidden)
    innerGradient = try Matrix(rows: chunkRows, columns: widths.inner)
  }

  /// Values of all matrices together.
  static func count(rows: Int, chunkRows: Int, hidden: Int, layers: [DecoderLayer]) -> Int {
    let widths = Scratch.Widths(hidden: hidden, layers: layers)
    return rows * (3 * widths.query + 2 * widths.key)
      + chunkRows * (Scratch.columns(hidden: hidden, layers: layers) + 2 * hidden + widths.inner)
  }
}
