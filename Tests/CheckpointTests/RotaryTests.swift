import Foundation
import TestSupport
import Testing

@testable import Checkpoint

/// RoPE of published configurations against transformers' own functions (Fixtures/make_rope.py), which compute in f32.
@Suite struct RotaryTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let config: String
    let frequencies: [Double]
    let attentionFactor: Double

    var testDescription: String { name }

    static let all: [Case] = {
      let data = Bundle.module.url(forResource: "rope", withExtension: "json").flatMap { try? Data(contentsOf: $0) }
      return data.flatMap { try? JSONDecoder().decode([Case].self, from: $0) } ?? []
    }()

    /// The largest difference of a frequency or of the factor, and the largest of a frequency relative to it, in tens:
    /// where YaRN's ramp ends, f32 loses some digits of small frequencies.
    func difference(_ rotary: RotaryEmbedding) -> Double {
      guard rotary.frequencies.count == frequencies.count else { return .infinity }
      let differences = zip(rotary.frequencies, frequencies).map { max(abs($0 - $1), abs($0 - $1) / $1 / 10) }
      return max(differences.max() ?? 0, abs(rotary.attentionFactor - attentionFactor))
    }
  }

  @Test func casesAreThere() { #expect(Case.all.count == 9) }

  @Test(arguments: Case.all) func configurationsAgree(published: Case) throws {
    let bytes = Array(published.config.utf8)
    let object = try bytes.withUnsafeBytes { try JSONObject(parsing: $0, file: "config.json", field: "document") }
    let configuration = try HuggingFaceConfiguration(object).configuration()
    for layer in configuration.layers {
      #expect(try published.difference(#require(layer.rotary)) < 1e-6, "\(published.name)")
    }
  }

  /// A GGUF file's attention factor multiplies the recommended one; a type is linear where only a factor is given.
  @Test func metadataAgreeWithConfigurations() throws {
    func rotary(_ theta: Float, _ edit: (inout GGUFWriter) -> Void) throws -> RotaryEmbedding {
      var writer = GGUFWriter.llama()
      for key in ["key_length", "value_length"] { writer.set("llama.attention.\(key)", GGUFWriter.u32(128)) }
      writer.set("llama.rope.freq_base", GGUFWriter.f32(theta))
      edit(&writer)
      let folder = try ScratchFolder()
      let files = try ModelFiles.open(path: try folder.write(writer.bytes(), to: "model.gguf"))
      return try #require(files.configuration.layers.first?.rotary)
    }
    func published(_ name: String) throws -> Case { try #require(Case.all.first { $0.name == name }) }
    let yarn = try published("Qwen2.5 7B with YaRN")
    func stretch(_ writer: inout GGUFWriter) {
      writer.set("llama.rope.scaling.type", GGUFWriter.string("yarn"))
      writer.set("llama.rope.scaling.factor", GGUFWriter.f32(4))
      writer.set("llama.rope.scaling.original_context_length", GGUFWriter.u32(32_768))
    }
    #expect(try yarn.difference(rotary(1e6, stretch)) < 1e-6)
    let louder = try rotary(1e6) {
      stretch(&$0)
      $0.set("llama.rope.scaling.attn_factor", GGUFWriter.f32(1.5))
    }
    #expect(abs(louder.attentionFactor - 1.5 * yarn.attentionFactor) < 1e-6)
    let linear = try published("linear, factor 4")
    for key in ["rope.scaling.factor", "rope.scale_linear"] {
      #expect(try linear.difference(rotary(1e4) { $0.set("llama.\(key)", GGUFWriter.f32(4)) }) < 1e-6, "\(key)")
    }
  }
}
