import Foundation
import TraceResult

/// A file of the reference data, which hold traces of real models, read as a `Trace`.
struct ReferenceTrace: Decodable {
  struct Run: Decodable {
    var method: String
    var hops: Int?
    var outputSpan: ClosedRange<Int>?
    var reasoningSpan: ClosedRange<Int>?
    var scores: [Float]
    var generationScores: [Float]?
    var perHopScores: [[Float]]?
    var perHopGenerationScores: [[Float]]?
    var thinkingRatios: [Float]?
    var rows: [[Float]]?
  }

  var model: String
  var prompt: String
  var formattedPrompt: String
  var promptIds: [Int]
  var generationIds: [Int]
  var promptTokens: [String]
  var generationTokens: [String]
  var targetLogprobs: [Float]
  var runs: [Run]

  /// The folder with the trace files: `FLASHTRACE_REFERENCE`, or `shared/reference` beside the checkout.
  static let folder: URL? = {
    let named = ProcessInfo.processInfo.environment["FLASHTRACE_REFERENCE"].map { URL(fileURLWithPath: $0) }
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let candidates = [named, package.appending(path: "../shared/reference").standardizedFileURL].compactMap { $0 }
    return candidates.map { $0.appending(path: "traces") }.first { FileManager.default.fileExists(atPath: $0.path) }
  }()

  static var isThere: Bool { folder != nil }

  /// The files with token texts, which the traces of other methods leave out.
  static func names() throws -> [String] {
    guard let folder else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".json") && !$0.contains(".route.") && !$0.contains(".flow.") }.sorted()
  }

  init(_ name: String) throws {
    guard let folder = Self.folder else { throw CocoaError(.fileNoSuchFile) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Self.self, from: Data(contentsOf: folder.appending(path: name)))
  }
}

extension ReferenceTrace {
  /// One run as a trace. The files hold no scores of the template: each of its positions gets `templateScore`.
  func trace(_ run: Run, templateScore: Float = 0.5) throws -> Trace {
    let answer = generationPositions(run, from: formattedPrompt.unicodeScalars.count)
    let whole = 0...max(0, generationIds.count - 2)
    let hops = run.perHopScores?.count ?? 0
    let through = run.reasoningSpan.map { $0.lowerBound...(run.outputSpan ?? whole).upperBound } ?? whole
    return try Trace(
      method: run.method, sequence: promptPositions(run, templateScore) + answer, generationCount: answer.count,
      perHopScores: run.perHopScores ?? [], perHopGenerationScores: run.perHopGenerationScores ?? [],
      perHopTargetSpans: (0..<hops).map { $0 == 0 ? run.outputSpan ?? whole : through },
      thinkingRatios: run.thinkingRatios ?? [], outputSpan: run.outputSpan, reasoningSpan: run.reasoningSpan,
      targetLogprobs: targetLogprobs, rows: run.rows,
      metadata: TraceMetadata(
        model: .init(name: model, family: "llama", fileSize: 98_000_000, quantisation: "Q4_1"), precision: "f32",
        instructionSet: "avx512", threads: 2, timing: .init(load: 0.1, prefill: 0.5, hops: [0.02, 0.03], total: 0.7),
        peakMemoryBytes: 300_000_000))
  }

  /// The user's tokens are placed in the formatted text by their texts: each starts where the one before ended, or, where
  /// it repeats a character that is split, inside the last character. The template before and after is one position each.
  private func promptPositions(_ run: Run, _ templateScore: Float) -> [TracedToken] {
    let text = Array(formattedPrompt.unicodeScalars)
    let user = Array(prompt.unicodeScalars)
    let first = (0...(text.count - user.count)).first { text[$0...].starts(with: user) } ?? 0
    let tokens = place(promptTokens, ids: promptIds, scores: run.scores, in: text, from: first, kind: .user)
    let last = tokens.last?.end ?? first
    func template(_ range: Range<Int>) -> [TracedToken] {
      let slice = String(String.UnicodeScalarView(text[range]))
      guard !range.isEmpty else { return [] }
      return [
        TracedToken(
          id: 1, text: slice, kind: .template, start: range.lowerBound, end: range.upperBound, score: templateScore)
      ]
    }
    return template(0..<first) + tokens + template(last..<text.count)
  }

  private func generationPositions(_ run: Run, from start: Int) -> [TracedToken] {
    let texts = Array(generationTokens.dropLast())
    let known = run.generationScores ?? []
    let scores = known.isEmpty ? generationTokens.map { _ in 0 } : known
    let padding = [Unicode.Scalar](repeating: " ", count: start)
    var tokens = place(
      texts, ids: generationIds, scores: scores, in: padding + target(texts), from: start, kind: .generation)
    let end = tokens.last?.end ?? start
    let name = generationTokens.last ?? ""
    tokens.append(
      TracedToken(
        id: generationIds.last ?? 0, text: name, kind: .special, start: end, end: end + name.unicodeScalars.count,
        score: 0))
    return tokens
  }

  /// The answer's text from its tokens, a character that several tokens repeat once.
  private func target(_ texts: [String]) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    for text in texts {
      let added = Array(text.unicodeScalars)
      let repeats = added.count == 1 && added[0].value > 127 && scalars.last == added[0]
      if !repeats { scalars += added }
    }
    return scalars
  }

  private func place(
    _ texts: [String], ids: [Int], scores: [Float], in text: [Unicode.Scalar], from first: Int, kind: TracedToken.Kind
  ) -> [TracedToken] {
    var end = first
    return texts.indices.map { index in
      let scalars = Array(texts[index].unicodeScalars)
      let start = end < text.count && text[end...].starts(with: scalars) ? end : end - 1
      end = start + scalars.count
      return TracedToken(
        id: ids[index], text: texts[index], kind: kind, start: start, end: end, score: scores[index])
    }
  }
}
