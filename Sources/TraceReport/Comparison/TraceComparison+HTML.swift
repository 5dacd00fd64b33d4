import Foundation
import TraceResult

extension TraceComparison {
  /// The comparison as one HTML file that needs nothing else: both heat maps side by side, their difference, all on one
  /// scale, and the numbers.
  /// - Parameter topCount: how many rows the table of differences has at most.
  public func html(topCount: Int = 20) -> String {
    ComparisonPage(self, topCount: topCount).page()
  }

  /// Writes `html(topCount:)` to a file, whole or not at all.
  public func writeHTML(to path: String, topCount: Int = 20) throws(TraceError) {
    try AtomicFile.write(Data(html(topCount: topCount).utf8), to: path)
  }
}
