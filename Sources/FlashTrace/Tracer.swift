import Attribution
import Decoder
import Kernels
import Tokenization
import TraceResult

/// A sequence that a model has run once: any number of spans, hops and methods are traced from it without running the
/// model again. Any number of tasks may share one.
public final class Tracer: Sendable {
  /// The tokens that the model has run.
  public let sequence: TokenSequence
  /// Seconds that the forward pass took.
  public let prefillSeconds: Double
  /// The natural log-probability of every generated token.
  public var targetLogProbabilities: [Float] { pass.targetLogProbabilities }
  package let model: LanguageModel
  package let execution: Execution
  let pass: ForwardPass

  init(
    model: LanguageModel, sequence: TokenSequence, capturesPrompt: Bool, execution: Execution,
    progress: (Int, Int) -> Void
  ) throws {
    let start = ContinuousClock.now
    (self.model, self.sequence, self.execution) = (model, sequence, execution)
    pass = try model.decoder.forward(
      ids: sequence.ids, generationStart: sequence.generationStart,
      captured: (capturesPrompt ? 0 : sequence.generationStart - 1)..<sequence.ids.count, execution: execution,
      progress: progress)
    prefillSeconds = start.secondsUntilNow
  }

  /// Traces one request.
  ///
  /// - Parameters:
  ///   - request: what to explain, and how.
  ///   - progress: called after the first attribution and each hop with the number done and the total.
  /// - Throws: ``TracingError`` or `AttributionError` for a span that is not in the target, `KernelError`,
  ///   `CancellationError` when the task is cancelled.
  /// - Cost: about the attention scores of the span's rows for each hop; see the performance notes.
  public func trace(
    _ request: TraceRequest = TraceRequest(), progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> Trace {
    try trace([request], progress: progress)[0]
  }

  /// Traces all requests; the result is that of tracing them one by one (`route` and `flow`: within 1e-7 of the weight).
  ///
  ///     let sentences = spans.map { TraceRequest(output: .tokens($0)) }
  ///     let traces = try tracer.trace(sentences)
  ///
  /// - Returns: one trace a request, in their order. A hop's seconds are those of all requests that went along.
  /// - Throws: as for one request; nothing is traced where any request is wrong.
  /// - Cost: requests of one method and threshold share the attention scores of a hop, so that 16 spans cost about as
  ///   much as two.
  public func trace(
    _ requests: [TraceRequest], progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> [Trace] {
    let start = ContinuousClock.now
    let attributed = try requests.map(attributionRequest)
    let results = try attributor.attribute(attributed, progress: progress)
    let seconds = start.secondsUntilNow
    return try requests.indices.map { try trace(results[$0], requests[$0], attributed[$0], seconds: seconds) }
  }

  /// How far the exact pruning goes in each layer for a request, hops included: a diagnostic that costs as much as the trace.
  public func pruning(_ request: TraceRequest = TraceRequest()) throws -> [PruningCounts] {
    try attributor.attribute(attributionRequest(request)).pruning
  }

  /// Scores variants of the sequence, `batchSize` side by side at most.
  package func scorer(batchSize: Int) -> TargetScorer {
    TargetScorer(model: model.decoder, pass: pass, batchSize: batchSize, execution: execution)
  }

  private var attributor: Attributor { Attributor(model: model.decoder, pass: pass, execution: execution) }

  private func attributionRequest(_ request: TraceRequest) throws -> AttributionRequest {
    if request.readsAllPositions, pass.captured.lowerBound > 0 {
      throw TracingError.promptNotCaptured(method: request.method)
    }
    try request.validateCalibration()
    var output = try request.output?.indices(in: sequence, name: "output", .last)
    var reasoning = try request.reasoning?.indices(in: sequence, name: "reasoning", .first)
    if request.readsReasoningMarkers, output == nil, reasoning == nil,
      let marked = ReasoningMarkers.spans(in: sequence)
    {
      (output, reasoning) = (marked.output, marked.reasoning)
    }
    let user = Set(sequence.userPositions)
    return AttributionRequest(
      method: request.method, outputSpan: output, reasoningSpan: reasoning, hops: request.hops,
      renormThreshold: request.renormThreshold, kept: sequence.kept, generationStart: sequence.generationStart,
      endsWithEndOfSequence: sequence.endsWithEndOfSequence,
      attributed: sequence.tokens.indices.map { user.contains($0) }, parameters: try parameters(request))
  }

  /// The request's parameters with the model's own replacement token and the segments of this text.
  private func parameters(_ request: TraceRequest) throws -> MethodParameters {
    var parameters = request.parameters
    guard request.method == .perturbation || request.method == .integratedGradients else { return parameters }
    guard let replacement = model.replacementToken else { throw TracingError.noReplacement }
    parameters.replacement = replacement
    if request.method == .perturbation {
      parameters.segments = try request.perturbationUnit.segments(of: sequence)
    }
    return parameters
  }

  /// The scores, relative to the reference sink where the request asks for that.
  private func scores(
    _ result: AttributionResult, _ request: TraceRequest, _ attributed: AttributionRequest
  ) throws -> [Float] {
    guard let strength = request.calibration else { return result.scores }
    return Calibration.apply(
      result.scores, reference: try attributor.reference(attributed, positions: sequence.referencePositions),
      positions: sequence.userPositions, strength: strength)
  }

  private func trace(
    _ result: AttributionResult, _ request: TraceRequest, _ attributed: AttributionRequest, seconds: Double
  ) throws -> Trace {
    let user = sequence.userPositions
    let generated = sequence.generationStart..<sequence.ids.count
    let hasHops = request.method.hasHops
    let scored = zip(sequence.tokens, try scores(result, request, attributed)).map { token, score in
      var token = token
      token.score = score
      return token
    }
    let rows = result.rows.map { row in user.map { row[$0] } + row[generated] }
    return try Trace(
      method: request.method.rawValue, sequence: scored, generationCount: generated.count,
      perHopScores: hasHops ? result.perHopScores.map { hop in user.map { hop[$0] } } : [],
      perHopGenerationScores: hasHops ? result.perHopScores.map { Array($0[generated]) } : [],
      perHopTargetSpans: hasHops ? result.perHopTargetSpans : [], thinkingRatios: result.thinkingRatios,
      outputSpan: attributed.outputSpan, reasoningSpan: attributed.reasoningSpan,
      targetLogprobs: pass.targetLogProbabilities.map { min($0, 0) },
      rows: request.method.hasRows ? rows : nil,
      uncalibratedScores: request.calibration == nil ? nil : user.map { result.scores[$0] },
      metadata: TraceMetadata(
        model: model.description, precision: execution.precision.rawValue,
        instructionSet: "\(execution.instructionSet)", threads: execution.threads,
        timing: TraceMetadata.Timing(
          load: model.loadSeconds, prefill: prefillSeconds, hops: result.seconds,
          total: model.loadSeconds + prefillSeconds + seconds),
        peakMemoryBytes: ProcessMemory.peakBytes), topCount: request.topCount)
  }
}
