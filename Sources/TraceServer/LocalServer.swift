import FlashTrace
import Hummingbird
import Logging
import ServiceLifecycle

/// The page and its API for one model, on a loopback address.
///
///     let server = LocalServer(model: model, execution: try .automatic(), limits: ServerLimits(), reader: reader)
///     try await server.run(address: .ipv4, port: 8765) { print("http://127.0.0.1:\($0)/") }
public struct LocalServer: Sendable {
  /// Loopback addresses, which no other host can reach.
  public enum Address: String, Sendable, CaseIterable {
    case ipv4 = "127.0.0.1"
    case ipv6 = "::1"
  }

  private let routes: Routes

  /// A server that reads requests as `reader` does.
  public init(model: LanguageModel, execution: Execution, limits: ServerLimits, reader: any RequestReader) {
    routes = Routes(
      work: ModelWork(model: model, execution: execution, limits: limits), queue: WorkQueue(limits: limits),
      reader: reader)
  }

  /// Serves until the task is cancelled, which stops all work and closes all connections.
  ///
  /// - Parameters:
  ///   - port: 0 for a free one.
  ///   - onRunning: called with the port once connections are accepted.
  /// - Throws: ``ServerError`` where the port cannot be had.
  public func run(address: Address, port: Int, onRunning: @escaping @Sendable (Int) -> Void) async throws {
    var application = Application(
      router: routes.router(),
      configuration: ApplicationConfiguration(
        address: .hostname(address.rawValue, port: port)),
      onServerRunning: { channel in onRunning(channel.localAddress?.port ?? port) })
    application.logger.logLevel = .critical
    do {
      try await run(application)
    } catch {
      if Task.isCancelled { return }
      throw ServerError.cannotListen(address: address.rawValue, port: port, reason: "\(error)")
    }
  }

  /// Runs until the task is cancelled. A connection that was accepted has to be taken up before it may be cancelled, so
  /// first none is accepted any more, then all work ends.
  private func run(_ application: some ApplicationProtocol) async throws {
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [application], logger: application.logger))
    let running = Task.detached { try await group.run() }
    try await withTaskCancellationHandler {
      try await running.value
    } onCancel: {
      Task {
        await group.triggerGracefulShutdown()
        try? await Task.sleep(for: .milliseconds(100))
        running.cancel()
      }
    }
  }
}

/// Why the server does not run.
public enum ServerError: Error, Equatable, CustomStringConvertible {
  case cannotListen(address: String, port: Int, reason: String)

  /// One line that names what is wrong.
  public var description: String {
    switch self {
    case .cannotListen(let address, let port, let reason):
      "cannot listen on \(address), port \(port): \(reason); choose another with --port, or 0 for a free one"
    }
  }
}
