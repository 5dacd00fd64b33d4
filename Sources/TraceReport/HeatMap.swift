import TraceResult

/// A prompt's text with a heat a character, broken into lines that fit a terminal.
struct HeatMap {
  /// One character as it is shown.
  struct Cell: Equatable {
    var text: String
    var width: Int
    /// In steps of 1/16, so that neighbours of nearly the same heat share an escape sequence; below 0 against the output.
    var step: Int
    var isTemplate: Bool
  }

  static let steps = 16

  private(set) var lines: [[Cell]] = [[]]
  /// The end of the scale.
  let largest: Double
  /// Whether any of the user's scores is negative.
  let isSigned: Bool
  private let columns: Int
  private var column = 0

  /// - Parameter largest: the score at the end of the scale; nil means the largest size of the user's.
  init(_ clusters: [TokenCluster], scores: [Float], columns: Int, largest: Double? = nil) {
    self.columns = columns
    let user = clusters.filter { $0.kind == .user }.map { $0.score(in: scores) }
    let largest = largest ?? user.map(abs).max() ?? 0
    (self.largest, isSigned) = (largest, user.contains { $0 < 0 })
    for cluster in clusters {
      let isTemplate = cluster.kind != .user
      let level = isTemplate ? 0 : HeatScale.level(of: cluster.score(in: scores), largest: largest)
      append(cluster.text, step: Int((level * Double(Self.steps)).rounded()), isTemplate: isTemplate)
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
  }

  private mutating func append(_ text: String, step: Int, isTemplate: Bool) {
    for character in text {
      if character == "\n" || character == "\r\n" {
        add(Cell(text: "↵", width: 1, step: step, isTemplate: isTemplate))
        lines.append([])
        column = 0
      } else if character == "\t" {
        let width = 4 - column % 4
        add(Cell(text: String(repeating: " ", count: width), width: width, step: step, isTemplate: isTemplate))
      } else {
        let shown = VisibleText.line(String(character))
        add(Cell(text: shown, width: ColumnWidth.of(shown), step: step, isTemplate: isTemplate))
      }
    }
  }

  /// Adds a cell; where it does not fit, the line breaks after its last space, or else before the cell.
  private mutating func add(_ cell: Cell) {
    while column + cell.width > columns, column > 0 {
      let full = lines[lines.count - 1]
      let word = full.lastIndex { $0.text == " " }.map { $0 + 1 } ?? full.count
      lines[lines.count - 1] = Array(full[..<word])
      lines.append(Array(full[word...]))
      column = full[word...].reduce(0) { $0 + $1.width }
    }
    lines[lines.count - 1].append(cell)
    column += cell.width
  }

  /// The lines as text; without colour, a line of bars stands under each line that has heat.
  func text(_ style: TerminalStyle) -> String {
    lines.flatMap { rows($0, style) }.map { $0 + "\n" }.joined() + legend(style)
  }

  /// A line as it is shown, and where there is no colour its bars, unless it has no heat.
  func rows(_ line: [Cell], _ style: TerminalStyle) -> [String] {
    style.color == .none ? plain(line) : [colored(line, style)]
  }

  /// What the two colours, or the two kinds of bars, mean.
  private func legend(_ style: TerminalStyle) -> String {
    guard isSigned else { return "" }
    let (pro, contra) =
      style.color == .none
      ? ("▁▂▃▄▅▆▇█ for", "░▒▓ against") : (style.heat(" for ", level: 1), style.heat(" against ", level: -1))
    return "\n\(pro) the output, \(contra) it; each up to \(NumberText.score(largest))\n"
  }

  private func colored(_ line: [Cell], _ style: TerminalStyle) -> String {
    var text = ""
    var rest = line[...]
    while let first = rest.first {
      let run = rest.prefix { $0.step == first.step && $0.isTemplate == first.isTemplate }
      let words = run.map(\.text).joined()
      text += first.isTemplate ? style.dim(words) : style.heat(words, level: Double(first.step) / Double(Self.steps))
      rest = rest.dropFirst(run.count)
    }
    return text
  }

  private func plain(_ line: [Cell]) -> [String] {
    let (bars, shades) = (Array(" ▁▂▃▄▅▆▇█"), Array("░▒▓"))
    let marks = line.map { cell in
      let mark = cell.step < 0 ? shades[min(2, (-cell.step - 1) / 5)] : bars[(cell.step + 1) / 2]
      return String(repeating: mark, count: cell.width)
    }.joined()
    let heat = marks.trimmingTrailingSpaces()
    return [line.map(\.text).joined().trimmingTrailingSpaces()] + (heat.isEmpty ? [] : [heat])
  }
}

extension String {
  func trimmingTrailingSpaces() -> String {
    guard let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[...last])
  }
}
