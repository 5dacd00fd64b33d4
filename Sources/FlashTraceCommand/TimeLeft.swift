import FlashTrace

/// How long the rest of a work of equal parts takes, by the parts so far.
struct TimeLeft {
  private let start = ContinuousClock.now

  /// Text such as `2 h 5 min left`; empty where nothing is known yet.
  ///
  /// - Parameters:
  ///   - done: parts that this run has done; what was there before it took no time.
  ///   - left: parts to do.
  func text(done: Int, left: Int) -> String {
    guard done > 0, left > 0 else { return "" }
    return Self.text(seconds: start.secondsUntilNow / Double(done) * Double(left)) + " left"
  }

  static func text(seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min"
    case ..<86_400: return "\(whole / 3600) h \(whole / 60 % 60) min"
    default: return "\(whole / 86_400) d \(whole / 3600 % 24) h"
    }
  }
}
