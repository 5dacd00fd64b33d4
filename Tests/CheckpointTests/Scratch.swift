import Foundation

@testable import Checkpoint

/// A folder of its own for one test, deleted with the last reference to it.
final class ScratchFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "checkpoint-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.resolvingSymlinksInPath().path(percentEncoded: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return path + "/" + name
  }
}

/// The message with which opening `path` and finding its tensors fails; nil where it succeeds.
func failure(opening path: String) -> String? {
  do throws(CheckpointError) {
    _ = try ModelFiles.open(path: path).tensors()
    return nil
  } catch {
    return error.description
  }
}

/// The same, for a file that holds `bytes`.
func failure(of bytes: [UInt8]) throws -> String? {
  let folder = try ScratchFolder()
  return failure(opening: try folder.write(bytes, to: "model.gguf"))
}
