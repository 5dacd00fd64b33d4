#if canImport(Glibc)
  import Glibc
#endif

/// A file in memory as the operating system maps it: read only, never copied, unmapped with its last owner.
///
/// The file must not shrink while it is mapped.
package final class MappedFile: @unchecked Sendable {
  package let path: String
  package let count: Int
  let base: UnsafeRawPointer

  /// Throws ``CheckpointError/notFound(path:looked:)`` or ``CheckpointError/unreadable(file:reason:)``.
  package init(path: String) throws(CheckpointError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)  // a pipe is refused, not waited for
    guard descriptor >= 0 else {
      if errno == ENOENT { throw .notFound(path: path, looked: "no such file") }
      throw .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(file: path, reason: "not a regular file") }
    guard status.st_size > 0 else { throw .malformed(file: path, field: "size", reason: "the file is empty") }
    guard let memory = mmap(nil, status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0), memory != MAP_FAILED else {
      throw .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
    (self.path, self.count, self.base) = (path, status.st_size, UnsafeRawPointer(memory))
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: base), count) }

  /// The bytes of `range`, which must lie within the file; valid while the file is.
  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
  }
}
