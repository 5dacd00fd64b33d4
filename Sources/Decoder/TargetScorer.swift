import Kernels

/// Scores variants of a sequence that has been run. What a variant shares with it, up to the first id that differs, is
/// read from its KV cache; several variants go through the layers side by side, so that weights are unpacked once for all.
package struct TargetScorer {
  /// What a run leaves.
  package struct Scores {
    /// Natural log-probability of every id from the first generated one on.
    package let logProbabilities: [Float]
    /// The final residual stream of the positions that predict these, [generated, hidden].
    package let stream: Matrix
  }

  private let model: DecoderModel
  private let pass: ForwardPass
  private let batchSize: Int
  private let execution: Execution
  private let generationStart: Int
  /// Positions taken through the model so far, of all variants.
  package private(set) var positionsRun = 0

  /// Rows that a batch fills at most, unless one variant has more: a chunk of a forward pass.
  private static let batchRows = DecoderModel.defaultChunkRows
  /// Positions that the KV caches of a batch hold together at most, unless one variant has more.
  private static let batchPositions = 8 * DecoderModel.defaultChunkRows

  /// - Parameters:
  ///   - pass: of the original sequence.
  ///   - batchSize: variants that go side by side, at most; the scores do not depend on it.
  package init(model: DecoderModel, pass: ForwardPass, batchSize: Int = 64, execution: Execution) {
    precondition(batchSize >= 1)
    (self.model, self.pass, self.batchSize, self.execution) = (model, pass, batchSize, execution)
    generationStart = pass.tokenCount - pass.targetLogProbabilities.count
  }

  /// Runs the original's generated tokens again, for their residual stream. Cost: a pass of these positions.
  package mutating func scoreOriginal() throws -> Scores {
    try run(Batch(start: max(0, generationStart - 1), members: [0]), of: [pass.ids])[0]
  }

  /// Runs variants, each as long as the original, those that differ from it latest first.
  ///
  /// - Parameter done: called with each variant's index and scores.
  /// - Throws: ``DecoderError``, `KernelError`, `CancellationError`, and what `done` throws.
  /// - Cost: for each, a forward pass of the positions from the first that differs from the original's, or from the first
  ///   generated one where that comes earlier. Memory: the KV caches of a batch.
  package mutating func score(_ variants: [[Int32]], done: (Int, Scores) throws -> Void) throws {
    for ids in variants {
      try model.validate(ids, generationStart: generationStart)
      precondition(ids.count == pass.tokenCount, "variants are as long as the original")
    }
    for batch in batches(variants) {
      for (member, scores) in zip(batch.members, try run(batch, of: variants)) { try done(member, scores) }
    }
  }

  /// Variants that go side by side from position `start` on.
  private struct Batch {
    var start: Int
    var members: [Int]
  }

  private func batches(_ variants: [[Int32]]) -> [Batch] {
    let starts = variants.map { ids in
      min(zip(ids, pass.ids).prefix { $0 == $1 }.count, max(0, generationStart - 1))
    }
    var batches: [Batch] = []
    for member in variants.indices.sorted(by: { (starts[$0], $1) > (starts[$1], $0) }) {
      let size = (batches.last?.members.count ?? 0) + 1
      let fits =
        size <= batchSize && size * (pass.tokenCount - starts[member]) <= Self.batchRows
        && size * pass.tokenCount <= Self.batchPositions
      if fits, !batches.isEmpty {
        batches[batches.count - 1].members.append(member)
        batches[batches.count - 1].start = starts[member]
      } else {
        batches.append(Batch(start: starts[member], members: [member]))
      }
    }
    return batches
  }

  private mutating func run(_ batch: Batch, of variants: [[Int32]]) throws -> [Scores] {
    let (count, size) = (pass.tokenCount, batch.members.count)
    var decoding = try Decoding(
      model: model, capacity: count, batch: size, chunkRows: DecoderModel.defaultChunkRows, execution: execution)
    decoding.begin(with: pass, count: batch.start)
    let ids = (batch.start..<count).flatMap { position in batch.members.map { variants[$0][position] } }
    let stream = try Matrix(rows: (count - generationStart) * size, columns: model.hidden)
    var predictions = Predictions()
    var filled = 0
    // The last id of each variant predicts nothing that is scored.
    let run = ids.dropLast(size)
    for first in Swift.stride(from: 0, to: run.count, by: decoding.chunkRows) {
      let chunk = run[first..<min(first + decoding.chunkRows, run.count)]
      let part = try decoding.advance(
        chunk, demand: .init(attentionFrom: generationStart - 1, streamFrom: generationStart - 1))
      let end = chunk.endIndex + size
      try predictions.append(part, following: ids[end - part.rows..<end], model: model, execution)
      execution.copy(part, into: stream.rows(filled..<filled + part.rows))
      filled += part.rows
    }
    positionsRun += run.count
    return (0..<size).map { sequence in
      Scores(
        logProbabilities: stride(from: sequence, to: predictions.targets.count, by: size).map {
          predictions.targets[$0]
        },
        stream: stream.rows(from: sequence, step: size))
    }
  }
}
