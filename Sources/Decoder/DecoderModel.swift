import Kernels

/// A decoder-only language model of any supported family, ready to run. Immutable, so that any number of tasks may run
/// it at once; every run has memory of its own.
package final class DecoderModel: Sendable {
  package let vocabulary: Int
  /// Width of the residual stream.
  package let hidden: Int
  let embedding: WeightMatrix
  /// Factor of the embeddings (Gemma: the root of the width); 1 elsewhere.
  let embeddingScale: Float
  let rotations: [Rotation]
  let layers: [DecoderLayer]
  let finalNorm: [Float]
  let epsilon: Float
  /// From the final stream to logits, [vocabulary, hidden].
  let head: Projection

  init(
    embedding: WeightMatrix, embeddingScale: Float, rotations: [Rotation], layers: [DecoderLayer], finalNorm: [Float],
    epsilon: Float, head: Projection
  ) {
    (vocabulary, hidden) = (embedding.rows, embedding.columns)
    (self.embedding, self.embeddingScale, self.rotations) = (embedding, embeddingScale, rotations)
    (self.layers, self.finalNorm, self.epsilon, self.head) = (layers, finalNorm, epsilon, head)
  }

  /// Writes the embeddings of `ids` into the rows of `x`, [ids, hidden].
  func embed(_ ids: ArraySlice<Int32>, into x: Matrix, _ execution: Execution) throws(KernelError) {
    try execution.dequantize(embedding, rows: Array(ids), into: x)
    if embeddingScale == 1 { return }
    for row in 0..<x.rows {
      x.withRow(row) { values in for c in values.indices { values[c] *= embeddingScale } }
    }
  }

  /// Logits of the rows of a final residual stream, [rows, vocabulary]; `normed` is scratch of the stream's shape.
  func logits(_ stream: Matrix, normed: Matrix, into logits: Matrix, _ execution: Execution) throws(KernelError) {
    try execution.rmsNorm(stream, weight: finalNorm, epsilon: epsilon, into: normed)
    try head.apply(normed, into: logits, execution)
  }
}
