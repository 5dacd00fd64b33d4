import Foundation
import Testing

/// What the shell offers after Tab, asked of the script that the program writes.
@Suite struct CompletionTests {
  /// The completions of the last word of a command line, in a folder with the files `answer.txt` and `model.gguf`.
  private func completions(_ words: String...) throws -> [String] {
    let folder = try ScratchFolder()
    for name in ["answer.txt", "model.gguf"] { _ = try folder.write(Data(), to: name) }
    let script = try Command(["--generate-completion-script", "bash"])
    #expect(script.status == 0, "\(script.errors)")
    let line = words.map { "'\($0)'" }.joined(separator: " ")
    let ask = """
      cd '\(folder.url.path())' && source ./completions.bash
      COMP_WORDS=(flashtrace \(line)); COMP_CWORD=\(words.count); COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
      _flashtrace flashtrace "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    _ = try folder.write(Data(script.output.utf8), to: "completions.bash")
    let shell = Process()
    let answer = Pipe()
    shell.executableURL = URL(filePath: "/bin/bash")
    shell.arguments = ["-c", ask]
    shell.environment = ["PATH": Command.program.deletingLastPathComponent().path() + ":/usr/bin:/bin"]
    shell.standardOutput = answer
    try shell.run()
    let text = String(decoding: answer.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    shell.waitUntilExit()
    return text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  @Test func completesCommandsAndOptions() throws {
    #expect(try completions("tok") == ["tokenize"])
    #expect(try completions("trace", "--output-t") == ["--output-text"])
  }

  @Test(arguments: [
    (["trace", "--method", "attnlrp"], ["attnlrp", "attnlrp-tokenwise"]), (["trace", "--precision", "b"], ["bf16"]),
    (["trace", "--perturb", "s"], ["sentence"]), (["evaluate", "--task", "mis"], ["misleading"]),
    (["trace", "--chat-format", "qwen3"], ["qwen3", "qwen3-no-thinking"]),
  ])
  func completesValues(words: [String], expected: [String]) throws {
    let found = try completions(words[0], words[1], words[2])
    #expect(found == expected)
  }

  @Test(arguments: [
    ["trace", "-m"], ["trace", "--model"], ["trace", "--json"], ["trace", "--target"], ["generate", "--system"],
    ["evaluate", "--data"], ["summarize"],
  ])
  func completesFiles(words: [String]) throws {
    let found = words.count == 2 ? try completions(words[0], words[1], "mod") : try completions(words[0], "mod")
    #expect(found == ["model.gguf"], "\(words)")
  }
}
