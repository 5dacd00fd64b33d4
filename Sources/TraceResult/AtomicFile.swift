import Foundation

/// Writes a file whole or not at all.
///
/// A regular file appears under its name by renaming a finished temporary file of the same folder, so that a reader, or
/// an interruption, never finds half of it. A symbolic link to a file stays, its file is replaced. A device or
/// pipe is written to directly.
package enum AtomicFile {
  package static func write(_ bytes: Data, to path: String) throws(TraceError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    switch status.st_mode & S_IFMT {
    case S_IFDIR where exists:
      throw .file(path: path, reason: "cannot be written: is a directory")
    case S_IFREG where exists:
      try replace(URL(fileURLWithPath: path).resolvingSymlinksInPath().path, with: bytes, mode: status.st_mode & 0o7777)
    case _ where exists:
      try writeThrough(bytes, to: path)
    default:
      try replace(path, with: bytes, mode: 0o666 & ~currentMask())
    }
  }

  private static func replace(_ path: String, with bytes: Data, mode: mode_t) throws(TraceError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var template = Array("\(folder)/.flashtrace.XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw failure(path) }
    let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    do throws(TraceError) {
      try finish(descriptor, bytes, path: path, mode: mode)
      guard rename(temporary, path) == 0 else { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Writes and closes the descriptor.
  private static func finish(_ descriptor: Int32, _ bytes: Data, path: String, mode: mode_t) throws(TraceError) {
    do throws(TraceError) {
      try writeAll(bytes, to: descriptor, path: path)
      guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else { throw failure(path) }
    } catch {
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw failure(path) }
  }

  private static func writeThrough(_ bytes: Data, to path: String) throws(TraceError) {
    let descriptor = open(path, O_WRONLY)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    try writeAll(bytes, to: descriptor, path: path)
  }

  private static func writeAll(_ bytes: Data, to descriptor: Int32, path: String) throws(TraceError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        throw failure(path)
      }
      rest = rest.dropFirst(written)
    }
  }

  private static func failure(_ path: String) -> TraceError {
    .file(path: path, reason: "cannot be written: \(String(cString: strerror(errno)))")
  }

  /// The process's file mode mask, which can only be read by setting it.
  private static func currentMask() -> mode_t {
    let mask = umask(0o077)
    umask(mask)
    return mask
  }
}
