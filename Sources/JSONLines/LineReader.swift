import Foundation

/// The lines of a file, a pipe or a terminal, one after the other, each as soon as it is there.
package struct LineReader {
  /// What errors call the input.
  package let name: String
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  /// Where the next line begins in the buffer.
  private var start = 0
  private var isAtEnd = false

  /// Reads a descriptor from where it stands.
  package init(_ handle: FileHandle, name: String) { (self.handle, self.name) = (handle, name) }

  /// Reads a file. Throws ``JSONLinesError``.
  package init(path: String) throws(JSONLinesError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw JSONLinesError(path: path, reason: "cannot be read: \(String(cString: strerror(errno)))")
    }
    self.init(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true), name: path)
  }

  /// The next line without its line feed, and whether it had one; nil at the end.
  ///
  /// Throws ``JSONLinesError``, and `CancellationError` where the task is cancelled while it waits.
  package mutating func next() throws -> (bytes: Data, isWhole: Bool)? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: JSONLine.newline) {
        defer { start = end + 1 }
        return (Data(buffer[start..<end]), true)
      }
      if isAtEnd {
        defer { start = buffer.count }
        return start == buffer.count ? nil : (Data(buffer[start...]), false)
      }
      buffer.removeFirst(start)
      (start, searched) = (0, buffer.count)
      try fill()
    }
  }

  /// Waits for bytes and takes what is there.
  private mutating func fill() throws {
    try waitForInput()
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(handle.fileDescriptor, &chunk, chunk.count)
    if count < 0, errno != EINTR {
      throw JSONLinesError(path: name, reason: "cannot be read: \(String(cString: strerror(errno)))")
    }
    if count == 0 { isAtEnd = true }
    buffer.append(contentsOf: chunk.prefix(max(0, count)))
  }

  /// A blocked read would outlast the task's cancellation.
  private func waitForInput() throws {
    var poller = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
    repeat { try Task.checkCancellation() } while poll(&poller, 1, 100) == 0
  }
}
