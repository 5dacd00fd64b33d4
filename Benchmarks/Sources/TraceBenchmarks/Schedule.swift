import ArgumentParser
import FlashTrace
import Foundation

/// How the work would spread over more threads than this machine has.
struct Schedule: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pieces of every parallel loop, and the simulated speed of their schedule on many threads.",
    discussion: """
      For each number of threads, the loops are cut as for that many, every piece is timed alone, and the pieces are
      assigned as threads would claim them. Memory bandwidth that threads share is not in the simulation.
      """)

  @OptionGroup var options: RunOptions
  @OptionGroup var length: LengthOptions

  @Option(help: "Numbers of threads (repeatable).")
  var simulate: [Int] = [1, 2, 8, 16, 32, 64]

  @Option(help: "Microseconds to begin and end a loop.")
  var overhead = 5.0

  func validate() throws {
    guard simulate.allSatisfy({ $0 >= 1 }) else { throw ValidationError("numbers of threads must be at least 1") }
  }

  func run() throws {
    let workload = try Workload(options, length)
    try workload.verify(try options.execution())
    print("| phase | threads | loops | pieces | serial ms | simulated ms | speed | efficiency |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    var single: [String: Double] = [:]
    for threads in simulate {
      let execution = try options.execution(threads: threads)
      var tracer = try workload.tracer(execution)
      let prefill = try best { tracer = try workload.tracer(execution) }
      let hop = try best { _ = try tracer.trace(TraceRequest(hops: 0)) }
      for (phase, recording) in [("prefill", prefill), ("hop", hop)] {
        let seconds = recording.simulatedSeconds(threads: threads, overhead: overhead * 1e-6)
        let one = single[phase] ?? recording.simulatedSeconds(threads: 1)
        single[phase] = one
        report(phase, threads, recording, seconds: seconds, speed: one / seconds)
      }
    }
  }

  /// The least disturbed of the runs.
  private func best(_ work: () throws -> Void) throws -> LoopRecording {
    var recordings: [LoopRecording] = []
    for _ in 0..<options.runs { recordings.append(try LoopRecording(work)) }
    return recordings.min { $0.seconds < $1.seconds } ?? recordings[0]
  }

  private func report(_ phase: String, _ threads: Int, _ recording: LoopRecording, seconds: Double, speed: Double) {
    let pieces = recording.loops.reduce(0) { $0 + $1.count }
    let numbers = [recording.serialSeconds * 1e3, seconds * 1e3].map { String(format: "%.1f", $0) }
    print(
      "| \(phase) | \(threads) | \(recording.loops.count) | \(pieces) | \(numbers[0]) | \(numbers[1]) "
        + "| \(String(format: "%.1f", speed)) | \(String(format: "%.0f %%", speed / Double(threads) * 100)) |")
  }
}
