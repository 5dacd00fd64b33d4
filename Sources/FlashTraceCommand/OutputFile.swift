import Foundation

/// Files that the command writes.
enum OutputFile {
  /// Refuses, before any work is done, a path that cannot be written.
  static func check(_ path: String) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw Failure.BadInput(description: "\(path): is a folder; a file is to be written there")
    }
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw Failure.BadInput(description: "\(path): cannot be written: its folder is missing or not writable")
    }
  }
}
