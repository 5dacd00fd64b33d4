import Kernels

/// Consecutive positions that go through the layers together, and what is wanted of them in a layer.
///
/// The sequences of a batch go side by side: row r belongs to sequence `r % batch`, so that all rows of some positions,
/// and all rows of the last ones, are consecutive.
struct Chunk {
  let positions: Range<Int>
  /// Sequences.
  var batch = 1
  /// Rows whose attention is wanted: a suffix of the chunk. For the others, keys and values suffice.
  var attentionRows: Range<Int>
  /// Rows whose feed-forward block is wanted: a suffix of the chunk.
  var feedForwardRows: Range<Int>
  /// The positions' angles, for each of the model's rotations.
  let rotations: [RotaryTable]
  let scratch: Scratch
  let execution: Execution

  /// The rows that stand at `wanted` positions.
  func rows(at wanted: Range<Int>) -> Range<Int> {
    let common = positions.clamped(to: wanted)
    return common.isEmpty ? 0..<0 : common.lowerBound - positions.lowerBound..<common.upperBound - positions.lowerBound
  }

  /// The rows from position `start` on.
  func rows(from start: Int) -> Range<Int> {
    min(max(start - positions.lowerBound, 0), positions.count) * batch..<positions.count * batch
  }

  /// The rows of the cache that belong to the chunk's positions.
  var cacheRows: Range<Int> { positions.lowerBound * batch..<positions.upperBound * batch }

  /// Which of the chunk's positions some rows of all sequences belong to, counted from its first.
  func positionIndices(_ rows: Range<Int>) -> Range<Int> { rows.lowerBound / batch..<rows.upperBound / batch }

  /// The rows of each sequence among `rows` of all.
  func sequences(of rows: Matrix) -> [Matrix] { (0..<batch).map { rows.rows(from: $0, step: batch) } }
}
