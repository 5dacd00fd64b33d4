import BenchmarkSupport
import Kernels

/// One kernel on one layer's data: what it computes, and how much work that is.
struct LayerKernel {
  let name: String
  /// Multiplications and additions of the kernel's matrix products; 0 where memory alone counts.
  let operations: Double
  /// Bytes of f32 operands and results, each counted once.
  let bytes: Double
  /// Runs the kernel and leaves its results in these matrices.
  let run: (Execution) throws -> [Matrix]

  /// Throws ``WrongResult`` unless the results are those of the portable kernel in f32 on one thread.
  ///
  /// Bounds are shares of the largest value: 1e-4 in f32, 5e-2 where bf16 rounds the factors of attention scores.
  func verify(_ execution: Execution) throws {
    let expected = try run(Execution(threads: 1, instructionSet: .portable)).map(\.values)
    let bound: Float = execution.precision == .bf16 ? 5e-2 : 1e-4
    for (result, expected) in zip(try run(execution).map(\.values), expected) {
      let largest = expected.reduce(0) { max($0, abs($1)) }
      let difference = zip(result, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
      guard difference <= bound * largest else {
        throw WrongResult(
          description: "\(name), \(execution.instructionSet), \(execution.precision): off by "
            + "\(difference / largest) of the largest value; allowed is \(bound)")
      }
    }
  }
}

extension LayerKernel {
  /// Every kernel of a layer besides its matrix products, for `positions` tokens of which the last `sinks` can be sinks.
  static func all(_ shape: LayerShape, positions: Int, sinks: Int) throws -> [LayerKernel] {
    let data = try LayerData(shape, positions: positions, sinks: sinks)
    return try attentionKernels(data) + attributionKernels(data) + rowKernels(data)
  }

  private static func attentionKernels(_ data: LayerData) throws -> [LayerKernel] {
    let (shape, count) = (data.shape.attention, data.positions)
    let (output, logSumExp) = (
      try Matrix(rows: count, columns: shape.queryColumns), try Matrix(rows: count, columns: shape.heads)
    )
    let pairs = Double(count * (count + 1) / 2 * shape.heads)
    return [
      LayerKernel(
        name: "attention", operations: 4 * pairs * Double(shape.headDimension),
        bytes: 4 * Double(count * (2 * shape.queryColumns + 2 * shape.keyColumns))
      ) { execution in
        try execution.attention(
          shape, queries: data.queries, keys: data.keys, values: data.values, firstPosition: 0, into: output,
          logSumExp: logSumExp)
        return [output, logSumExp]
      }
    ]
  }

  private static func attributionKernels(_ data: LayerData) throws -> [LayerKernel] {
    let (shape, layer, sinks) = (data.shape.attention, data.layer, data.tokenSinks)
    let pairs = Double(sinks.rows) * Double(2 * data.positions - sinks.rows + 1) / 2 * Double(shape.heads)
    let operandBytes = 4 * Double(data.positions * 2 * shape.keyColumns + sinks.rows * shape.queryColumns)
    let ones = try Matrix(rows: 1, columns: sinks.rows, values: [Float](repeating: 1, count: sinks.rows))
    let exact = try Execution(threads: 1, instructionSet: .portable)
    let sums = try exact.attentionColumnSums(layer, queries: sinks.queries, logSumExp: sinks.logSumExp, weights: ones)
    let (before, mid) = (
      try exact.weightedRows(sinks.before, weights: ones), try exact.weightedRows(sinks.mid, weights: ones)
    )
    let productOperations = pairs * Double(2 * shape.headDimension)
    return [
      LayerKernel(name: "attention column sums", operations: productOperations, bytes: operandBytes) { execution in
        [try execution.attentionColumnSums(layer, queries: sinks.queries, logSumExp: sinks.logSumExp, weights: ones)]
      },
      LayerKernel(
        name: "weighted rows", operations: 2 * Double(sinks.rows * data.shape.hidden),
        bytes: 4 * Double(sinks.rows * data.shape.hidden)
      ) { execution in [try execution.weightedRows(sinks.mid, weights: ones)] },
      LayerKernel(
        name: "span shares", operations: 2 * Double(data.positions * shape.queryColumns),
        bytes: 4 * Double(data.positions * shape.keyColumns + data.shape.hidden * shape.queryColumns)
      ) { execution in
        let scores = try Matrix(rows: 1, columns: data.positions)
        try execution.spanShares(layer, before: before, mid: mid, columnSums: sums, into: scores)
        return [scores]
      },
      LayerKernel(name: "token shares", operations: 2 * productOperations, bytes: operandBytes) { execution in
        let scores = try Matrix(rows: sinks.rows, columns: data.positions)
        try execution.tokenShares(layer, sinks: sinks, range: 0..<sinks.rows, into: scores)
        return [scores]
      },
      LayerKernel(name: "walk", operations: 2 * productOperations, bytes: operandBytes) { execution in
        let step = try execution.walk(layer, sinks: sinks, weights: ones)
        return [step.moved, step.kept]
      },
    ]
  }

  private static func rowKernels(_ data: LayerData) throws -> [LayerKernel] {
    let (count, hidden, inner) = (data.positions, data.shape.hidden, data.shape.inner)
    let normed = try Matrix(rows: count, columns: hidden)
    let weight = [Float](repeating: 1.5, count: hidden)
    let (gate, up, gated) = (
      try data.random(count, inner), try data.random(count, inner), try Matrix(rows: count, columns: inner)
    )
    let logits = try data.random(64, data.shape.vocabulary)
    let rotated = try Matrix(rows: count, columns: data.shape.attention.queryColumns)
    let half = data.shape.headDimension / 2
    let table = try RotaryTable(
      positions: 0..<count, frequencies: (0..<half).map { 1 / Double($0 + 1) }, layout: .halfSplit, threads: 1)
    return [
      LayerKernel(name: "RMSNorm", operations: 0, bytes: 8 * Double(count * hidden)) { execution in
        try execution.rmsNorm(data.residual, weight: weight, epsilon: 1e-5, into: normed)
        return [normed]
      },
      LayerKernel(name: "RoPE and copy", operations: 0, bytes: 16 * Double(count * rotated.columns)) { execution in
        execution.copy(data.queries, into: rotated)
        try execution.rotate(rotated, headDimension: data.shape.headDimension, by: table)
        return [rotated]
      },
      LayerKernel(name: "gated activation", operations: 0, bytes: 12 * Double(count * inner)) { execution in
        try execution.gate(.silu, gate, up: up, into: gated)
        return [gated]
      },
      LayerKernel(name: "log-softmax", operations: 0, bytes: 4 * Double(logits.rows * logits.columns)) { execution in
        let found = try execution.logSoftmax(logits).logSumExp
        return [try Matrix(rows: 1, columns: found.count, values: found)]
      },
    ]
  }
}
