import Foundation

/// Text from a file, from standard input, or from the command line.
enum TextInput {
  /// The bytes of `path`, where `-` is standard input. Throws ``Failure/BadInput``.
  static func bytes(_ path: String) throws -> Data {
    do {
      if path == "-" { return try FileHandle.standardInput.readToEnd() ?? Data() }
      return try Data(contentsOf: URL(filePath: path))
    } catch {
      throw Failure.BadInput(description: "\(path): cannot be read: \(reason(error, path))")
    }
  }

  /// UTF-8 text of `path`; a byte that is no UTF-8 is an error that names its place.
  static func text(_ path: String) throws -> String { try text(of: bytes(path), path) }

  /// The text of bytes that were read from `path`.
  static func text(of bytes: Data, _ path: String) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure.BadInput(description: "\(name(path)): is not UTF-8 text")
    }
    return text
  }

  /// What errors call `path`.
  static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

  private static func reason(_ error: any Error, _ path: String) -> String {
    if path != "-" && !FileManager.default.fileExists(atPath: path) { return "no such file" }
    return "\((error as NSError).localizedDescription)"
  }
}
