/// Bytes that a forward pass takes besides the model's files.
package struct ForwardMemory: Sendable, Equatable {
  /// Keys and values of all positions.
  package let cache: Int
  /// What is kept of the captured positions.
  package let captured: Int
  /// Activations and logits of a chunk, free again when the pass ends.
  package let scratch: Int

  package var total: Int { cache + captured + scratch }
}

extension DecoderModel {
  /// The memory that ``forward(ids:generationStart:captured:execution:chunkRows:progress:)`` will take for `tokens`
  /// positions, `captured` of which can be sinks and `predicted` of which have a successor to be scored.
  package func forwardMemory(
    tokens: Int, captured: Int, predicted: Int, chunkRows: Int = DecoderModel.defaultChunkRows
  ) -> ForwardMemory {
    let cacheColumns = layers.reduce(0) { $0 + 2 * $1.attention.keyColumns }
    let capturedColumns = layers.reduce(0) {
      $0 + $1.attention.queryColumns + $1.attention.heads + 2 * hidden + ($1.outputNorm == nil ? 0 : 1)
    }
    let rows = min(tokens, chunkRows)
    let logitRows = Predictions.logitRows(min(rows, predicted), vocabulary: vocabulary)
    return ForwardMemory(
      cache: 4 * tokens * cacheColumns, captured: 4 * captured * capturedColumns,
      scratch: 4 * (rows * Scratch.columns(hidden: hidden, layers: layers) + logitRows * (hidden + vocabulary)))
  }

  /// The bytes that ``embeddingGradient(_:weights:generationStart:pass:execution:chunkRows:layerDone:)`` will take for
  /// `tokens` positions, besides its pass.
  package func gradientMemory(
    tokens: Int, predicted: Int, chunkRows: Int = DecoderModel.defaultChunkRows
  ) -> Int {
    let logitRows = Predictions.logitRows(predicted, vocabulary: vocabulary)
    let scratch = BackwardScratch.count(
      rows: tokens, chunkRows: min(tokens, chunkRows), hidden: hidden, layers: layers)
    return 4 * (tokens * hidden + predicted * hidden + scratch + logitRows * (hidden + vocabulary))
  }
}
