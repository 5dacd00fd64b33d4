import Synchronization

/// The model's work, in the order in which it was asked for.
final class WorkQueue: Sendable {
  private struct Job {
    let ticket: UInt64
    let onAhead: @Sendable (Int) -> Void
  }

  private struct State {
    var jobs: [Job] = []
    var nextTicket: UInt64 = 0
  }

  private let limits: ServerLimits
  private let thread = WorkThread()
  private let state = Mutex(State())

  init(limits: ServerLimits) { self.limits = limits }

  /// Runs `work` once all that was asked for before is done.
  ///
  /// - Parameter onAhead: called with the number of jobs before this one, at first and when it falls.
  /// - Throws: ``RequestFailure`` where the queue is full or the work takes longer than it may; what `work` throws;
  ///   `CancellationError` when the calling task is cancelled, which stops the work too.
  func run<Value: Sendable>(
    onAhead: @escaping @Sendable (Int) -> Void = { _ in }, _ work: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    let ticket = try enter(onAhead)
    defer { leave(ticket) }
    let (started, start) = AsyncStream<Never>.makeStream()
    let task = Task.detached(executorPreference: thread) {
      start.finish()
      try Task.checkCancellation()
      return try work()
    }
    return try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask {
        try await withTaskCancellationHandler {
          try await task.value
        } onCancel: {
          task.cancel()
          // What will not be done makes room at once, though its turn comes later.
          self.leave(ticket)
        }
      }
      group.addTask { [limits] in
        for await _ in started {}
        try await Task.sleep(for: .seconds(limits.seconds))
        throw RequestFailure(.serviceUnavailable, "the work took longer than the \(limits.seconds) s that are allowed")
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }

  private func enter(_ onAhead: @escaping @Sendable (Int) -> Void) throws(RequestFailure) -> UInt64 {
    let (limit, entered) = (limits.queueLength, state.withLock { enter(&$0, onAhead) })
    guard let entered else {
      throw RequestFailure(.serviceUnavailable, "\(limit) requests are waiting, which is all that may; try again later")
    }
    onAhead(entered.ahead)
    return entered.ticket
  }

  private func enter(
    _ state: inout State, _ onAhead: @escaping @Sendable (Int) -> Void
  ) -> (ticket: UInt64, ahead: Int)? {
    guard state.jobs.count < limits.queueLength else { return nil }
    defer { state.nextTicket += 1 }
    state.jobs.append(Job(ticket: state.nextTicket, onAhead: onAhead))
    return (state.nextTicket, state.jobs.count - 1)
  }

  /// Those behind move up.
  private func leave(_ ticket: UInt64) {
    let moved = state.withLock { state -> [(Int, Job)] in
      guard let index = state.jobs.firstIndex(where: { $0.ticket == ticket }) else { return [] }
      state.jobs.remove(at: index)
      return Array(zip(index..., state.jobs[index...]))
    }
    for (ahead, job) in moved { job.onAhead(ahead) }
  }
}
