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

  private func pad(_ text: String, _ width: Int, _ alignment: Alignment) -> String {
    let space = String(repeating: " ", count: max(0, width - ColumnWidth.of(text)))
    return alignment == .left ? text + space : space + text
  }
}
