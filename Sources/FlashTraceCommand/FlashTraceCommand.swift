import ArgumentParser
import FlashTrace

@main
struct FlashTraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flashtrace",
    abstract: "Which tokens of the prompt made the model say this?",
    discussion: """
      Examples:
        flashtrace trace -m model.gguf --prompt question.txt --target answer.txt --hops 1 --html trace.html
        flashtrace trace -m model.gguf --prompt-text "2 + 2 =" --target-text " 4" --no-eos --method ifr-span
        flashtrace tokenize -m model.gguf --text "Hello, world!" --json
        flashtrace inspect -m model.gguf --prompt-length 1024 --target-length 512

      Exit codes: 0 success, 64 wrong usage, 65 unusable input, 70 an error of the program, 130 interrupted.
      Environment: OMP_NUM_THREADS, OMP_PROC_BIND, OMP_PLACES (threads); FLASHTRACE_ISA (the widest instruction set \
      to use: portable, avx2, avx512, avx512bf16); HF_HUB_CACHE, HF_HOME (models by owner/name); NO_COLOR.
      """,
    version: "0.1.0",
    subcommands: [
      TraceCommand.self, GenerateCommand.self, EvaluateCommand.self, SummarizeCommand.self, TokenizeCommand.self,
      InspectCommand.self, CompareCommand.self, BatchCommand.self, ServeCommand.self,
    ])

  static func main() async {
    do {
      try await Interruption.cancelling {
        var command = try parseAsRoot()
        if var command = command as? any AsyncParsableCommand {
          try await command.run()
        } else {
          try command.run()
        }
      }
    } catch {
      Failure.exit(error, command: Self.self)
    }
  }
}
