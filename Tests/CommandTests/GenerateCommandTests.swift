import Foundation
import TestSupport
import Testing

@Suite struct GenerateCommandTests {
  @Test(arguments: [
    (["--temperature=-1"], "--temperature is -1.0; allowed are 0 to 100"),
    (["--top-p", "0"], "--top-p is 0.0; it must be above 0 and at most 1"),
    (["--top-k", "0"], "--top-k is 0; it must be 1 or more"),
    (["--max-tokens", "0"], "--max-tokens is 0; allowed are 1 to 1000000"),
    (["--prompt", "x"], "--prompt and --prompt-text exclude each other"),
  ])
  func wrongOptionsAreNamed(options: [String], message: String) throws {
    let run = try Command(["generate", "-m", "none.gguf", "--prompt-text", "a"] + options)
    #expect(run.status == 64)
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  @Test func oneInputAtMostIsStandardInput() throws {
    let run = try Command(["generate", "-m", "none.gguf", "--prompt", "-", "--use-chat-template", "--system", "-"])
    #expect(run.status == 64)
    #expect(run.errors.contains("only one of --prompt and --system can be -"), "\(run.errors)")
  }

  @Test(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
  func answersRepeatAndStopAtTheLimit() throws {
    let model = try #require(ReferenceData.folder).appending(path: "tiny/llama").path()
    let arguments = ["generate", "-m", model, "--prompt-text", "Install the package", "--max-tokens", "9"]
    let greedy = try Command(arguments)
    #expect(greedy.status == 0 && greedy.output.count > 1 && greedy.output.hasSuffix("\n"))
    let again = try Command(arguments + ["--timing"])
    #expect(again.output == greedy.output && greedy.errors.isEmpty)
    #expect(again.errors.contains(" tokens: the first after ") && again.errors.hasSuffix(" tokens a second\n"))
    #expect(try Command(arguments + ["--temperature", "3", "--seed", "4"]).output != greedy.output)
    #expect(try Command(arguments + ["--temperature", "3", "--top-k", "1"]).output == greedy.output)
  }
}
