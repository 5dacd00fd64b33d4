import Attribution
import Decoder
import FlashTrace
import Kernels

/// How samples are evaluated, for all methods alike.
public struct EvaluationOptions: Sendable, Equatable {
  /// Groups of tokens that are deleted one after the other.
  public var groups = 20
  /// Whether stop tokens (a comma, a full stop, white space) can be deleted and ranked too.
  public var deletesStops = false
  /// Which curves are measured.
  public var curves = Curves.both
  /// Changed prompts that go through the model side by side, at most; results do not depend on it.
  public var batchSize = 64

  /// Curves cost a forward pass a group, which is nearly all that an evaluation costs.
  public enum Curves: String, Sendable, CaseIterable { case none, deletion, both }

  /// 20 groups, without stop tokens, with all curves.
  public init() {}
}

/// One sample that the model has run, with what its methods share.
struct SampleEvaluation {
  let sample: EvaluationSample
  let tracer: Tracer
  let options: EvaluationOptions
  /// Positions that can be deleted, in order; every method ranks these.
  private let deletable: [Int]
  private let gold, question: [Bool]
  private let output: ClosedRange<Int>
  private let replacement: Int32
  private var scorer: TargetScorer
  private var known: [[Int]: Scores] = [:]
  private var cost = CurveCost()

  /// Summed log-probabilities.
  private struct Scores {
    let all, answer: Double

    init(_ logProbabilities: [Float], answer: ClosedRange<Int>) {
      let values = logProbabilities.map(Double.init)
      (all, self.answer) = (values.reduce(0, +), values[answer].reduce(0, +))
    }
  }

  /// Throws `TracingError` where the output's text is not in the target, ``EvaluationError``, `KernelError`.
  init(_ sample: EvaluationSample, tracer: Tracer, options: EvaluationOptions) throws {
    (self.sample, self.tracer, self.options) = (sample, tracer, options)
    let sequence = tracer.sequence
    let kept = sequence.kept
    let deletable = sequence.userPositions.filter { options.deletesStops || kept[$0] }
    self.deletable = deletable
    if deletable.isEmpty { throw EvaluationError.noPrompt(sample: sample.id) }
    guard let replacement = tracer.model.replacementToken else { throw TracingError.noReplacement }
    self.replacement = replacement
    func marks(_ ranges: [Range<Int>]) -> [Bool] {
      deletable.map { position in
        let token = sequence.tokens[position]
        let (start, end) = (token.start - sequence.userOffset, token.end - sequence.userOffset)
        return ranges.contains { $0.lowerBound < end && start < $0.upperBound }
      }
    }
    (gold, question) = (marks(sample.gold), marks(sample.question))
    output =
      try sample.output.map { try SpanChoice.text($0).indices(in: sequence, name: "output", .last) }
      ?? 0...sequence.spanLimit - 1
    scorer = tracer.scorer(batchSize: options.batchSize)
    known[[]] = Scores(tracer.targetLogProbabilities, answer: output)
  }

  /// What a method reaches.
  mutating func evaluate(_ method: EvaluatedMethod) throws -> EvaluationResult {
    var request = method.request
    request.output = method.explainsAll ? nil : .tokens(output)
    let reasoning = method.explainsAll ? nil : sample.reasoning.map { SpanChoice.text($0) }
    request.reasoning = method.request.method.hasHops ? reasoning : nil
    let start = ContinuousClock.now
    let trace = try tracer.trace(request)
    let seconds = start.secondsUntilNow
    let scores = deletable.map { Double(trace.sequence[$0].score) }
    var metrics = rankingMetrics(scores)
    metrics.merge(massMetrics(trace)) { $1 }
    cost = CurveCost()
    if options.curves != .none { metrics.merge(try curveMetrics(scores)) { $1 } }
    return EvaluationResult(
      sample: sample.id, method: method.label,
      metrics: Dictionary(uniqueKeysWithValues: metrics.map { ($0.key.rawValue, $0.value) }), seconds: seconds,
      prefillSeconds: tracer.prefillSeconds, tokens: tracer.sequence.ids.count, deletableTokens: deletable.count,
      curves: options.curves == .none ? nil : cost)
  }

