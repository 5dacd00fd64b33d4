import CKernels

/// What the parallel loops of some work are made of: enough to compute how long they take on any number of threads.
public struct LoopRecording: Sendable {
  /// Seconds of every piece of every loop, in the order in which threads claim them.
  public private(set) var loops: [[Double]] = []
  /// Seconds of the whole work on one thread.
  public private(set) var seconds = 0.0

  /// Runs `work` with its loops on the calling thread, cut into the pieces that its executions' threads ask for.
  ///
  /// Loops that `work` starts on other threads are not recorded. Throws what `work` throws.
  public init(_ work: () throws -> Void) rethrows {
    let recorder = Recorder()
    var observer = ft_loop_observer(
      begin: { context, pieces in Recorder.at(context)?.begin(pieces: pieces) },
      piece: { context, seconds in Recorder.at(context)?.add(seconds) },
      context: Unmanaged.passUnretained(recorder).toOpaque())
    try withUnsafePointer(to: &observer) { observer in
      ft_observe_loops(observer)
      defer { ft_observe_loops(nil) }
      let start = ContinuousClock.now
      try work()
      seconds = start.secondsUntilNow
    }
    loops = recorder.loops
  }

  /// Seconds outside all loops, which no thread shares.
  public var serialSeconds: Double { max(0, seconds - loops.joined().reduce(0, +)) }

  /// Seconds on `threads` threads that claim one piece after the other, with `overhead` seconds to begin and end a loop.
  ///
  /// Every piece takes as long as it did alone: what threads take from each other in memory bandwidth is not in it.
  public func simulatedSeconds(threads: Int, overhead: Double = 0) -> Double {
    precondition(threads >= 1)
    return loops.reduce(serialSeconds) { total, pieces in
      var busyUntil = [Double](repeating: 0, count: min(threads, max(pieces.count, 1)))
      for piece in pieces {
        let next = busyUntil.indices.min { busyUntil[$0] < busyUntil[$1] } ?? 0
        busyUntil[next] += piece
      }
      return total + (busyUntil.max() ?? 0) + (threads > 1 && pieces.count > 1 ? overhead : 0)
    }
  }
}

private final class Recorder {
  var loops: [[Double]] = []

  func begin(pieces: Int) {
    loops.append([])
    loops[loops.count - 1].reserveCapacity(pieces)
  }

  func add(_ seconds: Double) { loops[loops.count - 1].append(seconds) }

  static func at(_ context: UnsafeMutableRawPointer?) -> Recorder? {
    context.map { Unmanaged<Recorder>.fromOpaque($0).takeUnretainedValue() }
  }
}
