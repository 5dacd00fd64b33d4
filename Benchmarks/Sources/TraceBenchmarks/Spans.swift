import ArgumentParser
import FlashTrace
import Foundation

/// What many spans of one forward pass cost together.
struct Spans: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The cost of many spans attributed together, in hops of one span that covers the target.")

  @OptionGroup var options: RunOptions
  @OptionGroup var length: LengthOptions

  @Option(help: "Numbers of spans (repeatable).")
  var counts: [Int] = [1, 4, 16, 64]

  func validate() throws {
    guard counts.allSatisfy({ (1...length.target).contains($0) }) else {
      throw ValidationError("a number of spans must be 1 to the target's tokens")
    }
  }

  func run() throws {
    let workload = try Workload(options, length)
    let execution = try options.execution()
    try workload.verify(execution)
    let tracer = try workload.tracer(execution)
    func seconds(_ requests: [TraceRequest]) throws -> Double {
      try median((0...options.runs).map { _ in try tracer.trace(requests)[0].metadata.timing.hops[0] })
    }
    let one = try seconds([TraceRequest(hops: 0)])
    print("one span of \(length.target) tokens: \(String(format: "%.4f", one)) s a hop")
    print("| spans | seconds | in hops of one span |\n| --- | --- | --- |")
    for count in counts {
      let requests = (0..<count).map { index in
        let bounds = (index * length.target / count)..<((index + 1) * length.target / count)
        return TraceRequest(output: .tokens(bounds.lowerBound...bounds.upperBound - 1), hops: 0)
      }
      let together = try seconds(requests)
      print("| \(count) | \(String(format: "%.4f", together)) | \(String(format: "%.2f", together / one)) |")
    }
  }
}
