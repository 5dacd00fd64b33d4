import ArgumentParser

/// `A:B`, inclusive indices of generated tokens.
struct SpanArgument: ExpressibleByArgument, Sendable {
  let range: ClosedRange<Int>

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Int(parts[0]), let last = Int(parts[1]), first >= 0, last >= first else {
      return nil
    }
    range = first...last
  }

  static let expectation = "A:B, inclusive token indices with 0 <= A <= B"
}
