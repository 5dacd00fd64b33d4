import Foundation

/// Panels side by side, both axes logarithmic, each with lines of its own and their names above it.
struct LinePlot {
  let title: String

  struct Line {
    let name, color: String
    let points: [(x: Double, y: Double)]
  }

  static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]
  private static let (width, height) = (360.0, 300.0)
  private static let margin = (left: 62.0, right: 14.0, top: 34.0, bottom: 44.0)
  private static let nameHeight = 14.0

  func svg(_ panels: [(title: String, lines: [Line])]) -> String {
    let names = Double(panels.map(\.lines.count).max() ?? 0) * Self.nameHeight
    let (width, height) = (Self.width * Double(panels.count), Self.height + names + 30)
    let body = panels.enumerated().map { index, panel in
      "<g transform=\"translate(\(Double(index) * Self.width),26)\">\(self.panel(panel.title, panel.lines, names: names))</g>"
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" font-family="sans-serif" font-size="11">
      <rect width="\(width)" height="\(height)" fill="white"/>
      <text x="12" y="18" font-size="14">\(escaped(title))</text>
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  private func panel(_ title: String, _ lines: [Line], names: Double) -> String {
    let points = lines.flatMap(\.points).filter { $0.x > 0 && $0.y > 0 }
    guard let x = Axis(points.map(\.x), from: Self.margin.left, to: Self.width - Self.margin.right),
      let y = Axis(points.map(\.y), from: Self.height + names - Self.margin.bottom, to: Self.margin.top + names)
    else { return "" }
    var parts = ["<text x=\"\(Self.margin.left)\" y=\"\(Self.margin.top - 14)\">\(escaped(title))</text>"]
    for tick in x.ticks {
      parts.append(line(x.place(tick), y.start, x.place(tick), y.end, "#ddd"))
      parts.append(text(x.place(tick), y.start + 16, label(tick), anchor: "middle"))
    }
    for tick in y.ticks {
      parts.append(line(x.start, y.place(tick), x.end, y.place(tick), "#ddd"))
      parts.append(text(x.start - 6, y.place(tick) + 4, label(tick), anchor: "end"))
    }
    for (index, entry) in lines.enumerated() {
      let places = entry.points.filter { $0.y > 0 }.map { (x.place($0.x), y.place($0.y)) }
      let path = places.map { "\(rounded($0.0)),\(rounded($0.1))" }.joined(separator: " ")
      parts.append("<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(entry.color)\" stroke-width=\"1.8\"/>")
      parts += places.map {
        "<circle cx=\"\(rounded($0.0))\" cy=\"\(rounded($0.1))\" r=\"2.5\" fill=\"\(entry.color)\"/>"
      }
      let row = Self.margin.top + 2 + Double(index) * Self.nameHeight
      parts.append(line(x.start, row - 4, x.start + 16, row - 4, entry.color))
      parts.append(text(x.start + 20, row, entry.name, anchor: "start"))
    }
    return parts.joined(separator: "\n")
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String) -> String {
    "<line x1=\"\(rounded(x1))\" y1=\"\(rounded(y1))\" x2=\"\(rounded(x2))\" y2=\"\(rounded(y2))\" stroke=\"\(color)\"/>"
  }

  private func text(_ x: Double, _ y: Double, _ text: String, anchor: String) -> String {
    "<text x=\"\(rounded(x))\" y=\"\(rounded(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>"
  }

  private func label(_ value: Double) -> String {
    value >= 1 ? String(format: "%.0f", value) : String(format: "%g", value)
  }

  private func rounded(_ value: Double) -> String { String(format: "%.1f", value) }

  private func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
  }
}

/// A logarithmic axis from pixel `start` to pixel `end`.
private struct Axis {
  let start, end: Double
  private let low, high: Double

  init?(_ values: [Double], from start: Double, to end: Double) {
    guard let least = values.min(), let most = values.max() else { return nil }
    (self.start, self.end) = (start, end)
    (low, high) = (log10(least / 1.15), log10(most * 1.6))
  }

  func place(_ value: Double) -> Double { start + (log10(value) - low) / (high - low) * (end - start) }

  /// 1, 2 and 5 times the powers of ten; the powers alone where these would be many.
  var ticks: [Double] {
    let steps = high - low > 2.5 ? [1.0] : [1.0, 2, 5]
    return (Int(low.rounded(.down))...Int(high.rounded(.up))).flatMap { power in
      steps.map { $0 * pow(10, Double(power)) }
    }
    .filter { log10($0) >= low && log10($0) <= high }
  }
}
