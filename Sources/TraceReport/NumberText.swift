import Foundation

/// Numbers as the reports print them, independent of the locale.
enum NumberText {
  /// Four decimals; below 0.00005 an exponent.
  static func score(_ value: Double) -> String {
    value == 0 || abs(value) >= 0.00005 ? fixed(value, 4) : exponent(value)
  }

  static func percent(_ fraction: Double) -> String { fixed(fraction * 100, 1) + " %" }

  /// With two decimals, for shares of which there are many.
  static func share(_ fraction: Double) -> String { fixed(fraction * 100, 2) + " %" }

  /// The same with its sign, but for zero.
  static func signedShare(_ fraction: Double) -> String {
    let text = share(fraction)
    return fraction > 0 && text != share(0) ? "+" + text : text == "-" + share(0) ? share(0) : text
  }

  static func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

  static func seconds(_ value: Double) -> String {
    value < 0.0995 ? fixed(value * 1000, 1) + " ms" : fixed(value, 2) + " s"
  }

  /// In binary units, as memory tools print them.
  static func bytes(_ count: Int) -> String {
    count < 1 << 30 ? fixed(Double(count) / 1_048_576, 1) + " MiB" : fixed(Double(count) / 1_073_741_824, 2) + " GiB"
  }

  private static func exponent(_ value: Double) -> String { String(format: "%.1e", value) }

  static func span(_ span: ClosedRange<Int>) -> String { "\(span.lowerBound):\(span.upperBound)" }

  /// A cluster's indices: one number, or first and last.
  static func indices(_ range: Range<Int>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound - 1)"
  }
}
