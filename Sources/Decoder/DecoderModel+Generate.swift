import Kernels

extension DecoderModel {
  /// Continues `prompt` with tokens drawn as `sampling` says, up to `count` tokens or the first of `stopIDs`, which is not
  /// part of the result, or until `onToken` has had enough and returns false.
  ///
  /// Throws ``DecoderError``, `KernelError` (memory) or `CancellationError`. Cost: one prefill of the prompt and one
  /// pass of a single row for every token.
  package func generate(
    prompt: [Int32], count: Int, sampling: Sampling = .greedy, stopIDs: Set<Int32> = [], execution: Execution,
    onToken: (Int32) -> Bool = { _ in true }
  ) throws -> [Int32] {
    try validate(prompt, generationStart: prompt.count)
    var execution = execution
    execution.streamsSingleRows = true
    var decoding = try Decoding(
      model: self, capacity: prompt.count + count, chunkRows: DecoderModel.defaultChunkRows, execution: execution)
    var sampler = TokenSampler(sampling)
    var generated: [Int32] = []
    var pending = prompt[...]
    while generated.count < count {
      let chunk = pending.prefix(decoding.chunkRows)
      pending = pending.dropFirst(chunk.count)
      let last = decoding.cache.count + chunk.count + pending.count - 1
      let stream = try decoding.advance(chunk, demand: .init(attentionFrom: last, streamFrom: last))
      if !pending.isEmpty { continue }
      let next = sampler.next(try logits(after: stream, execution))
      if stopIDs.contains(next) { break }
      generated.append(next)
      if !onToken(next) { break }
      pending = generated.suffix(1)
    }
    return generated
  }

  /// Logits of one row of the final residual stream, [1, vocabulary].
  private func logits(after stream: Matrix, _ execution: Execution) throws(KernelError) -> Matrix {
    let logits = try Matrix(rows: 1, columns: vocabulary)
    try self.logits(stream, normed: try Matrix(rows: 1, columns: hidden), into: logits, execution)
    return logits
  }
}
