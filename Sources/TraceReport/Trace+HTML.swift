import Foundation
import TraceResult

extension Trace {
  /// The trace as one HTML file that needs nothing else: no network, no other file.
  ///
  /// A view for the sum and one a hop colour the same text, on one scale for the prompt and one for the generated tokens,
  /// shared by all views and set by the user's and the generated tokens alone. The page works without scripts (titles carry
  /// the numbers); a small script adds reading by keyboard and touch. The JSON of the trace is not embedded: the numbers
  /// are all on the page, a trace with token-wise rows would make it many times larger, and `json()` is there for programs.
  /// - Parameter topCount: how many rows the table of tokens has at most.
  public func html(topCount: Int = 20) -> String {
    HTMLReport(trace: self, topCount: topCount).page()
  }

  /// Writes `html(topCount:)` to a file, whole or not at all.
  public func writeHTML(to path: String, topCount: Int = 20) throws(TraceError) {
    try AtomicFile.write(Data(html(topCount: topCount).utf8), to: path)
  }
}
