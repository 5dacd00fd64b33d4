import Foundation
import TestSupport
import Testing

@testable import Checkpoint

/// Where the models are that this repository does not contain.
enum ReferenceData {
  static let tiny: String? = folder(
    ProcessInfo.processInfo.environment["FLASHTRACE_REFERENCE"].map { [$0] }
      ?? [URL(filePath: #filePath).appending(path: "../../../../shared/reference").standardized.path()],
    "tiny")

  static func model(_ name: String) -> String? {
    folder([NSHomeDirectory() + "/.cache/flashtrace/models"], name)
  }

  private static func folder(_ parents: [String], _ name: String) -> String? {
    parents.map { $0 + "/" + name }.first { FileManager.default.fileExists(atPath: $0) }
  }
}

@Suite struct ReferenceModelTests {
  @Test(
    .enabled(if: ReferenceData.tiny != nil, "reference data is absent"),
    arguments: [
      "gemma3", "llama", "llama3-rope", "mistral", "olmo2", "phi3", "qwen2", "qwen3", "qwen3-moe",
    ])
  func everyFamilyLoads(folder: String) throws {
    let files = try ModelFiles.open(path: try #require(ReferenceData.tiny) + "/" + folder)
    let configuration = files.configuration
    let wide = !["olmo2", "phi3", "qwen2"].contains(folder)
    #expect(configuration.vocabularySize == 640 && configuration.layers.count == 3)
    #expect(configuration.hiddenSize == (wide ? 96 : 64) && configuration.headDimension == (wide ? 24 : 16))
    #expect(configuration.headCount == 4 && configuration.keyValueHeadCount == 2)
    #expect(
      configuration.normPlacement == (folder == "gemma3" ? .beforeAndAfter : folder == "olmo2" ? .after : .before))
    let windows: [Int?] =
      folder == "gemma3" ? [24, 24, nil] : folder == "mistral" ? [24, 24, 24] : [nil, nil, nil]
    #expect(configuration.layers.map(\.slidingWindow) == windows)
    #expect(configuration.layers.map(\.usesExperts) == [Bool](repeating: folder == "qwen3-moe", count: 3))
    let tensors = try files.tensors()
    #expect(tensors.layers.count == 3)
    #expect(tensors.layers.allSatisfy { ($0.valueBias != nil) == (folder == "qwen2") })
    #expect(tensors.layers.allSatisfy { $0.query.rows == (wide ? 96 : 64) && $0.key.rows == (wide ? 48 : 32) })
  }

  @Test(.enabled(if: ReferenceData.model("SmolLM2-135M-Instruct.Q4_1.gguf") != nil, "the model is absent"))
  func smolLM2HasItsFacts() throws {
    let files = try ModelFiles.open(path: try #require(ReferenceData.model("SmolLM2-135M-Instruct.Q4_1.gguf")))
    let configuration = files.configuration
    #expect(configuration.family == "llama" && configuration.ropeLayout == .interleaved)
    #expect(configuration.hiddenSize == 576 && configuration.layers.count == 30)
    #expect(configuration.headCount == 9 && configuration.keyValueHeadCount == 3 && configuration.headDimension == 64)
    #expect(configuration.vocabularySize == 49_152)
    #expect(try files.tensors().layers.count == 30)
  }

  @Test(.enabled(if: ReferenceData.model("qwen2.5-coder-0.5b.gguf") != nil, "the model is absent"))
  func qwen2HasItsFacts() throws {
    let files = try ModelFiles.open(path: try #require(ReferenceData.model("qwen2.5-coder-0.5b.gguf")))
    let configuration = files.configuration
    #expect(configuration.family == "qwen2" && configuration.ropeLayout == .halfSplit)
    #expect(configuration.hiddenSize == 896 && configuration.layers.count == 24)
    #expect(configuration.layers.allSatisfy { $0.slidingWindow == nil })
    #expect(try files.tensors().layers.allSatisfy { $0.queryBias != nil && $0.valueBias != nil })
  }

  @Test(.enabled(if: ReferenceData.model("gemma3-270m.gguf") != nil, "the model is absent"))
  func gemma3HasItsFacts() throws {
    let files = try ModelFiles.open(path: try #require(ReferenceData.model("gemma3-270m.gguf")))
    let configuration = files.configuration
    #expect(configuration.family == "gemma3" && configuration.normPlacement == .beforeAndAfter)
    #expect(configuration.hiddenSize == 640 && configuration.headDimension == 256)
    let global = configuration.layers.indices.filter { configuration.layers[$0].slidingWindow == nil }
    #expect(global == [5, 11, 17])
    #expect(try files.tensors().layers.allSatisfy { $0.postFeedForwardNorm?.count == 640 })
  }
}
