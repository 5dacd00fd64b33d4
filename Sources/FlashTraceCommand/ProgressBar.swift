import Synchronization

/// A progress bar on standard error, where that is a terminal.
final class ProgressBar: Sendable {
  private let isShown: Bool
  private let last = Mutex("")

  init(isShown: Bool) { self.isShown = isShown && StandardError.isTerminal }

  /// Shows that `done` of `total` steps of `stage` are done; the line is drawn anew only when it changes.
  /// `note` stands behind it.
  func update(_ stage: String, _ done: Int, _ total: Int, note: String = "") {
    guard isShown, total > 0 else { return }
    let filled = done * 30 / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    let line = "\r\(stage.padding(to: 10)) \(bar) \(done * 100 / total) %  \(note)\u{1B}[K"
    let isNew = last.withLock { previous in
      defer { previous = line }
      return previous != line
    }
    if isNew { StandardError.write(line) }
  }

  /// Clears the line.
  func finish() {
    if isShown { StandardError.write("\r\u{1B}[K") }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
