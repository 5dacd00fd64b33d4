import Dispatch
import Synchronization
import Testing

@testable import TraceServer

struct WorkQueueTests {
  private final class Log<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    var all: [Value] { values.withLock { $0 } }
    func add(_ value: Value) { values.withLock { $0.append(value) } }
  }

  /// Work that waits to be let go, so that what comes after it has to queue.
  private final class Gate: Sendable {
    private let opened = DispatchSemaphore(value: 0)
    private let reached = AsyncStream<Void>.makeStream()

    func wait() {
      reached.continuation.finish()
      opened.wait()
    }
    func open() { opened.signal() }
    func isReached() async { for await _ in reached.stream {} }
  }

  private func limits(queue: Int = 16, seconds: Double = 3600) -> ServerLimits {
    var limits = ServerLimits()
    (limits.queueLength, limits.seconds) = (queue, seconds)
    return limits
  }

  /// Waits until `count` jobs have said where they stand.
  private func wait(for log: Log<[Int]>, _ count: Int) async {
    while log.all.count < count { await Task.yield() }
  }

  @Test func worksInOrderAndTellsWhoIsAhead() async throws {
    let (queue, gate, order, ahead) = (WorkQueue(limits: limits()), Gate(), Log<Int>(), Log<[Int]>())
    async let first: Void = queue.run { gate.wait() }
    await gate.isReached()
    var tasks: [Task<Void, any Error>] = []
    for job in 1...3 {
      tasks.append(
        Task { try await queue.run(onAhead: { ahead.add([job, $0]) }) { order.add(job) } })
      await wait(for: ahead, job)
    }
    #expect(ahead.all == [[1, 1], [2, 2], [3, 3]])
    gate.open()
    try await first
    for task in tasks { try await task.value }
    #expect(order.all == [1, 2, 3])
    #expect(ahead.all.filter { $0[0] == 3 }.map { $0[1] } == [3, 2, 1, 0])
  }

  @Test func fullQueuesRefuse() async throws {
    let (queue, gate) = (WorkQueue(limits: limits(queue: 1)), Gate())
    async let first: Void = queue.run { gate.wait() }
    await gate.isReached()
    await #expect(throws: RequestFailure.self) { try await queue.run {} }
    gate.open()
    try await first
    try await queue.run {}
  }

  @Test func cancelledWorkStopsAndWaitingWorkNeverStarts() async throws {
    let (queue, gate, started, ahead) = (WorkQueue(limits: limits()), Gate(), Log<Int>(), Log<[Int]>())
    let running = Task {
      try await queue.run {
        gate.wait()
        while true { try Task.checkCancellation() }
      }
    }
    await gate.isReached()
    let waiting = Task { try await queue.run(onAhead: { ahead.add([$0]) }) { started.add(1) } }
    await wait(for: ahead, 1)
    waiting.cancel()
    running.cancel()
    gate.open()
    await #expect(throws: CancellationError.self) { try await running.value }
    await #expect(throws: CancellationError.self) { try await waiting.value }
    try await queue.run { started.add(2) }
    #expect(started.all == [2])
  }

  @Test func workThatTakesTooLongIsStopped() async throws {
    let queue = WorkQueue(limits: limits(seconds: 0.05))
    let failure = await #expect(throws: RequestFailure.self) {
      try await queue.run { while true { try Task.checkCancellation() } }
    }
    #expect(failure?.status == .serviceUnavailable)
    #expect(failure?.description.contains("0.05 s") == true, "\(String(describing: failure))")
    try await queue.run {}
  }
}
