import Attribution
import Checkpoint
import Decoder
import Foundation
import Kernels
import TestSupport
import Testing

/// Random models of every family with few weights, in shapes that published models do not have: odd numbers of heads,
/// windows and scaled RoPE at the length of the text, biases. Golden values are float64 (Fixtures/make_families.py).
struct RandomFamilyTests {
  /// A model as config.json, tensors that its seed tells, and one sequence with its golden values.
  struct Model: CustomTestStringConvertible, Sendable {
    /// A tensor's name and shape, and what its values lie around and how far.
    struct Tensor {
      let name: String
      let shape: [Int]
      let offset, scale: Double
    }

    let family: String
    let seed: Int
    /// The object of the fixture, as JSON.
    let json: Data
    var testDescription: String { "\(family) \(seed)" }

    private func part(_ key: String) throws -> Any {
      let root = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
      return try #require(root[key])
    }

    private func data(_ key: String) throws -> Data { try JSONSerialization.data(withJSONObject: part(key)) }

    func sequence() throws -> GoldenSequence {
      try ReferenceTrace.decoder().decode(GoldenSequence.self, from: data("sequence"))
    }

    func write(to folder: ScratchFolder) throws {
      let tensors = try #require(try part("tensors") as? [[Any]]).map { row in
        Tensor(
          name: try #require(row[0] as? String), shape: try #require(row[1] as? [Int]),
          offset: try #require(row[2] as? NSNumber).doubleValue, scale: try #require(row[3] as? NSNumber).doubleValue)
      }
      var generator = SeededGenerator(seed: UInt64(seed))
      var values: [Float] = []
      for tensor in tensors {
        for _ in 0..<tensor.shape.reduce(1, *) {
          let unit = Double(generator.next() >> 40) / Double(1 << 23) - 1
          values.append(Float(tensor.offset + tensor.scale * unit))
        }
      }
      try folder.write(Array(data("config")), to: "config.json")
      try folder.write(Array("{}".utf8), to: "tokenizer.json")
      try folder.write(
        HuggingFaceWriter.safetensors(tensors.map { ($0.name, $0.shape) }, values: values), to: "model.safetensors")
    }
  }

  static let models: [Model] = {
    guard let url = Bundle.module.url(forResource: "families", withExtension: "json"),
      let data = try? Data(contentsOf: url),
      let rows = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
    else { return [] }
    return rows.compactMap { row in
      guard let family = row["family"] as? String, let seed = row["seed"] as? Int,
        let json = try? JSONSerialization.data(withJSONObject: row)
      else { return nil }
      return Model(family: family, seed: seed, json: json)
    }
  }()

  @Test func everyFamilyIsThere() {
    #expect(Set(Self.models.map(\.family)).count == 9 && Self.models.count == 18, "\(Self.models.count)")
  }

  @Test(arguments: models) func agreesWithTheReference(_ random: Model) throws {
    let folder = try ScratchFolder()
    try random.write(to: folder)
    let files = try ModelFiles.open(path: folder.path)
    let model = DecoderModel(configuration: files.configuration, tensors: try files.tensors())
    let sequence = try random.sequence()
    for set in InstructionSet.available {
      let execution = try Execution(threads: 2, instructionSet: set)
      let pass = try model.forward(
        ids: sequence.ids, generationStart: sequence.promptIds.count, captured: 0..<sequence.ids.count,
        execution: execution)
      let context = "\(random.testDescription), \(set)"
      for (name, values, expected) in [
        ("log-probabilities", pass.targetLogProbabilities, sequence.targetLogprobs),
        ("last logits", pass.lastLogits, sequence.lastLogits),
      ] {
        try #require(values.count == expected.count, "\(context), \(name)")
        let difference = zip(values, expected).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(difference <= 2e-4, "\(context), \(name): \(difference)")
      }
      let attributor = Attributor(model: model, pass: pass, execution: execution)
      for run in sequence.runs {
        sequence.check(
          try attributor.attribute(sequence.request(run)), run,
          tolerance: files.configuration.experts == nil ? 2e-4 : 1e-3,
          "\(context), \(run.method), \(run.hops ?? 0) hops")
      }
    }
  }
}
