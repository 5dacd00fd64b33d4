import FlashTrace
import Foundation
import TestSupport
import Testing

/// The traces that lie in Examples/ are what the program finds.
@Suite(.enabled(if: ReferenceData.model("SmolLM2-135M-Instruct.Q4_1.gguf") != nil, "needs the default model"))
struct ExamplesTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Examples")

  @Test(arguments: ["multi-hop", "arithmetic", "injection"]) func tracesAreWhatTheProgramFinds(name: String) throws {
    let example = Self.folder.appending(path: name)
    let kept = try Trace(contentsOf: example.appending(path: "trace.json").path())
    let model = try LanguageModel.load(#require(ReferenceData.model("SmolLM2-135M-Instruct.Q4_1.gguf")))
    let text = { (file: String) in try String(contentsOf: example.appending(path: file), encoding: .utf8) }
    let tracer = try model.tracer(
      prompt: text("prompt.txt"), target: text("answer.txt"), chatFormat: model.chatFormat(),
      execution: Execution(threads: 2, precision: .f32))
    let output = try #require(kept.outputSpan)
    let found = try tracer.trace(TraceRequest(output: .tokens(output), hops: kept.perHopScores.count - 1))
    #expect(found.promptTokens == kept.promptTokens && found.generationTokens == kept.generationTokens)
    let largest = kept.scores.max() ?? 0
    for (index, (score, keptScore)) in zip(found.scores, kept.scores).enumerated() {
      #expect(abs(score - keptScore) <= 1e-3 * largest, "token \(index): \(score), not \(keptScore)")
    }
  }
}
