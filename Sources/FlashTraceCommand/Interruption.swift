import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// SIGINT and SIGTERM cancel the work instead of ending the process, so that no file is left half-written.
enum Interruption {
  /// What the next SIGINT does.
  private enum Response {
    case cancels
    /// It asks the work to go on with what it has.
    case asks
    /// It has asked; another one cancels.
    case hasAsked
  }

  private static let response = Mutex(Response.cancels)

  static func cancelling(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let task = Task.detached { try await work() }
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { if number != SIGINT || !ask() { task.cancel() } }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    try await task.value
  }

  /// From now on a first SIGINT cancels nothing; ``hasAsked`` tells of it.
  static func allowAsking() { response.withLock { if $0 == .cancels { $0 = .asks } } }

  /// Whether a SIGINT has come since ``allowAsking()``.
  static var hasAsked: Bool { response.withLock { $0 == .hasAsked } }

  /// From now on every SIGINT cancels.
  static func endAsking() { response.withLock { $0 = .cancels } }

  private static func ask() -> Bool {
    response.withLock {
      guard $0 == .asks else { return false }
      $0 = .hasAsked
      return true
    }
  }
}
