import Decoder
import Kernels
import Testing

/// Products in bfloat16 against products in f32, on real text.
@Suite(
  .enabled(if: Execution.supportsBF16(), "needs a CPU with AVX-512-BF16"),
  .enabled(if: TestModels.isPresent(.smolLM2), "needs the reference data and \(RealModel.smolLM2.file)"))
struct BFloat16ForwardTests {
  /// A rounding of 2^-9 in each of 30 layers' inputs moves log-probabilities by hundredths: measured are 0.007 to 0.018
  /// on average and 0.10 at most.
  @Test(arguments: ReferenceData.cases(ofModel: RealModel.smolLM2.name))
  func logProbabilitiesStayClose(name: String) throws {
    let golden = try ReferenceData.trace(RealModel.smolLM2.name, name)
    let model = try TestModels.real(.smolLM2)
    func logProbabilities(_ precision: Precision) throws -> [Float] {
      try model.forward(
        ids: golden.ids, generationStart: golden.promptIDs.count, captured: golden.ids.count..<golden.ids.count,
        execution: Execution(precision: precision)
      ).targetLogProbabilities
    }
    let differences = zip(try logProbabilities(.f32), try logProbabilities(.bf16)).map { abs($0 - $1) }
    let mean = differences.reduce(0, +) / Float(differences.count)
    let largest = try #require(differences.max())
    #expect(mean < 0.04 && largest < 0.25, "\(name): mean \(mean), largest \(largest)")
    #expect(largest > 0, "bf16 products round")
  }
}
