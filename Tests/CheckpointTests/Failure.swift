import TestSupport

@testable import Checkpoint

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
