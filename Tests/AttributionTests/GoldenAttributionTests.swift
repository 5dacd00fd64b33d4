import Attribution
import Checkpoint
import Decoder
import Foundation
import Kernels
import TestSupport
import Testing

/// The runs of one sequence in a file of routes.
private struct RouteRuns: Decodable {
  let runs: [ReferenceTrace.Run]
}

@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct GoldenAttributionTests {
  /// Every run of `route` and `flow` of every tiny family; what a route leaves and finds adds up to 1.
  @Test(arguments: ReferenceData.families, InstructionSet.available)
  func routesAgreeWithTheReference(family: String, set: InstructionSet) throws {
    let folder = try #require(ReferenceData.folder).appending(path: "tiny/\(family)")
    let files = try ModelFiles.open(path: folder.path())
    let model = DecoderModel(configuration: files.configuration, tensors: try files.tensors())
    let decoder = ReferenceTrace.decoder()
    let sequences = try decoder.decode(
      [GoldenSequence].self, from: Data(contentsOf: folder.appending(path: "golden.json")))
    let routes = try decoder.decode(
      [RouteRuns].self, from: Data(contentsOf: folder.appending(path: "golden-route.json")))
    let execution = try Execution(threads: 2, instructionSet: set)
    for (sequence, golden) in zip(sequences, routes) {
      let pass = try model.forward(
        ids: sequence.ids, generationStart: sequence.promptIds.count, captured: 0..<sequence.ids.count,
        execution: execution)
      for run in golden.runs {
        let result = try Attributor(model: model, pass: pass, execution: execution).attribute(sequence.request(run))
        let context = "\(family), \(set), \(run.method), \(run.hops ?? 0) hops"
        sequence.check(result, run, tolerance: files.configuration.experts == nil ? 2e-4 : 1e-3, context)
        guard run.method == "route" else { continue }
        let found = result.scores[..<sequence.promptIds.count].reduce(0.0) { $0 + Double($1) }
        #expect(abs(found + Double(try #require(result.thinkingRatios.last)) - 1) < 1e-5, "\(context)")
      }
    }
  }

  /// Every run of every tiny family, in f32 on every instruction set.
  @Test(arguments: ReferenceData.families, InstructionSet.available)
  func tinyFamiliesAgreeWithTheReference(family: String, set: InstructionSet) throws {
    let folder = try #require(ReferenceData.folder).appending(path: "tiny/\(family)")
    let files = try ModelFiles.open(path: folder.path())
    let model = DecoderModel(configuration: files.configuration, tensors: try files.tensors())
    let golden = try ReferenceTrace.decoder().decode(
      [GoldenSequence].self, from: Data(contentsOf: folder.appending(path: "golden.json")))
    let execution = try Execution(threads: 2, instructionSet: set)
    let tolerance = files.configuration.experts == nil ? 2e-4 : 1e-3
    for (index, sequence) in golden.enumerated() {
      let start = sequence.promptIds.count
      let pass = try model.forward(
        ids: sequence.ids, generationStart: start, captured: start..<sequence.ids.count, execution: execution)
      for (value, expected) in zip(pass.targetLogProbabilities, sequence.targetLogprobs) {
        #expect(abs(Double(value) - expected) <= 2e-4, "\(family), \(set), sequence \(index)")
      }
      let attributor = Attributor(model: model, pass: pass, execution: execution)
      for run in sequence.runs {
        sequence.check(
          try attributor.attribute(sequence.request(run)), run, tolerance: tolerance,
          "\(family), \(set), sequence \(index), \(run.method), \(run.hops ?? 0) hops")
      }
    }
  }
}
