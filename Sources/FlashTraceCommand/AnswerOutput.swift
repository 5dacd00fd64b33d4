import FlashTrace
import Foundation

/// An answer as it is generated.
enum AnswerOutput {
  /// Writes a piece of text: to the byte, but where a terminal would act on it instead of showing it.
  static func write(_ text: String, to file: FileHandle) {
    let isTerminal = isatty(file.fileDescriptor) == 1
    file.write(Data((isTerminal ? VisibleText.preformatted(text) : text).utf8))
  }
}
