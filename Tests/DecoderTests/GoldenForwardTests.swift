import Decoder
import Foundation
import Kernels
import Testing

/// Whole forward passes against the reference: float64 for the tiny families, float32 for the real models.
@Suite struct GoldenForwardTests {
  @Test(
    .enabled(if: ReferenceData.folder != nil, "needs the reference data (FLASHTRACE_REFERENCE)"),
    arguments: ReferenceData.families)
  func tinyFamilyAgrees(family: String) throws {
    let model = try TestModels.tiny(family)
    for golden in try ReferenceData.tiny(family) {
      for set in InstructionSet.available {
        let pass = try model.forward(
          ids: golden.ids, generationStart: golden.promptIDs.count, captured: 0..<golden.ids.count,
          execution: Execution(threads: 2, instructionSet: set))
        let what = "\(family), \(golden.ids.count) tokens, \(set)"
        #expect(largestDifference(pass.targetLogProbabilities, golden.targetLogProbabilities) < 2e-4, "\(what)")
        #expect(largestDifference(pass.lastLogits, try #require(golden.lastLogits)) < 2e-4, "\(what)")
      }
    }
  }

  @Test(
    .enabled(if: TestModels.isPresent(.smolLM2), "needs the reference data and \(RealModel.smolLM2.file)"),
    arguments: ReferenceData.cases(ofModel: RealModel.smolLM2.name))
  func smolLM2Agrees(name: String) throws { try expectAgreement(.smolLM2, name) }

  @Test(
    .enabled(if: TestModels.isPresent(.qwenCoder), "needs the reference data and \(RealModel.qwenCoder.file)"),
    arguments: ReferenceData.cases(ofModel: RealModel.qwenCoder.name))
  func qwenCoderAgrees(name: String) throws { try expectAgreement(.qwenCoder, name) }

  /// "The capital of France is": the likeliest continuations of the same dequantised weights in the published PyTorch
  /// implementation, f32.
  @Test(.enabled(if: TestModels.isPresent(.gemma3), "needs the reference data and \(RealModel.gemma3.file)"))
  func gemma3Agrees() throws {
    let ids: [Int32] = [2, 818, 5279, 529, 7001, 563]
    let model = try TestModels.real(.gemma3)
    let pass = try model.forward(ids: ids, generationStart: 6, captured: 6..<6, execution: Execution())
    #expect(pass.lastTopTokens.map(\.id) == [506, 496, 9079, 886, 3224])
    let expected = [-1.6539999, -2.1978650, -2.4768300, -2.6324563, -2.9615788]
    #expect(largestDifference(pass.lastTopTokens.map(\.logProbability), expected) < 1e-3)
    let continuation = try model.generate(prompt: ids, count: 12, execution: Execution())
    #expect(continuation == [506, 5279, 529, 506, 2891, 529, 7001, 236761, 1030, 563, 506, 7488])
  }

  private func expectAgreement(_ real: RealModel, _ name: String) throws {
    let golden = try ReferenceData.trace(real.name, name)
    let five = try #require(golden.lastTopFive)
    // Rounding activations to 16 bits moves log-probabilities by 4e-3 at most, on these texts.
    for (precision, tolerance) in [(.f32, 2e-3), (.i16, 1e-2)] as [(Precision, Double)] {
      let pass = try TestModels.real(real).forward(
        ids: golden.ids, generationStart: golden.promptIDs.count, captured: golden.ids.count..<golden.ids.count,
        execution: Execution(precision: precision))
      let what = "\(name), \(precision)"
      #expect(largestDifference(pass.targetLogProbabilities, golden.targetLogProbabilities) < tolerance, "\(what)")
      #expect(pass.lastTopTokens.map { Int($0.id) } == five.map { Int($0[0]) }, "\(what)")
      #expect(largestDifference(pass.lastTopTokens.map(\.logProbability), five.map { $0[1] }) < tolerance, "\(what)")
    }
  }
}

/// The largest absolute difference; infinite where the lengths differ.
func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).map { abs(Double($0) - $1) }.max() ?? 0 : .infinity
}
