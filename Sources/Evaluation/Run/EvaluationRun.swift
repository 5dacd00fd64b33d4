import FlashTrace
import Foundation

/// An evaluation that writes a line for each method and sample, and goes on where an earlier one with the same settings
/// stopped.
public struct EvaluationRun: Sendable {
  let model: LanguageModel
  let chatFormat: ChatFormat?
  let options: EvaluationOptions
  let execution: Execution
  let methods: [EvaluatedMethod]

  /// A run of `methods`; nothing is read or computed before ``run(_:into:progress:)``.
  public init(
    model: LanguageModel, chatFormat: ChatFormat?, options: EvaluationOptions, execution: Execution,
    methods: [EvaluatedMethod]
  ) {
    (self.model, self.chatFormat, self.options) = (model, chatFormat, options)
    (self.execution, self.methods) = (execution, methods)
  }

  /// Evaluates every method on every sample, sample by sample.
  ///
  /// - Parameters:
  ///   - file: results are appended to it line by line; what it holds already is not evaluated again.
  ///   - progress: called with the results there are and the number there will be.
  /// - Throws: what tracing throws, ``EvaluationError``, `CancellationError` between methods; what was written stays.
  public func run(
    _ samples: [EvaluationSample], into file: ResultFile, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    let total = samples.count * methods.count
    func missing(_ sample: EvaluationSample) -> [EvaluatedMethod] {
      methods.filter { !file.holds(sample: sample.id, method: $0.label) }
    }
    var done = total - samples.reduce(0) { $0 + missing($1).count }
    progress(done, total)
    for sample in samples {
      let missing = missing(sample)
      if missing.isEmpty { continue }
      var evaluation = try SampleEvaluation(sample, tracer: tracer(sample), options: options)
      for method in missing {
        try Task.checkCancellation()
        try file.append(try evaluation.evaluate(method))
        done += 1
        progress(done, total)
      }
    }
  }

  private func tracer(_ sample: EvaluationSample) throws -> Tracer {
    let captures = methods.contains { $0.request.readsAllPositions }
    return try model.tracer(
      prompt: sample.prompt, target: sample.target, chatFormat: chatFormat, appendsEndOfSequence: sample.isComplete,
      capturesPrompt: captures, execution: execution)
  }
}
