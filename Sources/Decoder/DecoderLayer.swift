import Kernels

/// One decoder layer of any family: its tensors and facts. What a family lacks is nil.
///
///     x  [rows, hidden], the residual stream                                  captured as residualIn
///     |
///     +--> input norm? --> key, value [rows, keyValueHeads * headDimension]   rows of the cache
///     |                    query [rows, heads * headDimension]
///     |                      |
///     |                    key norm?, query norm?  (per head or whole row)
///     |                      |
///     |                    RoPE?                                              captured: queries, keys, values
///     |                      |
///     |                    attention over the cache                           captured: logSumExp
///     |                      |
///     |                    output projection
///     |                      |
///     + <----------------- output norm?                                       captured: its scale
///     |
///     x  after the attention block                                            captured as residualMid
///     |
///     +--> feed-forward norm? --> gated feed-forward block, or experts
///     |                             |
///     + <------------------------ feed-forward output norm?
///     |
///     x  entering the next layer
///
/// Norms stand before the blocks (Llama, Mistral, Qwen, Phi-3), after them (OLMo 2), or on both sides (Gemma 3).
struct DecoderLayer: Sendable {
  let attention: AttentionShape
  let epsilon: Float
  let inputNorm: [Float]?
  let query, key, value: Projection
  let queryNorm, keyNorm: [Float]?
  /// Which of the model's rotations turns queries and keys; nil where the layer knows no positions.
  let rotation: Int?
  let output: Projection
  let outputNorm: [Float]?
  let feedForwardNorm: [Float]?
  let feedForward: FeedForward
  let feedForwardOutputNorm: [Float]?
}

extension DecoderLayer {
  /// Takes a chunk's rows of the residual stream `x` through this layer, in place, as the diagram has it.
  ///
  /// The cache receives the keys and values of every row; what follows is done for the rows that are wanted.
  func step(_ x: Matrix, _ chunk: Chunk, cache: LayerCache, capture: LayerCapture?) throws(KernelError) {
    capture?.keep(\.residualIn, rowsOf: x, chunk)
    try attentionBlock(x, chunk, cache: cache, capture: capture)
    capture?.keep(\.residualMid, rowsOf: x, chunk)
    try feedForwardBlock(x.rows(chunk.feedForwardRows), chunk)
  }

  private func attentionBlock(
    _ x: Matrix, _ chunk: Chunk, cache: LayerCache, capture: LayerCapture?
  ) throws(KernelError) {
    let execution = chunk.execution
    let scratch = chunk.scratch
    let wanted = chunk.attentionRows
    let keys = cache.keys.rows(chunk.cacheRows)
    let values = cache.values.rows(chunk.cacheRows)
    let queries = scratch.queries.rows(wanted)

    let normed = try normalised(x, by: inputNorm, chunk)
    let keysAndValues = [key.product(into: keys), value.product(into: values)]
    if wanted.count == x.rows {
      try execution.matmul(normed, [query.product(into: queries)] + keysAndValues)
    } else {
      try execution.matmul(normed, keysAndValues)
      try query.apply(normed.rows(wanted), into: queries, execution)
    }

    try normaliseHeads(keys, by: keyNorm, execution)
    try normaliseHeads(queries, by: queryNorm, execution)

    if let rotation {
      let table = chunk.rotations[rotation]
      let wantedTable = table.rows(chunk.positionIndices(wanted))
      for (keys, queries) in zip(chunk.sequences(of: keys), chunk.sequences(of: queries)) {
        try execution.rotate(keys, headDimension: attention.headDimension, by: table)
        try execution.rotate(queries, headDimension: attention.headDimension, by: wantedTable)
      }
    }
    capture?.keep(\.queries, rowsOf: scratch.queries, chunk)
    if wanted.isEmpty { return }

    let attended = scratch.attended.rows(wanted)
    let (allKeys, allValues) = (chunk.sequences(of: cache.keys), chunk.sequences(of: cache.values))
    for (index, (queries, attended)) in zip(chunk.sequences(of: queries), chunk.sequences(of: attended)).enumerated() {
      try execution.attention(
        attention, queries: queries, keys: allKeys[index], values: allValues[index],
        firstPosition: chunk.positions.lowerBound + chunk.positionIndices(wanted).lowerBound, into: attended,
        logSumExp: capture == nil ? nil : scratch.logSumExp.rows(wanted))
    }
    capture?.keep(\.logSumExp, rowsOf: scratch.logSumExp, chunk)

    let stream = x.rows(wanted)
    guard let outputNorm else { return try output.add(attended, to: stream, execution) }
    let projected = scratch.blockOutput.rows(wanted)
    try output.apply(attended, into: projected, execution)
    try execution.rmsNorm(
      projected, weight: outputNorm, epsilon: epsilon, into: stream, accumulate: true,
      scale: scratch.outputScale.rows(wanted))
    capture?.keepScale(scratch.outputScale, chunk)
  }

  /// Adds the feed-forward block's output to the rows of `stream`, as the diagram has it.
  func feedForwardBlock(_ stream: Matrix, _ chunk: Chunk) throws(KernelError) {
    if stream.rows == 0 { return }
    let normed = try normalised(stream, by: feedForwardNorm, chunk)
    guard let feedForwardOutputNorm else { return try feedForward.add(normed, to: stream, chunk) }
    let sum = chunk.scratch.blockOutput.rows(0..<stream.rows)
    sum.clear()
    try feedForward.add(normed, to: sum, chunk)
    try chunk.execution.rmsNorm(
      sum, weight: feedForwardOutputNorm, epsilon: epsilon, into: stream, accumulate: true)
  }

  /// `x` under the norm that stands before a block, in scratch memory; `x` itself where none does.
  func normalised(_ x: Matrix, by weight: [Float]?, _ chunk: Chunk) throws(KernelError) -> Matrix {
    guard let weight else { return x }
    let normed = chunk.scratch.normed.rows(0..<x.rows)
    try chunk.execution.rmsNorm(x, weight: weight, epsilon: epsilon, into: normed)
    return normed
  }

  /// The norm of queries or keys; the weight's length says whether it is per head or over the whole row.
  private func normaliseHeads(_ x: Matrix, by weight: [Float]?, _ execution: Execution) throws(KernelError) {
    guard let weight else { return }
    try execution.rmsNorm(x, weight: weight, epsilon: epsilon, into: x)
  }
}
