import Kernels

/// Activations of one chunk, reused by every layer and chunk; their size does not depend on the sequence's length.
struct Scratch {
  let stream, normed, blockOutput: Matrix  // [rows, hidden]
  let queries, attended: Matrix  // [rows, heads * headDimension]
  let logSumExp: Matrix  // [rows, heads]
  let outputScale: Matrix  // [rows, 1]
  let gate, up: Matrix  // [rows, inner columns]
  let routerLogits: Matrix  // [rows, experts]
  let expertInput, expertOutput: Matrix  // [rows, hidden]

  init(rows: Int, hidden: Int, layers: [DecoderLayer]) throws(KernelError) {
    let queryColumns = layers.map(\.attention.queryColumns).max() ?? 0
    let innerColumns = layers.map(\.feedForward.innerColumns).max() ?? 0
    let experts = layers.map(\.feedForward.expertCount).max() ?? 0
    let hasOutputNorm = layers.contains { $0.outputNorm != nil || $0.feedForwardOutputNorm != nil }
    stream = try Matrix(rows: rows, columns: hidden)
    normed = try Matrix(rows: rows, columns: hidden)
    blockOutput = try Matrix(rows: hasOutputNorm ? rows : 0, columns: hidden)
    queries = try Matrix(rows: rows, columns: queryColumns)
    attended = try Matrix(rows: rows, columns: queryColumns)
    logSumExp = try Matrix(rows: rows, columns: layers.first?.attention.heads ?? 0)
    outputScale = try Matrix(rows: rows, columns: 1)
    gate = try Matrix(rows: rows, columns: innerColumns)
    up = try Matrix(rows: rows, columns: innerColumns)
    routerLogits = try Matrix(rows: rows, columns: experts)
    expertInput = try Matrix(rows: experts > 0 ? rows : 0, columns: hidden)
    expertOutput = try Matrix(rows: experts > 0 ? rows : 0, columns: hidden)
  }
}

extension Matrix {
  /// Sets every value to zero.
  func clear() {
    for row in 0..<rows { withRow(row) { $0.update(repeating: 0) } }
  }
}
