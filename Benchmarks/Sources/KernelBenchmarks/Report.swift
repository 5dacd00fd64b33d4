import BenchmarkSupport
import Foundation
import Kernels

/// One line of the report.
struct Measurement {
  var product: ModelProduct
  var rows: Int
  var type: ElementType
  var execution: Execution
  var samples: Samples
  var operations: Double
  var weightBytes: Double
  var peak: Double

  static let columns = [
    "product", "m", "n", "k", "weights", "precision", "isa", "threads", "runs", "median ms", "best ms", "spread %",
    "GFLOP/s", "weights GB/s", "% of peak",
  ]

  var fields: [String] {
    let gigaflops = operations / samples.median * 1e-9
    return [
      product.name, "\(rows)", "\(product.outputs)", "\(product.inputs)", "\(type)", execution.precision.rawValue,
      "\(execution.instructionSet)", "\(execution.threads)", "\(samples.seconds.count)",
      String(format: "%.3f", samples.median * 1e3), String(format: "%.3f", samples.best * 1e3),
      String(format: "%.1f", samples.spread * 100),
      String(format: "%.1f", gigaflops), String(format: "%.2f", weightBytes / samples.median * 1e-9),
      String(format: "%.1f", gigaflops / peak * 100),
    ]
  }
}

/// Writes a table line by line as it comes: CSV, or Markdown.
struct Report {
  private let csv: Bool

  init(columns: [String], csv: Bool = false) {
    self.csv = csv
    add(columns)
    if !csv { add(columns.map { _ in "---" }) }
  }

  func add(_ fields: [String]) {
    let line = csv ? fields.joined(separator: ",") : "| " + fields.joined(separator: " | ") + " |"
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
