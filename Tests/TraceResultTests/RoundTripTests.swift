import Foundation
import Testing
import TraceResult

@Suite struct RoundTripTests {
  @Test func aTraceReadBackFromItsJSONEqualsTheTrace() throws {
    for seed in 0..<300 as Range<UInt64> {
      var sample = SampleTrace(seed: seed)
      let trace = try sample.trace()
      let json = trace.json()
      #expect(try Trace(json: json) == trace, "seed \(seed)")
      #expect(try Trace(json: json).json() == json, "seed \(seed)")
    }
  }

  @Test func everyBitOfAScoreSurvives() throws {
    var sample = SampleTrace(seed: 7)
    for _ in 0..<50 {
      let trace = try sample.trace()
      let back = try Trace(json: trace.json())
      #expect(back.scores.map(\.bitPattern) == trace.scores.map(\.bitPattern))
      #expect(back.metadata.timing.total.bitPattern == trace.metadata.timing.total.bitPattern)
    }
  }

  @Test func keysComeInAFixedOrderAndNumbersAreShort() throws {
    let token = TracedToken(id: 4, text: "a/\"b", kind: .user, start: 0, end: 4, score: 0.1)
    let answer = TracedToken(id: 2, text: "</s>", kind: .special, start: 4, end: 8, score: 0)
    let trace = try Trace(
      method: "ifr-tokenwise", sequence: [token, answer], generationCount: 1, outputSpan: 0...0,
      targetLogprobs: [-0.25], rows: [[0.1, 1e-7]],
      metadata: TraceMetadata(
        model: .init(name: "m", family: "llama", fileSize: 12, quantisation: "F32"), precision: "f32",
        instructionSet: "portable", threads: 1, timing: .init(load: 0.5, prefill: 1, hops: [0.125], total: 2),
        peakMemoryBytes: 99))
    let golden = #"""
      {"generation_scores":[0],"generation_tokens":["</s>"],"metadata":{"instruction_set":"portable","model":{"family":"llama",\#
      "file_size":12,"name":"m","quantisation":"F32"},"peak_memory_bytes":99,"precision":"f32","threads":1,"timing_seconds":\#
      {"hops":[0.125],"load":0.5,"prefill":1,"total":2}},"method":"ifr-tokenwise","output_span":[0,0],\#
      "per_hop_generation_scores":[],"per_hop_scores":[],"per_hop_target_spans":[],"prompt_tokens":["a/\"b"],\#
      "reasoning_span":null,"rows":[[0.1,1e-07]],"schema_version":1,"scores":[0.1],"sequence":[{"end":4,"id":4,"kind":"user",\#
      "score":0.1,"start":0,"text":"a/\"b"},{"end":8,"id":2,"kind":"special","score":0,"start":4,"text":"</s>"}],\#
      "target_logprobs":[-0.25],"thinking_ratios":[],"top_inputs":[{"index":0,"score":0.1,"token":"a/\"b"}]}

      """#
    #expect(String(decoding: trace.json(), as: UTF8.self) == golden)
  }
}
