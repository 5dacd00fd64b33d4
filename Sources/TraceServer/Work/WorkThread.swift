import Dispatch

/// Runs tasks one after the other on a thread of its own, so that the model's work, which does not suspend, never holds
/// a thread that requests are served on.
final class WorkThread: TaskExecutor {
  private let queue = DispatchQueue(label: "flashtrace.work")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
