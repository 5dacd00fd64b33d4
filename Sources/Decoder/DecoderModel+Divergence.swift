import Kernels

extension DecoderModel {
  /// The divergence of each predicted distribution from that of another run, one a row of the two final residual streams.
  ///
  /// - Cost: the logits of both, a few rows at a time.
  package func divergence(of changed: Matrix, from base: Matrix, execution: Execution) throws(KernelError) -> [Float] {
    precondition(changed.rows == base.rows)
    let rows = Predictions.logitRows(base.rows, vocabulary: vocabulary)
    let normed = try Matrix(rows: rows, columns: hidden)
    let (p, q) = (try Matrix(rows: rows, columns: vocabulary), try Matrix(rows: rows, columns: vocabulary))
    var result: [Float] = []
    for start in Swift.stride(from: 0, to: base.rows, by: rows) {
      let range = start..<min(start + rows, base.rows)
      let part = 0..<range.count
      for (stream, logits) in [(base, p), (changed, q)] {
        try self.logits(stream.rows(range), normed: normed.rows(part), into: logits.rows(part), execution)
      }
      result += try execution.divergence(of: q.rows(part), from: p.rows(part))
    }
    return result
  }
}
