/// The files of a model that is split as `name-00001-of-0000N.gguf`.
enum GGUFSplit {
  /// All parts of the model that `path` belongs to, the first one first; just `path` where it is not split.
  static func parts(of path: String, count: Int) throws(CheckpointError) -> [String] {
    guard count > 1 else { return [path] }
    guard count <= 99_999, let suffix = suffix(of: path), suffix.total == count else {
      throw .malformed(
        file: path, field: "split.count",
        reason: "is \(count), so the file's name must end in -00001-of-\(padded(count)).gguf")
    }
    guard suffix.index == 1 else {
      throw .malformed(file: path, field: "file name", reason: "is not the first part; name the one with -00001-of-")
    }
    let stem = path.dropLast("-00001-of-00001.gguf".count)
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
