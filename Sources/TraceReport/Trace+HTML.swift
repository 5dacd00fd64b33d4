import Foundation
import TraceResult

extension Trace {
  /// The trace as one HTML file that needs nothing else: no network, no other file.
  ///
  /// A view for the sum and one a hop colour the same text, on one scale for the prompt and one for the generated tokens,
  /// shared by all views and set by the user's and the generated tokens alone. The page works without scripts (titles carry
  /// the numbers); a small script adds reading by keyboard and touch. The JSON of the trace is not embedded: the numbers
  /// are all on the page, a trace with token-wise rows would make it many times larger, and `json()` is there for programs.
  /// Negative scores have a colour of their own, and the scale then has two ends.
  /// - Parameters:
  ///   - topCount: how many rows the table of tokens has at most.
  ///   - units: what scores are summed by.
  public func html(topCount: Int = 20, units: TextUnit = .token) -> String {
    HTMLReport(trace: self, topCount: topCount, units: units).page()
  }

  /// Writes `html(topCount:units:)` to a file, whole or not at all.
  public func writeHTML(to path: String, topCount: Int = 20, units: TextUnit = .token) throws(TraceError) {
    try AtomicFile.write(Data(html(topCount: topCount, units: units).utf8), to: path)
  }
}
