import Foundation

/// A file of JSON lines that one run appends to, and a later one goes on with.
///
/// A line is written by one call, so that an end in the middle of the work leaves whole lines, or a last one that is cut.
package final class JSONLinesFile {
  private let handle: FileHandle
  private let path: String

  /// Opens a file, or begins it.
  ///
  /// - Parameters:
  ///   - openings: how lines of such a file begin. A lone cut line that begins otherwise is another's file.
  ///   - read: called with the number, from 1, and the bytes of each whole line that is there. What it throws leaves the
  ///     file as it is.
  /// - Throws: ``JSONLinesError`` where the file cannot be used, or another run is writing it.
  package init(path: String, openings: [String], read: (_ number: Int, _ line: Data) throws -> Void) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path, "cannot be written") }
    (handle, self.path) = (FileHandle(fileDescriptor: descriptor, closeOnDealloc: true), path)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw JSONLinesError(path: path, reason: "another run is writing it")
    }
    var reader = LineReader(handle, name: path)
    var (number, end) = (0, 0)
    while let line = try reader.next() {
      guard line.isWhole else {
        let begins = openings.contains { zip(line.bytes, $0.utf8).allSatisfy { $0 == $1 } }
        guard number > 0 || begins else {
          throw JSONLinesError(path: path, reason: "is no file of this command's; name another one")
        }
        break
      }
      number += 1
      end += line.bytes.count + 1
      try read(number, line.bytes)
    }
    guard ftruncate(descriptor, end) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw Self.failure(path, "cannot be written")
    }
  }

  /// Adds a value as a line. What a full disk cuts is repaired when the file is opened again.
  package func append(_ value: some Encodable) throws {
    let line = try JSONLine.data(of: value)
    do { try handle.write(contentsOf: line) } catch {
      throw JSONLinesError(path: path, reason: "cannot be written: \(error.localizedDescription)")
    }
  }

  private static func failure(_ path: String, _ what: String) -> JSONLinesError {
    JSONLinesError(path: path, reason: "\(what): \(String(cString: strerror(errno)))")
  }
}

/// Why a file of lines cannot be read or written.
package struct JSONLinesError: Error, Equatable, CustomStringConvertible {
  package let path: String
  package let reason: String

  /// One line that names the file and what is wrong.
  package var description: String { "\(path): \(reason)" }

  package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }
}
