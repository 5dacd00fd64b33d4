import Kernels

/// A sequence on its way through the model, chunk by chunk, or several of one length side by side. Prefill and generation
/// are the same steps: a generated token is a chunk of one row.
struct Decoding {
  let model: DecoderModel
  let execution: Execution
  let scratch: Scratch
  /// Rows that go through the layers together, at most; the sequences' rows take turns, see ``Chunk``.
  let chunkRows: Int
  private(set) var cache: KeyValueCache

  /// `capacity` positions of each of `batch` sequences, at most `chunkRows` rows at a time, or one position of each.
  init(
    model: DecoderModel, capacity: Int, batch: Int = 1, chunkRows: Int, execution: Execution
  ) throws(KernelError) {
    self.model = model
    self.execution = execution
    self.chunkRows = min(max(1, chunkRows / batch), capacity) * batch
    cache = try KeyValueCache(layers: model.layers, capacity: capacity, batch: batch)
    scratch = try Scratch(rows: self.chunkRows, hidden: model.hidden, layers: model.layers)
  }

  /// What the last layer has to do, since nothing after it needs the other rows.
  struct Demand {
    /// First position whose attention output is read.
    var attentionFrom: Int
    /// First position whose final residual stream is read.
    var streamFrom: Int
  }

  /// Begins every sequence with the first `count` positions of one that has been run.
  mutating func begin(with pass: ForwardPass, count: Int) {
    precondition(cache.count == 0 && count <= min(pass.tokenCount, cache.capacity))
    for (layer, known) in zip(cache.layers, pass.layers) {
      for (all, part) in [(layer.keys, known.keys), (layer.values, known.values)] {
        for sequence in 0..<cache.batch {
          execution.copy(part.rows(0..<count), into: all.rows(from: sequence, step: cache.batch).rows(0..<count))
        }
      }
    }
    cache.count = count
  }

  /// Takes the next ids (at most `chunkRows`) through all layers, or `embeddings`, a row for each, in their place.
  ///
  /// Returns the residual stream after the last layer for the chunk's positions from `demand.streamFrom` on; the
  /// memory is reused by the next call. Throws `CancellationError` between layers when the task is cancelled.
  mutating func advance(
    _ ids: ArraySlice<Int32>, embeddings: Matrix? = nil, demand: Demand, captures: [LayerCapture] = [],
    layerDone: () -> Void = {}
  ) throws -> Matrix {
    let batch = cache.batch
    let positions = cache.count..<cache.count + ids.count / batch
    precondition(ids.count <= chunkRows && ids.count % batch == 0 && positions.upperBound <= cache.capacity)
    precondition(captures.isEmpty || batch == 1, "a batch is not captured")
    let all = 0..<ids.count
    var chunk = Chunk(
      positions: positions, batch: batch, attentionRows: all, feedForwardRows: all,
      rotations: try model.rotaryTables(positions, threads: execution.threads), scratch: scratch,
      execution: execution)
    let x = scratch.stream.rows(all)
    if let embeddings {
      execution.copy(embeddings, into: x)
    } else {
      try model.embed(ids, into: x, execution)
    }
    for (index, layer) in model.layers.enumerated() {
      if Task.isCancelled { throw CancellationError() }
      if index == model.layers.count - 1 {
        chunk.attentionRows = chunk.rows(from: min(demand.attentionFrom, demand.streamFrom))
        chunk.feedForwardRows = chunk.rows(from: demand.streamFrom)
      }
      try layer.step(x, chunk, cache: cache.layers[index], capture: captures.isEmpty ? nil : captures[index])
      layerDone()
    }
    cache.count = positions.upperBound
    return x.rows(chunk.rows(from: demand.streamFrom))
  }
}
