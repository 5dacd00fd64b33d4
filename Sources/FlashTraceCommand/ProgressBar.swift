import Synchronization

/// Progress on standard error: a bar where that is a terminal, else a line a minute, so that the log of a short run stays
/// empty.
final class ProgressBar: Sendable {
  private let isShown: Bool
  private let isTerminal = StandardError.isTerminal
  private let last = Mutex((line: "", written: ContinuousClock.now))

  init(isShown: Bool) { self.isShown = isShown }

  /// Shows that `done` of `total` steps of `stage` are done; a bar is drawn anew only when it changes. `note` stands
  /// behind it.
  func update(_ stage: String, _ done: Int, _ total: Int, note: String = "") {
    guard isShown, total > 0 else { return }
    isTerminal ? draw(stage, done, total, note) : log(stage, done, total, note)
  }

  private func draw(_ stage: String, _ done: Int, _ total: Int, _ note: String) {
    let filled = done * 30 / total
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    let line = "\r\(stage.padding(to: 10)) \(bar) \(done * 100 / total) %  \(note)\u{1B}[K"
    let isNew = last.withLock { last in
      defer { last.line = line }
      return last.line != line
    }
    if isNew { StandardError.write(line) }
  }

  private func log(_ stage: String, _ done: Int, _ total: Int, _ note: String) {
    let isDue = last.withLock { last in
      guard last.written.duration(to: .now) >= .seconds(60) else { return false }
      last.written = .now
      return true
    }
    if isDue { StandardError.line("\(stage): \(done) of \(total)" + (note.isEmpty ? "" : ", \(note)")) }
  }

  /// Clears the bar.
  func finish() {
    if isShown, isTerminal { StandardError.write("\r\u{1B}[K") }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
