import ArgumentParser
import FlashTrace
import Foundation

/// Speed on more threads, measured turn by turn.
struct Threads: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Speed of the forward pass and of a hop on 1 to N threads, relative to one thread.")

  @OptionGroup var options: RunOptions
  @OptionGroup var length: LengthOptions

  func run() throws {
    let workload = try Workload(options, length)
    try workload.verify(try options.execution())
    let counts = Array(1...options.threads)
    var prefill = counts.map { _ in [Double]() }
    var hop = prefill
    // Turn by turn, so that all numbers of threads meet the same disturbances.
    for _ in 0...options.runs {
      for (index, threads) in counts.enumerated() {
        let timing = try workload.tracer(options.execution(threads: threads)).trace().metadata.timing
        prefill[index].append(timing.prefill)
        hop[index].append(timing.hops[1])
      }
    }
    print("| threads | prefill s | speed | hop s | speed |\n| --- | --- | --- | --- | --- |")
    for (index, threads) in counts.enumerated() {
      let values = [prefill, hop].flatMap { times -> [Double] in
        let seconds = median(Array(times[index].dropFirst()))
        return [seconds, median(Array(times[0].dropFirst())) / seconds]
      }
      print("| \(threads) | " + values.map { String(format: "%.3f", $0) }.joined(separator: " | ") + " |")
    }
  }
}
