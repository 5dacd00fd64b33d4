import Decoder
import Foundation
import Kernels
import Testing

/// What holds of every forward pass, whatever the model's numbers are.
@Suite(.enabled(if: ReferenceData.folder != nil, "needs the reference data (FLASHTRACE_REFERENCE)"))
struct ForwardPassTests {
  private func pass(
    _ family: String, threads: Int = 2, chunkRows: Int = 512, captured: Int = 40, start: Int? = nil
  ) throws -> ForwardPass {
    let golden = try #require(try ReferenceData.tiny(family).first)
    return try TestModels.tiny(family).forward(
      ids: golden.ids, generationStart: start ?? golden.promptIDs.count, captured: captured..<golden.ids.count,
      execution: Execution(threads: threads), chunkRows: chunkRows)
  }

  @Test(arguments: ReferenceData.families)
  func sameBytesForAnyChunksAndThreads(family: String) throws {
    let whole = try pass(family)
    for (threads, rows) in [(1, 512), (2, 64), (2, 33), (3, 7), (1, 1)] {
      let other = try pass(family, threads: threads, chunkRows: rows)
      expectEqual(whole, other, "\(family), threads \(threads), chunks of \(rows)")
    }
  }

  /// The last layer leaves out rows that nobody reads; what is read must not notice.
  @Test(arguments: ReferenceData.families)
  func leftOutRowsChangeNothing(family: String) throws {
    let full = try pass(family, captured: 0, start: 1)
    let part = try pass(family, captured: 60, start: 50)
    #expect(Array(full.targetLogProbabilities.suffix(part.targetLogProbabilities.count)) == part.targetLogProbabilities)
    #expect(full.lastLogits == part.lastLogits)
    for (a, b) in zip(full.layers, part.layers) {
      #expect(a.keys.values == b.keys.values && a.values.values == b.values.values)
      #expect(a.residualMid.rows(60..<full.tokenCount).values == b.residualMid.values)
      #expect(a.logSumExp.rows(60..<full.tokenCount).values == b.logSumExp.values)
    }
  }

  private func expectEqual(_ a: ForwardPass, _ b: ForwardPass, _ what: String) {
    #expect(a.targetLogProbabilities == b.targetLogProbabilities, "\(what)")
    #expect(a.lastLogits == b.lastLogits && a.lastTopTokens == b.lastTopTokens, "\(what)")
    for (layer, (x, y)) in zip(a.layers, b.layers).enumerated() {
      for part in [
        \LayerCapture.keys, \.values, \.queries, \.logSumExp, \.residualIn, \.residualMid,
      ] {
        #expect(x[keyPath: part].values == y[keyPath: part].values, "\(what), layer \(layer), \(part)")
      }
      #expect(x.outputScale == y.outputScale, "\(what), layer \(layer)")
    }
  }

  @Test func reportsProgressOfEveryLayer() throws {
    let golden = try #require(try ReferenceData.tiny("llama").first)
    var steps: [Int] = []
    let chunks = (golden.ids.count + 29) / 30
    _ = try TestModels.tiny("llama").forward(
      ids: golden.ids, generationStart: 1, captured: 0..<golden.ids.count, execution: Execution(), chunkRows: 30
    ) { done, of in
      steps.append(done)
      #expect(of == chunks * 3)
    }
    #expect(steps == Array(1...chunks * 3))
  }

  @Test func stopsWhenItsTaskIsCancelled() async throws {
    let model = try TestModels.tiny("llama")
    let task = Task {
      try model.forward(ids: [5, 6, 7], generationStart: 1, captured: 0..<3, execution: Execution()) { done, _ in
        if done == 1 { withUnsafeCurrentTask { $0?.cancel() } }
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func refusesWhatItCannotRun() throws {
    let model = try TestModels.tiny("llama")
    let execution = try Execution()
    func run(_ ids: [Int32], start: Int) throws {
      _ = try model.forward(ids: ids, generationStart: start, captured: 0..<ids.count, execution: execution)
    }
    #expect(throws: DecoderError.emptySequence) { try run([], start: 1) }
    #expect(throws: DecoderError.tokenOutsideVocabulary(id: 640, position: 1, vocabulary: 640)) {
      try run([3, 640], start: 1)
    }
    #expect(throws: DecoderError.tokenOutsideVocabulary(id: -1, position: 0, vocabulary: 640)) {
      try run([-1, 3], start: 1)
    }
    for start in [0, 3] {
      #expect(throws: DecoderError.generationStartOutsideSequence(start: start, count: 2)) {
        try run([3, 4], start: start)
      }
    }
  }

  @Test(arguments: ReferenceData.families)
  func memoryIsForetold(family: String) throws {
    let whole = try pass(family, captured: 40)
    let memory = try TestModels.tiny(family).forwardMemory(
      tokens: whole.tokenCount, captured: whole.captured.count, predicted: whole.targetLogProbabilities.count + 1)
    var (cache, captured) = (0, 0)
    for layer in whole.layers {
      cache += 4 * (layer.keys.values.count + layer.values.values.count)
      let kept = [layer.queries, layer.logSumExp, layer.residualIn, layer.residualMid]
      captured += 4 * (kept.reduce(0) { $0 + $1.values.count } + (layer.outputScale?.count ?? 0))
    }
    #expect(memory.cache == cache && memory.captured == captured, "\(family)")
    #expect(memory.scratch > 0 && memory.total == memory.cache + memory.captured + memory.scratch)
  }

  @Test func emptyTargetAndSingleTokenWork() throws {
    let model = try TestModels.tiny("llama")
    let pass = try model.forward(ids: [9], generationStart: 1, captured: 0..<1, execution: Execution())
    #expect(pass.targetLogProbabilities.isEmpty && pass.lastLogits.count == 640 && pass.lastTopTokens.count == 5)
    #expect(pass.lastTopTokens.allSatisfy { $0.logProbability < 0 && $0.logProbability.isFinite })
  }
}
