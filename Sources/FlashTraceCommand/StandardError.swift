import Foundation

/// Standard error: what is not the result.
enum StandardError {
  static var isTerminal: Bool { isatty(FileHandle.standardError.fileDescriptor) == 1 }

  static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  static func line(_ text: String) { write(text + "\n") }
}
