import Attribution
import Checkpoint
import Decoder
import Kernels
import TestSupport
import Testing

/// What holds for the methods beside span-wise aggregation, on the tiny families.
@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct MethodTests {
  private static let (promptCount, count) = (30, 50)
  private static let ids = (0..<count).map { Int32(($0 * 53 + 7) % 600) }

  private func model(_ family: String) throws -> DecoderModel {
    let folder = try #require(ReferenceData.folder).appending(path: "tiny/\(family)")
    let files = try ModelFiles.open(path: folder.path())
    return DecoderModel(configuration: files.configuration, tensors: try files.tensors())
  }

  private func attributor(_ family: String, _ execution: Execution) throws -> Attributor {
    let model = try model(family)
    let pass = try model.forward(
      ids: Self.ids, generationStart: Self.promptCount, captured: 0..<Self.count, execution: execution)
    return Attributor(model: model, pass: pass, execution: execution)
  }

  private func request(
    _ method: AttributionMethod, output: ClosedRange<Int>? = 4...9, hops: Int = 0,
    _ parameters: MethodParameters = MethodParameters()
  ) -> AttributionRequest {
    AttributionRequest(
      method: method, outputSpan: output, hops: hops, kept: Self.ids.map { _ in true },
      generationStart: Self.promptCount, endsWithEndOfSequence: true,
      attributed: Self.ids.indices.map { (5..<25).contains($0) }, parameters: parameters)
  }

  /// The summed log-probability of the output span with the ids of `changes` replaced.
  private func target(_ model: DecoderModel, _ execution: Execution, replacing positions: [Int], by id: Int32) throws
    -> Double
  {
    var ids = Self.ids
    for position in positions { ids[position] = id }
    let pass = try model.forward(
      ids: ids, generationStart: Self.promptCount, captured: Self.count..<Self.count, execution: execution)
    return pass.targetLogProbabilities[4...9].reduce(0) { $0 + Double($1) }
  }

  @Test(arguments: ReferenceData.families)
  func everyMethodScoresEveryFamily(family: String) throws {
    let attributor = try attributor(family, Execution(threads: 2))
    for method in AttributionMethod.allCases {
      let result = try attributor.attribute(request(method, hops: method.hasHops ? 2 : 0))
      let context: Comment = "\(family) \(method.rawValue)"
      #expect(result.scores.count == Self.count && result.scores.allSatisfy(\.isFinite), context)
      #expect(result.scores.contains { $0 != 0 }, context)
      #expect(method.isSigned || result.scores.allSatisfy { $0 >= 0 }, context)
      #expect(result.rows.count == (method.hasRows ? 6 : 0), context)
      #expect(result.perHopScores.count == (method.hasHops ? 3 : 1), context)
      let later = Self.promptCount + 10..<Self.count
      #expect(method == .flow || method == .route || result.scores[later].allSatisfy { $0 == 0 }, context)
    }
  }

  @Test(arguments: ["llama", "gemma3", "phi3"])
  func integratedGradientsAddUpToTheFall(family: String) throws {
    let execution = try Execution(threads: 2)
    let attributor = try attributor(family, execution)
    var parameters = MethodParameters()
    (parameters.replacement, parameters.integrationSteps) = (2, 200)
    let scores = try attributor.attribute(request(.integratedGradients, parameters)).scores
    let model = try model(family)
    let fall =
      try target(model, execution, replacing: [], by: 0)
      - target(model, execution, replacing: Array(5..<25), by: 2)
    let sum = scores.reduce(0.0) { $0 + Double($1) }
    #expect(abs(sum - fall) < 0.03 * max(1, abs(fall)), "\(family): \(sum) for \(fall)")
    #expect(scores.indices.allSatisfy { (5..<25).contains($0) || scores[$0] == 0 })
  }

  @Test(arguments: ReferenceData.families)
  func perturbationIsTheFallOfEachSegment(family: String) throws {
    let execution = try Execution(threads: 2)
    let attributor = try attributor(family, execution)
    var parameters = MethodParameters()
    parameters.replacement = 2
    parameters.segments = [[5, 6, 7], [8], Array(9..<25)]
    let scores = try attributor.attribute(request(.perturbation, parameters)).scores
    let model = try model(family)
    let base = try target(model, execution, replacing: [], by: 0)
    for segment in parameters.segments {
      let fall = base - (try target(model, execution, replacing: segment, by: 2))
      for position in segment {
        #expect(abs(Double(scores[position]) - fall / Double(segment.count)) < 1e-4, "\(family) \(position)")
      }
    }
    parameters.perturbationScore = .divergence
    let divergences = try attributor.attribute(request(.perturbation, parameters)).scores
    #expect(divergences[5..<25].allSatisfy { $0 > 0 })
  }

  @Test(arguments: ReferenceData.families)
  func variantsSideBySideScoreAsOnTheirOwn(family: String) throws {
    let execution = try Execution(threads: 2)
    let model = try model(family)
    func run(_ ids: [Int32]) throws -> ForwardPass {
      try model.forward(
        ids: ids, generationStart: Self.promptCount, captured: Self.count..<Self.count, execution: execution)
    }
    let pass = try run(Self.ids)
    var scorer = TargetScorer(model: model, pass: pass, execution: execution)
    let base = try scorer.scoreOriginal()
    #expect(base.logProbabilities == pass.targetLogProbabilities)
    #expect(
      try model.divergence(of: base.stream, from: base.stream, execution: execution).allSatisfy { abs($0) < 1e-5 })
    var generator = SeededGenerator(seed: 4)
    // More than fill a batch, the original and one that differs in the last id alone among them.
    var variants = [Self.ids, Array(Self.ids.dropLast()) + [3]]
    while variants.count < 21 {
      var ids = Self.ids
      for _ in 0..<3 { ids[Int.random(in: 0..<Self.count, using: &generator)] = 3 }
      variants.append(ids)
    }
    var scored: [Int: TargetScorer.Scores] = [:]
    try scorer.score(variants) { index, scores in
      #expect(scored.updateValue(scores, forKey: index) == nil, "\(index) is scored once")
    }
    #expect(scored.count == variants.count)
    #expect(scorer.positionsRun < (variants.count + 1) * (Self.count - 1), "what is shared is not run again")
    var single = TargetScorer(model: model, pass: pass, batchSize: 1, execution: execution)
    for (index, ids) in variants.enumerated() {
      let found = try #require(scored[index])
      #expect(found.logProbabilities == (try run(ids)).targetLogProbabilities, "\(family) variant \(index)")
      try single.score([ids]) { _, alone in
        #expect(found.stream.values == alone.stream.values, "\(family) variant \(index)")
      }
    }
  }

  @Test(arguments: ReferenceData.families)
  func attentionIsKept(family: String) throws {
    let attributor = try attributor(family, Execution(threads: 2))
    for method in [AttributionMethod.attention, .attentionRollout] {
      let sum = try attributor.attribute(request(method)).scores.reduce(0.0) { $0 + Double($1) }
      #expect(abs(sum - 1) < 1e-4, "\(family) \(method.rawValue) \(sum)")
    }
  }

  /// The rules are linear in what starts at the logits.
  @Test(arguments: ReferenceData.families)
  func spanWiseRelevanceIsTheSumOfTheTokens(family: String) throws {
    let attributor = try attributor(family, Execution(threads: 2))
    let span = try attributor.attribute(request(.attnlrp)).scores
    let tokens = try attributor.attribute(request(.attnlrpTokenwise)).scores
    let mass = tokens.reduce(0.0) { $0 + max(0, Double($1)) }
    // The span's scores leave out the generated tokens, which its hops hand on.
    for j in 0..<Self.promptCount {
      #expect(abs(Double(span[j]) - Double(tokens[j]) / mass) < 1e-4, "\(family) position \(j)")
    }
  }

  @Test(arguments: ReferenceData.families, [AttributionMethod.flashtrace, .ifrSpan, .ifrTokenwise])
  func predictingSinksAreTheTokensBefore(family: String, method: AttributionMethod) throws {
    let attributor = try attributor(family, Execution(threads: 2))
    var parameters = MethodParameters()
    parameters.sinks = .predicting
    let predicting = try attributor.attribute(request(method, output: 4...9, parameters))
    let own = try attributor.attribute(request(method, output: 3...8))
    #expect(Array(predicting.scores[..<Self.promptCount]) == Array(own.scores[..<Self.promptCount]))
    // The first generated token is predicted by the prompt's last position.
    let first = try attributor.attribute(request(method, output: 0...0, parameters)).scores
    #expect(first[(Self.promptCount)...].allSatisfy { $0 == 0 } && first.contains { $0 > 0 })
  }

  @Test func flowLayersChooseHowFarDown() throws {
    let attributor = try attributor("llama", Execution(threads: 2))
    func scores(_ share: Double) throws -> [Float] {
      var parameters = MethodParameters()
      parameters.flowLayers = share
      return try attributor.attribute(request(.flow, parameters)).scores
    }
    #expect(try scores(0.5) == attributor.attribute(request(.flow)).scores)
    #expect(try scores(0.34) != scores(1))
    for share in [0, -1, 1.5, .nan] {
      #expect(throws: AttributionError.self, "\(share)") { try scores(share) }
    }
  }

  @Test func floorsKnowPositionsAlone() throws {
    let attributor = try attributor("llama", Execution(threads: 1))
    let recency = try attributor.attribute(request(.recency)).scores
    #expect(zip(recency[5..<25], recency[6..<25]).allSatisfy { $0 < $1 } && recency[24] == 1)
    let first = try attributor.attribute(request(.firstToken)).scores
    #expect(first.indices.allSatisfy { first[$0] == ($0 == 5 ? 1 : 0) })
    var parameters = MethodParameters()
    let seeds = try [UInt64](arrayLiteral: 0, 0, 1).map { seed in
      parameters.seed = seed
      return try attributor.attribute(request(.random, parameters)).scores
    }
    #expect(seeds[0] == seeds[1] && seeds[0] != seeds[2])
  }

  @Test func calibrationKeepsTheMassAndDividesByTheReference() {
    let scores: [Float] = [9, 0.4, 0.4, 0.2, 7]
    let same = Calibration.apply(scores, reference: [1, 1, 1, 1, 1], positions: [1, 2, 3], strength: 1)
    #expect(zip(same, scores).allSatisfy { abs($0 - $1) < 1e-6 })
    let moved = Calibration.apply(scores, reference: [5, 3, 0, 3, 5], positions: [1, 2, 3], strength: 0.5)
    // p = (0.4, 0.4, 0.2), b = (0.5, 0, 0.5), m = 1/3: ratios 0.6, 2.4, 0.3
    for (found, expected) in zip(moved, [9, 0.6 / 3.3, 2.4 / 3.3, 0.3 / 3.3, 7] as [Float]) {
      #expect(abs(found - expected) < 1e-6)
    }
    #expect(Calibration.apply(scores, reference: [0, 0, 0, 0, 0], positions: [1, 2], strength: 1) == scores)
  }
}
