import Evaluation
import FlashTrace
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct RunTests {
  private static let labels = [
    "flashtrace:hops=2", "ifr-span:all:sinks=predicting:calibrate", "flow:layers=0.7", "attnlrp:hops=0", "attention",
    "perturbation:unit=sentence", "random:seed=3",
  ]

  private func model() throws -> LanguageModel {
    try LanguageModel.load(try #require(ReferenceData.folder).appending(path: "tiny/llama").path())
  }

  private func run(
    _ labels: [String], curves: EvaluationOptions.Curves = .both, batchSize: Int = 64
  ) throws -> EvaluationRun {
    var options = EvaluationOptions()
    (options.groups, options.curves, options.batchSize) = (5, curves, batchSize)
    return EvaluationRun(
      model: try model(), chatFormat: nil, options: options, execution: try Execution(threads: 2),
      methods: try labels.map { try EvaluatedMethod($0) })
  }

  private func samples(_ count: Int) throws -> [EvaluationSample] {
    let tokenizer = try model().tokenizer
    return (0..<count).map {
      GeneratedTask.facts.sample(index: $0, seed: 1, length: 40) { tokenizer.encode($0).ids.count }
    }
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  /// Lines without what differs from run to run.
  private func lines(_ path: String) throws -> [EvaluationResult] {
    try ResultFile.read(path: path).results.map {
      EvaluationResult(
        sample: $0.sample, method: $0.method, metrics: $0.metrics, seconds: 0, prefillSeconds: 0, tokens: $0.tokens,
        deletableTokens: $0.deletableTokens)
    }
  }

  @Test func everyMethodHasEveryMetric() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/results.jsonl"
    try run(Self.labels).run(samples(2), into: ResultFile(path: path, settings: ["a": "b"]))
    let results = try lines(path)
    #expect(results.map(\.method) == Self.labels + Self.labels)
    for result in results {
      for metric in Metric.allCases where metric != .promptShare && metric != .lastFiveShare {
        let value = try #require(result.metrics[metric.rawValue], "\(result.method) \(metric)")
        #expect(value.isFinite, "\(result.method) \(metric)")
        if metric != .comprehensiveness && metric != .sufficiency {
          #expect((0...1).contains(value), "\(result.method) \(metric) \(value)")
        }
      }
    }
    let plot = SummaryPlot(EvaluationSummary(results)).svg
    for label in Self.labels { #expect(plot.contains(">\(label)<"), "\(label)") }
    #expect(plot.hasPrefix("<svg ") && plot.hasSuffix("</svg>\n"))
  }

  @Test func anInterruptedRunGoesOnWhereItStopped() throws {
    let folder = try ScratchFolder()
    let (whole, parts) = (folder.path + "/whole.jsonl", folder.path + "/parts.jsonl")
    let samples = try samples(3)
    let settings = ["model": "tiny"]
    try run(Self.labels).run(samples, into: ResultFile(path: whole, settings: settings))
    try run(Array(Self.labels.prefix(3))).run(
      Array(samples.prefix(2)), into: ResultFile(path: parts, settings: settings))
    // An interruption in the middle of a line.
    let cut = try text(parts).dropLast(20)
    try Data(cut.utf8).write(to: URL(filePath: parts))
    var seen: [Int] = []
    try run(Self.labels).run(samples, into: ResultFile(path: parts, settings: settings)) { done, total in
      #expect(total == 21)
      seen.append(done)
    }
    #expect(seen == Array(5...21))
    let sort = { (results: [EvaluationResult]) in results.sorted { ($0.sample, $0.method) < ($1.sample, $1.method) } }
    #expect(try sort(lines(parts)) == sort(lines(whole)))
    // Nothing is left to do.
    let before = try text(parts)
    try run(Self.labels).run(samples, into: ResultFile(path: parts, settings: settings))
    #expect(try text(parts) == before)
  }

  @Test func resultsOfAnotherRunAreRefused() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/results.jsonl"
    _ = try ResultFile(path: path, settings: ["model": "a", "groups": "20"])
    #expect(throws: EvaluationError.otherRun(path: path, key: "model", found: "a", wanted: "b")) {
      try ResultFile(path: path, settings: ["model": "b", "groups": "20"])
    }
    let other = try folder.write(Array("hello\n".utf8), to: "other")
    #expect(throws: EvaluationError.self) { try ResultFile(path: other, settings: [:]) }
    #expect(try text(other) == "hello\n", "a file that is no result stays as it is")
  }

  @Test(arguments: ["nonsense", "flashtrace:hops", "flashtrace:hops=-1", "ifr-span:sinks=none", "flow:layers=x", ""])
  func wrongMethodsAreNamed(label: String) {
    #expect(throws: EvaluationError.self) { try EvaluatedMethod(label) }
  }

  /// Before any model is read.
  @Test(arguments: [
    (
      "attention:calibrate",
      "attention has no calibration; those that have are flashtrace, ifr-span, ifr-tokenwise, route, flow"
    ),
    ("route:calibrate=0", "calibrate is 0.0; it must be a number above 0"),
    ("ifr-span:hops=2", "ifr-span has no hops; those that have are flashtrace, route, flow, attnlrp"),
    ("route:sinks=predicting", "route has no sinks; those that have are flashtrace, ifr-span, ifr-tokenwise"),
    ("flow:layers=1.5", "layers is 1.5; it must be above 0 and at most 1"),
    ("integrated-gradients:steps=0", "steps is 0; allowed are 1 to 10000"),
    ("perturbation:segments=0", "segments is 0; it must be 1 or more"),
  ])
  func settingsThatDoNotSuitAreRefused(label: String, reason: String) {
    #expect(throws: EvaluationError.badMethod(label, reason: reason)) { try EvaluatedMethod(label) }
  }

  /// A run with another batch size asks for as many passes and finds the same.
  @Test func batchesChangeNoResult() throws {
    let folder = try ScratchFolder()
    func results(_ batchSize: Int) throws -> [EvaluationResult] {
      let path = folder.path + "/\(batchSize).jsonl"
      try run(["random:seed=1", "random:seed=2"], batchSize: batchSize).run(
        samples(2), into: ResultFile(path: path, settings: [:]))
      return try ResultFile.read(path: path).results
    }
    let (single, together) = (try results(1), try results(64))
    #expect(single.map(\.metrics) == together.map(\.metrics))
    #expect(single.map(\.curves?.passes) == together.map(\.curves?.passes))
    for (result, prompts) in zip(together, [9, 8, 9, 8]) {
      let cost = try #require(result.curves)
      // Deletion and insertion each have four prompts between the whole and the empty one; that is run for one method.
      #expect(cost.passes == prompts, "\(result.sample) \(result.method)")
      #expect(cost.positions > 0 && cost.positions <= cost.passes * result.tokens)
    }
  }

  @Test func generatedTargetsAreKept() throws {
    let folder = try ScratchFolder()
    let (path, model, execution) = (folder.path + "/samples.jsonl", try model(), try Execution(threads: 2))
    func answered(_ sample: EvaluationSample, count: Int) throws -> EvaluationSample? {
      var targets = try GeneratedTargets(path: path)
      return try targets.answered(sample, by: model, chatFormat: nil, count: count, execution: execution)
    }
    let sample = try #require(try samples(1).first)
    let first = try #require(try answered(sample, count: 6))
    #expect(first.prompt == sample.prompt && first.gold == sample.gold && first.target != sample.target)
    #expect(!first.isComplete, "six tokens end no answer of a model with random weights")
    let before = try text(path)
    #expect(try answered(sample, count: 60) == first, "an answer that is there is not generated again")
    #expect(try text(path) == before)
    #expect(try SampleFormat.jsonl.read(path: path, limit: .max) == [first])
    var other = sample
    other.prompt += "?"
    #expect(throws: EvaluationError.otherSample(path: path, sample: sample.id)) { try answered(other, count: 6) }
    // A run explains them as it does given ones.
    let results = folder.path + "/results.jsonl"
    try run(["flashtrace"]).run([first], into: ResultFile(path: results, settings: [:]))
    #expect(try lines(results).count == 1)
  }

  @Test func withoutCurvesRanksAlone() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/results.jsonl"
    try run(["flashtrace"], curves: .none).run(samples(1), into: ResultFile(path: path, settings: [:]))
    let metrics = try #require(try lines(path).first?.metrics)
    #expect(metrics["rise"] == nil && metrics["recovery"] != nil)
  }
}
