import Foundation
import Testing

@Suite struct UsageTests {
  @Test func printsVersionAndHelp() throws {
    let version = try Command(["--version"])
    #expect(version.status == 0 && version.output == "0.1.0\n" && version.errors.isEmpty)
    for arguments in [["--help"], ["trace", "--help"], ["tokenize", "--help"], ["inspect", "--help"]] {
      let help = try Command(arguments)
      #expect(help.status == 0 && help.output.contains("USAGE: flashtrace"), "\(arguments)")
      #expect(help.output.contains("xample"), "\(arguments) shows an example")
    }
  }

  /// Wrong usage: exit code 64 and a line that names what is wrong and what is allowed.
  @Test(arguments: [
    (["trace", "-m", "x"], "give the prompt: --prompt FILE or --prompt-text TEXT"),
    (
      ["trace", "-m", "x", "--prompt-text", "a", "--target", "b", "--target-text", "c"],
      "--target and --target-text exclude each other"
    ),
    (
      ["trace", "-m", "x", "--prompt-text", "a", "--target", "b", "--temperature", "1"],
      "--temperature is for an answer that the model generates; it does not go with a target"
    ),
    (
      ["trace", "-m", "x", "--prompt-text", "a", "--sampling-top-k", "0"], "--sampling-top-k is 0; it must be 1 or more"
    ),
    (["trace", "-m", "x", "--prompt-text", "a", "--prompt", "b", "--target-text", "c"], "exclude each other"),
    (["trace", "-m", "x", "--prompt", "-", "--target", "-"], "only one of --prompt and --target can be -"),
    (["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--hops", "-1"], "hops"),
    (["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--hops", "2000"], "allowed are 0 to 1000"),
    (["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--threads", "0"], "allowed are 1 to 1024"),
    (["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--method", "magic"], "flashtrace"),
    (["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--output-span", "5:2"], "output-span"),
    (
      ["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--output-regex", "a", "--after", "b"],
      "--output-regex and --after exclude each other"
    ),
    (
      ["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--output-chars", "4:4"],
      "--output-chars is 4:4; expected A:B, characters from A to before B with 0 <= A < B"
    ),
    (["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--top-k", "-4"], "top-k"),
    (["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--precision", "f8"], "precision"),
    (["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--nonsense"], "--nonsense"),
    (
      ["trace", "-m", "x", "--prompt-text", "a", "--target-text", "b", "--system-text", "c"],
      "--system-text needs --use-chat-template or --chat-format NAME"
    ),
    (
      ["trace", "-m", "x", "--messages", "a", "--prompt-text", "a", "--target-text", "b", "--chat-format", "chatml"],
      "--messages and --prompt-text exclude each other"
    ),
    (
      ["trace", "-m", "x", "--messages", "-", "--target", "-", "--chat-format", "chatml"],
      "only one of --messages and --target can be -"
    ),
    (["tokenize", "-m", "x", "--text", "a", "--no-thinking"], "--no-thinking needs"),
    (["tokenize", "-m", "x"], "give the text: --text TEXT"),
    (
      ["tokenize", "-m", "x", "--text", "a", "--use-chat-template", "--chat-format", "chatml"],
      "--use-chat-template and --chat-format exclude each other"
    ),
    (["frobnicate"], "frobnicate"),
    (["inspect"], "--model"),
    (["inspect", "-m", "x", "--target-length", "0"], "allowed are 1 to 100000000"),
  ])
  func refusesWrongUsage(arguments: [String], message: String) throws {
    let result = try Command(arguments)
    #expect(result.status == 64, "\(arguments): \(result.status)")
    #expect(result.errors.contains(message) && result.output.isEmpty, "\(arguments): \(result.errors)")
  }
}
