import CKernels

extension Execution {
  /// Natural log-probabilities of one chosen id a row of `logits`, [rows, vocabulary], and each row's log-sum-exp.
  ///
  /// `ids` holds a column index for each row, or is empty for the log-sum-exp alone. Throws
  /// ``KernelError/badArgument`` where an id is no column.
  public func logSoftmax(
    _ logits: Matrix, ids: [Int32] = []
  ) throws(KernelError) -> (logSumExp: [Float], logProbabilities: [Float]) {
    precondition(ids.isEmpty || ids.count == logits.rows, "\(ids.count) ids for \(logits.rows) rows")
    var logSumExp = [Float](repeating: 0, count: logits.rows)
    var logProbabilities = [Float](repeating: 0, count: ids.count)
    try run { execution in
      ft_log_softmax(
        execution, logits.rows, logits.columns, logits.pointer, logits.stride, ids.isEmpty ? nil : ids, &logSumExp,
        &logProbabilities)
    }
    return (logSumExp, logProbabilities)
  }
}

extension Matrix {
  /// The columns of the `count` largest values of a row, largest first, equal ones in ascending order.
  public func largest(_ count: Int, ofRow row: Int) -> [Int] {
    precondition(row >= 0 && row < rows && count >= 0)
    var columns = [Int32](repeating: 0, count: min(count, self.columns))
    ft_top_k(self.columns, pointer + row * stride, columns.count, &columns)
    return columns.map(Int.init)
  }
}
