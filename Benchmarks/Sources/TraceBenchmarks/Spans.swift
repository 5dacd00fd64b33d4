import ArgumentParser
import FlashTrace
import Foundation

/// What many spans of one forward pass cost together.
struct Spans: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The cost of many spans attributed together, in prefills and in hops of one span that covers the target.")

  @OptionGroup var options: RunOptions
  @OptionGroup var length: LengthOptions

  @Option(help: "What attributes them: \(AttributionMethod.allCases.map(\.rawValue).joined(separator: ", ")).")
  var method = AttributionMethod.flashtrace

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
    try workload.verify(execution, method: method)
    let tracers = try (0...options.runs).map { _ in
      try workload.tracer(execution, capturesPrompt: method.readsAllPositions)
    }
    let prefill = median(tracers.dropFirst().map(\.prefillSeconds))
    func seconds(_ requests: [TraceRequest]) throws -> Double {
      try median((0...options.runs).map { _ in try tracers[0].trace(requests)[0].metadata.timing.hops[0] })
    }
    let one = try seconds([TraceRequest(method: method, hops: 0)])
    print("prefill \(format(prefill, 4)) s; one span of \(length.target) tokens: \(format(one, 4)) s a hop")
    print("| spans | seconds | in prefills | in hops of one span |\n| --- | --- | --- | --- |")
    for count in counts {
      let requests = (0..<count).map { index in
        let bounds = (index * length.target / count)..<((index + 1) * length.target / count)
        return TraceRequest(method: method, output: .tokens(bounds.lowerBound...bounds.upperBound - 1), hops: 0)
      }
      let together = try seconds(requests)
      print("| \(count) | \(format(together, 4)) | \(format(together / prefill, 3)) | \(format(together / one, 2)) |")
    }
  }

  private func format(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}

extension AttributionMethod: @retroactive ExpressibleByArgument {}
