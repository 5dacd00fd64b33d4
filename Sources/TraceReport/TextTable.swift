/// Columns of text aligned by their width in a terminal.
struct TextTable {
  enum Alignment { case left, right }

  var alignments: [Alignment]
  var rows: [[String]] = []

  /// One line a row, two spaces between columns, nothing after the last.
  func lines() -> [String] {
    let widths = alignments.indices.map { column in rows.map { ColumnWidth.of($0[column]) }.max() ?? 0 }
    return rows.map { row in
      zip(row, zip(widths, alignments)).map { cell, layout in pad(cell, layout.0, layout.1) }
        .joined(separator: "  ").trimmingTrailingSpaces()
    }
  }

  /// The lines under a bold head.
  func text(_ style: TerminalStyle) -> String {
    let lines = lines()
    return ([style.bold(lines[0])] + lines.dropFirst()).map { $0 + "\n" }.joined()
  }

  /// A token in at most 24 columns; a mark after right-to-left text keeps the numbers that follow in their place.
  static func tokenCell(_ text: String) -> String {
    let cell = VisibleText.token(text, columns: 24)
    return VisibleText.runsRightToLeft(cell) ? cell + "\u{200E}" : cell
  }

  private func pad(_ text: String, _ width: Int, _ alignment: Alignment) -> String {
    let space = String(repeating: " ", count: max(0, width - ColumnWidth.of(text)))
    return alignment == .left ? text + space : space + text
  }
}
