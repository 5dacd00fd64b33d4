import Kernels

/// Log-probabilities gathered from the final residual stream, a few rows of logits at a time.
struct Predictions {
  private(set) var targets: [Float] = []
  private(set) var lastTopTokens: [TokenLogProbability] = []
  private(set) var lastLogits: [Float] = []

  /// Bytes of logits that exist at a time.
  private static let logitBytes = 48 << 20
  private static let topCount = 5

  /// How many of `rows` rows of logits exist at a time.
  static func logitRows(_ rows: Int, vocabulary: Int) -> Int {
    min(rows, max(1, logitBytes / (4 * vocabulary)))
  }

  /// Predicts from every row of `stream`; row r predicts the r-th id of `following`.
  ///
  /// `following` is one id shorter than `stream` has rows where the sequence ends with it: that row gives the likeliest
  /// next tokens.
  mutating func append(
    _ stream: Matrix, following: ArraySlice<Int32>, model: DecoderModel, _ execution: Execution
  ) throws(KernelError) {
    if stream.rows == 0 { return }
    let rows = Predictions.logitRows(stream.rows, vocabulary: model.vocabulary)
    let normed = try Matrix(rows: rows, columns: model.hidden)
    let logits = try Matrix(rows: rows, columns: model.vocabulary)
    for start in Swift.stride(from: 0, to: stream.rows, by: rows) {
      let end = min(start + rows, stream.rows)
      let part = logits.rows(0..<end - start)
      try model.logits(stream.rows(start..<end), normed: normed.rows(0..<end - start), into: part, execution)
      let ids = Array(following.dropFirst(start).prefix(end - start))
      if !ids.isEmpty { targets += try execution.logSoftmax(part.rows(0..<ids.count), ids: ids).logProbabilities }
      if ids.count < part.rows { try keepLast(part.rows(part.rows - 1..<part.rows), execution) }
    }
  }

  private mutating func keepLast(_ logits: Matrix, _ execution: Execution) throws(KernelError) {
    let logSumExp = try execution.logSoftmax(logits).logSumExp[0]
    lastLogits = logits.values
    lastTopTokens = logits.largest(Predictions.topCount, ofRow: 0).map {
      TokenLogProbability(id: Int32($0), logProbability: logits[0, $0] - logSumExp)
    }
  }
}
