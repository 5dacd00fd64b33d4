import Foundation
import Testing
import TraceResult

@Suite struct SchemaTests {
  /// A trace of two user tokens, a template token and two generated ones as JSON, changed by `edit`.
  private func refusal(after edit: (inout [String: Any]) -> Void) throws -> TraceError? {
    let json = try JSONSerialization.jsonObject(with: Self.trace().json())
    var object = try #require(json as? [String: Any])
    edit(&object)
    let changed = try JSONSerialization.data(withJSONObject: object)
    do {
      _ = try Trace(json: changed)
      return nil
    } catch {
      return error
    }
  }

  private static func trace(
    score: Float = 0.5, hops: [[Float]] = [[0.5, 0.25]], output: ClosedRange<Int>? = 0...0,
    logprobs: [Float] = [-1, -2], rows: [[Float]]? = nil, seconds: Double = 1
  ) throws(TraceError) -> Trace {
    try Trace(
      method: "flashtrace",
      sequence: [
        TracedToken(id: 1, text: "<s>", kind: .special, start: 0, end: 3, score: 0),
        TracedToken(id: 2, text: "a", kind: .user, start: 3, end: 4, score: score),
        TracedToken(id: 3, text: "b", kind: .user, start: 4, end: 5, score: 0.25),
        TracedToken(id: 4, text: "c", kind: .generation, start: 5, end: 6, score: 0),
        TracedToken(id: 5, text: "</s>", kind: .special, start: 6, end: 10, score: 0),
      ],
      generationCount: 2, perHopScores: hops, perHopGenerationScores: [[1, 0]], perHopTargetSpans: [0...0],
      thinkingRatios: [0.5], outputSpan: output, targetLogprobs: logprobs, rows: rows,
      metadata: TraceMetadata(
        model: .init(name: "m", family: "llama", fileSize: 1, quantisation: "F32"), precision: "f32",
        instructionSet: "portable", threads: 1, timing: .init(load: 1, prefill: seconds, hops: [1], total: 3),
        peakMemoryBytes: 1))
  }

  @Test func anUnchangedTraceIsRead() throws {
    #expect(try refusal { _ in } == nil)
  }

  @Test func anUnknownVersionIsRefused() throws {
    #expect(try refusal { $0["schema_version"] = 2 } == .unsupportedVersion(2))
    #expect(try refusal { $0["schema_version"] = nil } == .missingKey("schema_version"))
  }

  @Test func everyKeyIsNeeded() throws {
    let json = try JSONSerialization.jsonObject(with: Self.trace().json())
    for key in try #require(json as? [String: Any]).keys.sorted() {
      #expect(try refusal { $0[key] = nil } == .missingKey(key))
    }
  }

  @Test func wrongTypesNameTheirKey() throws {
    #expect(try refusal { $0["scores"] = "none" } == .wrongType(key: "scores", reason: "expected Array<Any>"))
    guard case .wrongType("per_hop_scores[0][1]", _) = try refusal(after: { $0["per_hop_scores"] = [[1, "x"]] }) else {
      Issue.record("a text in per_hop_scores was not refused")
      return
    }
    #expect(try refusal { $0["output_span"] = [1, 0] }?.description.hasPrefix("output_span: ") == true)
  }

  @Test func lengthsMustAgree() throws {
    let cases: [(String, Any, TraceError)] = [
      ("scores", [0.5], .wrongLength(key: "scores", found: 1, expected: "2")),
      ("prompt_tokens", ["a", "b", "c"], .wrongLength(key: "prompt_tokens", found: 3, expected: "2")),
      ("generation_scores", [], .wrongLength(key: "generation_scores", found: 0, expected: "2")),
      ("per_hop_scores", [[0.5]], .wrongLength(key: "per_hop_scores[0]", found: 1, expected: "2")),
      ("per_hop_generation_scores", [], .wrongLength(key: "per_hop_generation_scores", found: 0, expected: "1")),
      ("per_hop_target_spans", [], .wrongLength(key: "per_hop_target_spans", found: 0, expected: "1")),
      ("thinking_ratios", [1, 1], .wrongLength(key: "thinking_ratios", found: 2, expected: "1")),
      ("target_logprobs", [1], .wrongLength(key: "target_logprobs", found: 1, expected: "2")),
      ("rows", [[1, 1, 1, 1], [1, 1, 1, 1]], .wrongLength(key: "rows", found: 2, expected: "1")),
      ("rows", [[1, 1, 1]], .wrongLength(key: "rows[0]", found: 3, expected: "4")),
      (
        "generation_tokens", ["a", "b", "c", "d", "e", "f"],
        .wrongLength(key: "generation_tokens", found: 6, expected: "at most 5")
      ),
    ]
    for (key, value, expected) in cases {
      #expect(try refusal { $0[key] = value } == expected, "\(key)")
    }
  }

  @Test func partsThatRepeatTheSequenceMustAgreeWithIt() throws {
    #expect(try refusal { $0["scores"] = [0.5, 0.5] } == .contradicts(key: "scores", other: "sequence"))
    #expect(try refusal { $0["prompt_tokens"] = ["a", "x"] } == .contradicts(key: "prompt_tokens", other: "sequence"))
    let top = [["index": 1, "token": "b", "score": 0.25]]
    #expect(try refusal { $0["top_inputs"] = top } == .contradicts(key: "top_inputs", other: "sequence"))
  }

  @Test func aTokenOutsideItsRegionIsRefused() throws {
    #expect(
      try refusal { $0["generation_tokens"] = ["</s>"] }
        == .outOfRange(key: "sequence[3].kind", found: "generation", allowed: "user, template or special"))
  }

  @Test func numbersMustBeFinite() throws {
    #expect(throws: TraceError.notFinite(key: "sequence[1].score")) { try Self.trace(score: .nan) }
    #expect(throws: TraceError.notFinite(key: "per_hop_scores[0][1]")) { try Self.trace(hops: [[0, .infinity]]) }
    #expect(throws: TraceError.notFinite(key: "target_logprobs[0]")) { try Self.trace(logprobs: [-.infinity, 0]) }
    #expect(throws: TraceError.notFinite(key: "rows[0][3]")) { try Self.trace(rows: [[0, 0, 0, .nan]]) }
    #expect(throws: TraceError.notFinite(key: "metadata.timing_seconds.prefill")) { try Self.trace(seconds: .nan) }
  }

  @Test func spansMustLieInTheAnswer() throws {
    let expected = TraceError.outOfRange(key: "output_span", found: "1:2", allowed: "0:1")
    #expect(throws: expected) { try Self.trace(output: 1...2) }
    #expect(expected.description == "output_span is 1:2, allowed: 0:1")
  }

  @Test func whatIsNotJSONSaysSo() throws {
    for text in ["", "{", "[1]", "nothing"] {
      #expect(throws: TraceError.self, "\(text)") { try Trace(json: Data(text.utf8)) }
    }
  }
}
