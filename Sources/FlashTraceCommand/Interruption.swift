import Dispatch

#if canImport(Glibc)
  import Glibc
#endif

/// SIGINT and SIGTERM cancel the work instead of ending the process, so that no file is left half-written.
enum Interruption {
  static func cancelling(_ work: @escaping @Sendable () throws -> Void) async throws {
    let task = Task.detached { try work() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { task.cancel() }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    try await task.value
  }
}
