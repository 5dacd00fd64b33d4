import Foundation

/// The files of a model that is split as `name-00001-of-0000N.gguf`.
enum GGUFSplit {
  /// All files of the model that begins with `first`, that one included; each says which part it is.
  static func files(from first: GGUFFile) throws(CheckpointError) -> [GGUFFile] {
    let count = try first.metadata.optionalInteger("split.count") ?? 1
    guard count > 1 else { return [first] }
    let names = try names(of: first.metadata.file.path, count: count)
    let folder = ModelFolder(ofPartsBeside: first.metadata.file.path)
    var files = [first]
    for name in names.dropFirst() { files.append(try GGUFFile(path: try folder.file(name))) }
    for (index, file) in files.enumerated() { try check(file.metadata, index: index, count: count) }
    return files
  }

  /// Refuses a model with tensors too few or too many in all its files.
  static func checkTensorCount(_ count: Int, _ metadata: GGUFMetadata) throws(CheckpointError) {
    guard let expected = try metadata.optionalInteger("split.tensors.count"), expected != count else { return }
    throw .malformed(
      file: metadata.file.path, field: "split.tensors.count", reason: "is \(expected), but the files hold \(count)")
  }

  private static func check(_ metadata: GGUFMetadata, index: Int, count: Int) throws(CheckpointError) {
    for (key, expected) in [("split.no", index), ("split.count", count)] {
      // The first file's number is known by its name.
      guard let value = try metadata.optionalInteger(key), value != expected else { continue }
      throw .malformed(
        file: metadata.file.path, field: key,
        reason: "is \(value); as part \(index + 1) of \(count) it must be \(expected)")
    }
  }

  /// The file names of all parts of the model whose first part is at `path`.
  private static func names(of path: String, count: Int) throws(CheckpointError) -> [String] {
    guard count <= 99_999, let suffix = suffix(of: path), suffix.total == count else {
      throw .malformed(
        file: path, field: "split.count",
        reason: "is \(count), so the file's name must end in -00001-of-\(padded(min(count, 99_999))).gguf")
    }
    guard suffix.index == 1 else {
      throw .malformed(file: path, field: "file name", reason: "is not the first part; name the one with -00001-of-")
    }
    let stem = URL(filePath: path).lastPathComponent.dropLast("-00001-of-00001.gguf".count)
    return (1...count).map { "\(stem)-\(padded($0))-of-\(padded(count)).gguf" }
  }

  private static func suffix(of path: String) -> (index: Int, total: Int)? {
    guard path.hasSuffix(".gguf") else { return nil }
    let parts = path.dropLast(5).split(separator: "-", omittingEmptySubsequences: false).suffix(3)
    guard parts.count == 3, let index = Int(parts[parts.startIndex]), let total = Int(parts[parts.startIndex + 2]),
      parts[parts.startIndex + 1] == "of", parts[parts.startIndex].utf8.count == 5,
      parts[parts.startIndex + 2].utf8.count == 5
    else { return nil }
    return (index, total)
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
