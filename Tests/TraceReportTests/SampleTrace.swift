import TraceResult

/// A short trace of text pieces with given scores; the pieces stand one after the other in the formatted text.
struct SampleTrace {
  var prompt: [(text: String, kind: TracedToken.Kind, score: Float)]
  var answer: [(text: String, kind: TracedToken.Kind)] = [
    ("Blue", .generation), (" key", .generation), ("</s>", .special),
  ]
  var hops: [[Float]] = []
  var generationHops: [[Float]] = []

  /// Two hops over a chat prompt; its template has the largest score of all.
  static let chat = SampleTrace(
    prompt: [
      ("<s>", .special, 9), ("user\n", .template, 1), ("The", .user, 0.25), (" key", .user, 1), ("\n", .user, 0),
      ("is", .user, 0.5), (" blue", .user, 2), (".", .user, 0), ("</s>\n", .special, 0),
    ],
    hops: [[0.25, 0.5, 0, 0.25, 1, 0], [0, 1, 0, 0.5, 2, 0]],
    generationHops: [[0.5, 1, 3], [4, 0, 0]])

  /// A prompt of user's tokens alone, each with score 1.
  static func prompt(_ texts: [String]) -> SampleTrace {
    SampleTrace(prompt: texts.map { ($0, .user, 1) })
  }

  func trace(name: String = "Sample", method: String = "flashtrace") throws -> Trace {
    var sequence: [TracedToken] = []
    var end = 0
    for (text, kind, score) in prompt + answer.map({ ($0.text, $0.kind, 0) }) {
      let start = end
      end += text.unicodeScalars.count
      sequence.append(TracedToken(id: 7, text: text, kind: kind, start: start, end: end, score: score))
    }
    return try Trace(
      method: method, sequence: sequence, generationCount: answer.count, perHopScores: hops,
      perHopGenerationScores: generationHops, perHopTargetSpans: hops.indices.map { $0 == 0 ? 1...1 : 0...1 },
      thinkingRatios: hops.indices.map { 1 / Float($0 + 2) }, outputSpan: 1...1, reasoningSpan: 0...0,
      targetLogprobs: answer.map { _ in -0.5 }, metadata: Self.metadata(name))
  }

  static func metadata(_ name: String) -> TraceMetadata {
    TraceMetadata(
      model: .init(name: name, family: "llama", fileSize: 98_000_000, quantisation: "Q4_1"), precision: "f32",
      instructionSet: "avx2", threads: 2, timing: .init(load: 0.1, prefill: 0.5, hops: [0.02, 0.03], total: 0.7),
      peakMemoryBytes: 300_000_000)
  }
}
