/// Three panels: seconds over the prompt's length, over the target's, and memory.
extension LinePlot {
  func svg(byPrompt: [Measurement], byTarget: [Measurement]) -> String {
    svg([
      ("seconds over prompt tokens (target \(byPrompt.first?.target ?? 0))", seconds(byPrompt) { $0.prompt }),
      ("seconds over target tokens (prompt \(byTarget.first?.prompt ?? 0))", seconds(byTarget) { $0.target }),
      ("MiB over all tokens", memory(byPrompt, "prompt", colors: 0) + memory(byTarget, "target", colors: 2)),
    ])
  }

  private func seconds(_ points: [Measurement], over x: (Measurement) -> Int) -> [Line] {
    let phases: [(String, (Measurement) -> Double)] = [
      ("trace, one hop", \.trace), ("prefill", \.prefill), ("one hop", \.secondHop), ("token-wise", \.tokenwise),
    ]
    return zip(phases, Self.colors).map { phase, color in
      Line(name: phase.0, color: color, points: points.map { (Double(x($0)), phase.1($0)) })
    }
  }

  private func memory(_ points: [Measurement], _ varied: String, colors first: Int) -> [Line] {
    func line(_ name: String, _ color: String, _ bytes: (Measurement) -> Int) -> Line {
      Line(
        name: "\(name), \(varied) varies", color: color,
        points: points.map { (Double($0.prompt + $0.target), Double(bytes($0)) / Double(1 << 20)) })
    }
    return [
      line("predicted", Self.colors[first], \.predictedBytes), line("peak", Self.colors[first + 1], \.peakBytes),
    ]
  }
}
