import ArgumentParser

/// The part of a batch's lines that one machine works on: `I/N` is every N-th line, from the I-th on.
struct Shard: ExpressibleByArgument, Sendable {
  let number, count: Int

  /// All lines.
  static let whole = Shard(number: 1, count: 1)

  private init(number: Int, count: Int) { (self.number, self.count) = (number, count) }

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), number >= 1, count >= number else {
      return nil
    }
    self.init(number: number, count: count)
  }

  var defaultValueDescription: String { "\(number)/\(count)" }

  /// Whether a line, counted from 1, is in it.
  func holds(line: Int) -> Bool { (line - number) % count == 0 }
}
