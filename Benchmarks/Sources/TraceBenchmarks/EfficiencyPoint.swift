import ArgumentParser
import Foundation

/// What a method took for one length of the target.
struct EfficiencyPoint {
  /// Model, prompt tokens, threads, precision: what the points of a file agree in.
  let settings: [String]
  let method: TimedMethod
  let target: Int
  /// Of the method alone, after the forward pass.
  let seconds: Double
  /// Of the forward pass.
  let prefill: Double
  let isExtrapolated: Bool

  private static let columns = [
    "model", "prompt_tokens", "threads", "precision", "method", "target_tokens", "seconds", "prefill_s", "prefills",
    "extrapolated",
  ]

  var fields: [String] {
    settings + [
      method.rawValue, "\(target)", String(format: "%.4f", seconds), String(format: "%.4f", prefill),
      String(format: "%.2f", seconds / prefill), isExtrapolated ? "yes" : "no",
    ]
  }

  /// The points of a file; none where there is no file.
  static func read(_ path: String) throws -> [EfficiencyPoint] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    guard lines.first == columns.joined(separator: ",") else {
      throw ValidationError("\(path) does not begin with \(columns.joined(separator: ","))")
    }
    return try lines.dropFirst().map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == columns.count, let method = TimedMethod(rawValue: fields[4]), let target = Int(fields[5]),
        let seconds = Double(fields[6]), let prefill = Double(fields[7])
      else { throw ValidationError("\(path) has a line that is no point: \(line)") }
      return EfficiencyPoint(
        settings: Array(fields[..<4]), method: method, target: target, seconds: seconds, prefill: prefill,
        isExtrapolated: fields[9] == "yes")
    }
  }

  static func write(_ points: [EfficiencyPoint], to path: String) throws {
    let lines = [columns.joined(separator: ",")] + points.map { $0.fields.joined(separator: ",") }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
  }
}

/// Two panels: seconds, and forward passes of the same sequence.
extension LinePlot {
  func svg(_ points: [EfficiencyPoint]) -> String {
    func lines(_ value: (EfficiencyPoint) -> Double) -> [Line] {
      zip(TimedMethod.allCases, Self.colors).map { method, color in
        let own = points.filter { $0.method == method }.sorted { $0.target < $1.target }
        let mark = own.contains(where: \.isExtrapolated) ? ", in part extrapolated" : ""
        return Line(name: method.rawValue + mark, color: color, points: own.map { (Double($0.target), value($0)) })
      }
    }
    return svg([
      ("seconds over target tokens", lines(\.seconds)),
      ("forward passes over target tokens", lines { $0.seconds / $0.prefill }),
    ])
  }
}
