import TraceResult

extension TraceComparison {
  /// The comparison for a terminal: both heat maps side by side and their difference on one scale, the largest
  /// differences, the numbers.
  ///
  /// Text is shown as in `Trace.terminalReport`.
  /// - Parameter topCount: how many rows the table of differences has at most.
  public func terminalReport(style: TerminalStyle = TerminalStyle(), topCount: Int = 20) -> String {
    let clusters = ComparedCluster.all(of: self)
    return [
      origins(), heatMaps(clusters, style), differenceMap(clusters, style),
      differenceTable(clusters.mostDifferent(topCount), style), numbers(),
    ].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private func origins() -> String {
    sides.map { name, trace in
      let span = trace.outputSpan.map { ", output " + trace.spanText($0) } ?? ""
      return "\(name)  \(VisibleText.line(trace.origin))\(span)\n"
    }.joined()
  }

  private func heatMaps(_ clusters: [ComparedCluster], _ style: TerminalStyle) -> String {
    let columns = (style.columns - Self.gap.count) / 2
    let maps = [tokens.map { Float($0.first) }, tokens.map { Float($0.second) }].map {
      HeatMap(clusters.map(\.cluster), scores: $0, columns: columns, largest: clusters.largest)
    }
    let title = "A" + String(repeating: " ", count: columns - 1) + Self.gap + "B"
    let lines = zip(maps[0].lines, maps[1].lines).flatMap { left, right in
      let (width, leftRows, rightRows) = (
        left.reduce(0) { $0 + $1.width }, maps[0].rows(left, style), maps[1].rows(right, style)
      )
      return (0..<max(leftRows.count, rightRows.count)).map { row in
        let (one, other) = (leftRows.dropFirst(row).first ?? "", rightRows.dropFirst(row).first ?? "")
        let shown = style.color == .none ? ColumnWidth.of(one) : width
        return (one + String(repeating: " ", count: max(0, columns - shown)) + Self.gap + other)
          .trimmingTrailingSpaces()
      }
    }
    return ([style.bold(title)] + lines).map { $0 + "\n" }.joined()
  }

  /// More in B is shown as what speaks for an output, less as what speaks against it.
  private func differenceMap(_ clusters: [ComparedCluster], _ style: TerminalStyle) -> String {
    let map = HeatMap(
      clusters.map(\.cluster), scores: tokens.map { Float($0.difference) }, columns: style.columns,
      largest: clusters.largest)
    let (more, less) =
      style.color == .none
      ? ("▁▂▃▄▅▆▇█ more", "░▒▓ less") : (style.heat(" more ", level: 1), style.heat(" less ", level: -1))
    let title = style.bold("B - A") + ": \(more) in B, \(less); each up to \(NumberText.share(clusters.largest))"
    return ([title] + map.lines.flatMap { map.rows($0, style) }).map { $0 + "\n" }.joined()
  }

  private static let gap = " │ "

  private func differenceTable(_ clusters: [ComparedCluster], _ style: TerminalStyle) -> String {
    guard !clusters.isEmpty else { return "" }
    var table = TextTable(alignments: [.right, .right, .left, .right, .right, .right])
    table.rows = [["#", "index", "token", "A", "B", "B - A"]]
    for (place, compared) in clusters.enumerated() {
      table.rows.append([
        "\(place + 1)", NumberText.indices(compared.cluster.indices), TextTable.tokenCell(compared.cluster.text),
        NumberText.share(compared.first), NumberText.share(compared.second),
        NumberText.signedShare(compared.difference),
      ])
    }
    return table.text(style)
  }

  private func numbers() -> String {
    var table = TextTable(alignments: [.left, .left])
    table.rows = facts.map { [$0.name, $0.value] }
    return (table.lines() + [Self.scale]).map { $0 + "\n" }.joined()
  }
}