  private func rankingMetrics(_ scores: [Double]) -> [Metric: Double] {
    let context = scores.indices.filter { !question[$0] }
    var metrics: [Metric: Double] = [:]
    metrics[.recovery] = Ranking.recovery(scores, gold: gold)
    metrics[.averagePrecision] = Ranking.averagePrecision(scores, gold: gold)
    metrics[.contextAveragePrecision] = Ranking.averagePrecision(
      context.map { scores[$0] }, gold: context.map { gold[$0] })
    metrics[.lastFiveShare] = Ranking.lastShare(scores)
    return metrics
  }

  private func massMetrics(_ trace: Trace) -> [Metric: Double] {
    func mass(_ tokens: some Sequence<TracedToken>) -> Double { tokens.lazy.map(\.score).positiveMass }
    let user = mass(trace.promptPositions.filter { $0.kind == .user })
    // Hops hand on what generated tokens get: what is left is the last ratio's share of the whole.
    let left = trace.thinkingRatios.last.map(Double.init)
    let whole = left.map { mass(trace.promptPositions) / max(1e-12, 1 - $0) } ?? mass(trace.sequence)
    return whole > 0 ? [.promptShare: user / whole] : [:]
  }

  private mutating func curveMetrics(_ scores: [Double]) throws -> [Metric: Double] {
    let groups = Ranking.groups(Ranking.order(scores), count: options.groups)
    let mass = scores.positiveMass
    var density = [1.0]
    for (index, group) in groups.enumerated() {
      let part = mass > 0 ? group.lazy.map { scores[$0] }.positiveMass / mass : 1 / Double(groups.count)
      density.append(index == groups.count - 1 ? 0 : density[index] - part)
    }
    let falling = try measured(deleting: (0...groups.count).map { groups[..<$0].flatMap(\.self) })
    let curves = [(falling.map(\.all), Metric.rise, Metric.mas), (falling.map(\.answer), .riseAnswer, .masAnswer)]
    var metrics: [Metric: Double] = [:]
    for (values, rise, mas) in curves {
      let curve = DeletionCurve(scores: values, density: density)
      (metrics[rise], metrics[mas]) = (curve.rise, curve.mas)
    }
    let targets = tracer.sequence.ids.count - tracer.sequence.generationStart
    metrics[.comprehensiveness] = Erasure.comprehensiveness(deletion: falling.map(\.all), targetTokens: targets)
    guard options.curves == .both else { return metrics }
    let rising = try measured(deleting: (0...groups.count).map { groups[$0...].flatMap(\.self) })
    metrics[.insertion] = InsertionCurve(scores: rising.map(\.all)).area
    metrics[.insertionAnswer] = InsertionCurve(scores: rising.map(\.answer)).area
    metrics[.sufficiency] = Erasure.sufficiency(insertion: rising.map(\.all), targetTokens: targets)
    return metrics
  }

  /// The target's log-probability with each set of tokens, indices of `deletable`, replaced. Sets that come again, of any
  /// method, are remembered.
  private mutating func measured(deleting sets: [[Int]]) throws -> [Scores] {
    let keys = sets.map { $0.sorted() }
    var missing: [[Int]] = []
    for key in keys where known[key] == nil && !missing.contains(key) { missing.append(key) }
    let (start, positions, answer) = (ContinuousClock.now, scorer.positionsRun, output)
    var found: [[Int]: Scores] = [:]
    try scorer.score(missing.map(ids(deleting:))) { index, variant in
      found[missing[index]] = Scores(variant.logProbabilities, answer: answer)
    }
    known.merge(found) { $1 }
    cost.add(seconds: start.secondsUntilNow, passes: missing.count, positions: scorer.positionsRun - positions)
    return keys.compactMap { known[$0] }
  }

  private func ids(deleting indices: [Int]) -> [Int32] {
    var ids = tracer.sequence.ids
    for index in indices { ids[deletable[index]] = replacement }
    return ids
  }
}
