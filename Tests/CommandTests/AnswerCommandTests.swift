import Foundation
import TestSupport
import Testing

/// `trace` without a target: the model answers, and the tokens of its answer are traced.
@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct AnswerCommandTests {
  private var model: String { ReferenceData.folder?.appending(path: "tiny/llama").path() ?? "" }

  private func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func theAnswerIsThatOfGenerateAndIsTraced() throws {
    let folder = try ScratchFolder()
    let sampling = ["--max-tokens", "12", "--temperature", "2", "--top-p", "0.9", "--seed", "3"]
    let prompt = ["-m", model, "--prompt-text", "Install the package"]
    let generated = try Command(["generate"] + prompt + sampling + ["--top-k", "40"])
    let result = try Command(
      ["trace"] + prompt + sampling + ["--sampling-top-k", "40", "--json", folder.path("t.json")])
    #expect(result.status == 0, "\(result.errors)")
    let kinds = try #require(try object(folder.path("t.json"))["sequence"] as? [[String: Any]])
      .compactMap { $0["kind"] as? String }
    let isCut = kinds.filter { $0 == "generation" }.count == 12
    let cut = "the answer was cut by --max-tokens after 12 tokens; it is traced without an end of sequence\n"
    #expect(result.errors == generated.output + (isCut ? cut : ""))
    #expect((kinds.last == "special") == !isCut && kinds.contains("generation"))
    #expect(result.output.contains("share") && !result.output.contains("cut by"))
    let quiet = try Command(["trace"] + prompt + sampling + ["--quiet"])
    #expect(quiet.status == 0 && quiet.errors.isEmpty && quiet.output.isEmpty)
  }

  /// Ctrl-C keeps what was generated: `generate` has printed it, `trace` traces it.
  @Test func anInterruptionKeepsTheAnswer() throws {
    let folder = try ScratchFolder()
    let endless = ["-m", model, "--prompt-text", "Install the package", "--max-tokens", "100000"]
    let generated = try Command(["generate"] + endless, signal: SIGINT)
    #expect(generated.status == 130 && generated.output.hasSuffix("\n") && generated.errors == "interrupted\n")
    let traced = try Command(["trace", "--json", folder.path("t.json")] + endless, signal: SIGINT)
    #expect(traced.status == 0, "\(traced.errors.suffix(200))")
    #expect(traced.errors.contains("the answer was interrupted after"), "\(traced.errors.suffix(200))")
    let answer = try #require(try object(folder.path("t.json"))["generation_tokens"] as? [String])
    #expect(!answer.isEmpty && answer.count < 100_000)
  }

  @Test func aTerminationLeavesNothingBehind() throws {
    let folder = try ScratchFolder()
    let result = try Command(
      [
        "trace", "-m", model, "--prompt-text", "Install the package", "--max-tokens", "100000", "--json",
        folder.path("t.json"),
      ], signal: SIGTERM)
    #expect(result.status == 130 && result.output.isEmpty && result.errors.hasSuffix("interrupted\n"))
    #expect(folder.contents.isEmpty)
  }
}
