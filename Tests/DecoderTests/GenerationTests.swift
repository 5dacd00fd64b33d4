import Decoder
import Kernels
import Testing

@Suite(.enabled(if: ReferenceData.folder != nil, "needs the reference data (FLASHTRACE_REFERENCE)"))
struct GenerationTests {
  /// Decoding token by token through the cache is the same computation as one prefill of the whole sequence.
  @Test(arguments: ReferenceData.families)
  func everyTokenIsTheLikeliestOfAWholePass(family: String) throws {
    let golden = try #require(try ReferenceData.tiny(family).first)
    let model = try TestModels.tiny(family)
    let execution = try Execution()
    let prompt = golden.promptIDs
    let generated = try model.generate(prompt: prompt, count: 12, execution: execution)
    #expect(generated.count == 12)
    for length in 0..<generated.count {
      let ids = prompt + generated.prefix(length)
      let pass = try model.forward(
        ids: ids, generationStart: ids.count, captured: ids.count..<ids.count, execution: execution)
      #expect(pass.lastTopTokens[0].id == generated[length], "\(family), token \(length)")
    }
  }

  @Test func stopsAtAStopToken() throws {
    let golden = try #require(try ReferenceData.tiny("llama").first)
    let model = try TestModels.tiny("llama")
    let execution = try Execution()
    let free = try model.generate(prompt: golden.promptIDs, count: 8, execution: execution)
    let stop = try #require(free.last)
    let stopped = try model.generate(prompt: golden.promptIDs, count: 8, stopIDs: [stop], execution: execution)
    #expect(stopped == Array(free.prefix { $0 != stop }))
  }
}
