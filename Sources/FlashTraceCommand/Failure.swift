import ArgumentParser
import Evaluation
import FlashTrace
import JSONLines
import TraceServer

#if canImport(Glibc)
  import Glibc
#endif

/// Turns errors into one clear line and the exit code of sysexits.h that fits.
enum Failure {
  /// Input that a user can mend; everything else that is thrown is an error of the program.
  struct BadInput: Error, CustomStringConvertible {
    let description: String
  }

  static let badInput: Int32 = 65
  static let software: Int32 = 70
  static let interrupted: Int32 = 130

  static func exit(_ error: any Error, command: any ParsableCommand.Type) -> Never {
    switch error {
    case is CancellationError:
      StandardError.line("interrupted")
      Glibc.exit(interrupted)
    case is BadInput, is CheckpointError, is TokenizerError, is TracingError, is AttributionError, is TraceError,
      is DecoderError, is EvaluationError, is SampleError, is JSONLinesError, is ServerError:
      StandardError.line("error: \(error)")
      Glibc.exit(badInput)
    case let error as KernelError:
      StandardError.line("error: \(error)")
      Glibc.exit(error == .badArgument ? software : badInput)
    default:
      let code = command.exitCode(for: error)
      if code == .failure {
        StandardError.line("error: \(error)")
        Glibc.exit(software)
      }
      command.exit(withError: error)
    }
  }
}
