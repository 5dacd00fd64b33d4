import Kernels

/// Consecutive positions that go through the layers together, and what is wanted of them in a layer.
struct Chunk {
  let positions: Range<Int>
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
    min(max(start - positions.lowerBound, 0), positions.count)..<positions.count
  }
}
