import FlashTrace
import Foundation
import TestSupport
import Testing

/// Reference traces of real models, through everything that a user calls: text in, trace out.
@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct GoldenTraceTests {
  static let files = [
    "smollm2-135m": "SmolLM2-135M-Instruct.Q4_1.gguf", "qwen2.5-coder-0.5b": "qwen2.5-coder-0.5b.gguf",
  ]

  /// The trace files of models that are in the user's cache.
  static var present: [String] {
    files.filter { ReferenceData.model($0.value) != nil }.keys.sorted().flatMap(ReferenceData.traces)
  }

  /// The largest difference of two vectors relative to the largest expected value.
  private func difference(_ values: [Float], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let largest = expected.map(abs).max() ?? 0
    let difference = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? 0
    return difference == 0 ? 0 : difference / largest
  }

  private func model(of file: String) throws -> LanguageModel {
    let name = try #require(Self.files.keys.first { file.hasPrefix($0) })
    return try LanguageModel.load(try #require(Self.files[name].flatMap(ReferenceData.model)))
  }

  @Test(.enabled(if: !present.isEmpty, "needs a real model in the cache"), arguments: present, [Precision.f32, .i16])
  func agrees(file: String, precision: Precision) throws {
    let folder = try #require(ReferenceData.folder)
    let golden = try ReferenceTrace.decoder().decode(
      ReferenceTrace.self, from: Data(contentsOf: folder.appending(path: "traces/\(file)")))
    let model = try model(of: file)
    let tracer = try model.tracer(
      prompt: golden.prompt, target: golden.target, chatFormat: golden.chat == true ? model.chatFormat() : nil,
      capturesPrompt: golden.runs.contains { $0.method == "route" || $0.method == "flow" },
      execution: Execution(precision: precision))
    #expect(tracer.sequence.ids == golden.promptIds + golden.generationIds, "\(file)")
    for (value, expected) in zip(tracer.targetLogProbabilities, golden.targetLogprobs) {
      #expect(abs(Double(value) - expected) <= (precision == .f32 ? 2e-3 : 1e-2), "\(file), \(precision)")
    }
    for run in golden.runs { try check(run, tracer, "\(file), \(precision)") }
  }

  private func check(_ run: ReferenceTrace.Run, _ tracer: Tracer, _ file: String) throws {
    func span(_ values: [Int]?) -> SpanChoice? { values.map { .tokens($0[0]...$0[1]) } }
    let trace = try tracer.trace(
      TraceRequest(
        method: try #require(AttributionMethod(rawValue: run.method)), output: span(run.outputSpan),
        reasoning: span(run.reasoningSpan), hops: run.hops ?? 1))
    let context = "\(file), \(run.method), \(run.hops ?? 1) hops"
    func expect(_ name: String, _ values: [Float], _ expected: [Double]?) {
      // The reference gives methods without hops empty lists for all but the scores and rows.
      guard let expected, !expected.isEmpty else { return #expect(run.method != "flashtrace", "\(context), \(name)") }
      let difference = difference(values, expected)
      #expect(difference <= 1e-3, "\(context), \(name): \(difference)")
    }
    expect("scores", trace.scores, run.scores)
    expect("generation scores", trace.generationScores, run.generationScores)
    expect("thinking ratios", trace.thinkingRatios, run.thinkingRatios)
    for (hop, expected) in (run.perHopScores ?? []).enumerated() {
      expect("hop \(hop)", trace.perHopScores[hop], expected)
    }
    for (hop, expected) in (run.perHopGenerationScores ?? []).enumerated() {
      expect("hop \(hop) on the generation", trace.perHopGenerationScores[hop], expected)
    }
    for (row, expected) in (run.rows ?? []).enumerated() {
      expect("row \(row)", try #require(trace.rows)[row], expected)
    }
    #expect(try Trace(json: trace.json()) == trace, "\(context): JSON")
  }
}
