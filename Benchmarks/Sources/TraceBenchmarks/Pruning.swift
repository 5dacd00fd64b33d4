import ArgumentParser
import FlashTrace
import Foundation

/// How far the exact pruning of proximities goes in each layer.
struct Pruning: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pairs that need no correction, and coordinates computed for the others, layer by layer.")

  @OptionGroup var options: RunOptions
  @OptionGroup var length: LengthOptions

  func run() throws {
    let workload = try Workload(options, length)
    let tracer = try workload.tracer(options.execution(), capturesPrompt: true)
    let hidden = workload.model.configuration.hiddenSize
    for method in [AttributionMethod.ifrSpan, .ifrTokenwise, .route] {
      print("\n\(method.rawValue), \(length.prompt) + \(length.target) tokens\n")
      print(
        "| layer | sinks left out | pairs | opposed | no coordinate | coordinates a corrected pair | of all coordinates |"
      )
      print("| --- | --- | --- | --- | --- | --- | --- |")
      let layers = try tracer.pruning(TraceRequest(method: method, hops: 0))
      for (layer, counts) in layers.enumerated() { report("\(layer)", counts, hidden: hidden) }
      report("all", layers.reduce(into: PruningCounts()) { $0 += $1 }, hidden: hidden)
    }
  }

  private func report(_ name: String, _ counts: PruningCounts, hidden: Int) {
    func share(_ part: Int, of whole: Int, digits: Int = 1) -> String {
      String(format: "%.\(digits)f %%", 100 * Double(part) / Double(max(whole, 1)))
    }
    let corrected = counts.pairs - counts.opposed - counts.uncorrected
    let fields = [
      name, share(counts.skipped, of: counts.sinks), "\(counts.pairs)", share(counts.opposed, of: counts.pairs),
      share(counts.uncorrected, of: counts.pairs),
      String(format: "%.2f", Double(counts.coordinates) / Double(max(corrected, 1))),
      share(counts.coordinates, of: counts.pairs * hidden, digits: 3),
    ]
    print("| \(fields.joined(separator: " | ")) |")
  }
}
