import Testing
import TraceResult

@testable import FlashTrace

struct ReasoningMarkersTests {
  @Test(arguments: [
    // Marker as one token, in parts, and grown together with what stands beside it.
    ("<think> \\n one ~two . \\n </think> \\n\\n It ~is ~39 .", 2...4, 8...11),
    ("< think >\\n one ~two . \\n </ think >\\n\\n 39", 3...5, 10...10),
    // Opened by the prompt; opened after other text; closed twice.
    ("one ~two \\n </think> 39", 0...1, 4...4),
    ("So <think> one </think> 39 .", 2...2, 4...5),
    ("<think> one </think> two </think> 39", 1...3, 5...5),
    // Other models' marks.
    ("[THINK] one [/THINK] 39", 1...1, 3...3),
    ("<reasoning> one </reasoning> 39", 1...1, 3...3),
    ("<|begin_of_thought|> one <|end_of_thought|> 39", 1...1, 3...3),
  ])
  func markersTellBothSpans(cut: String, reasoning: ClosedRange<Int>, output: ClosedRange<Int>) throws {
    for ends in [true, false] {
      let spans = try #require(
        ReasoningMarkers.spans(in: TokenSequence(cut: cut, endsWithEndOfSequence: ends)), "\(cut)")
      #expect(spans.reasoning == reasoning && spans.output == output, "\(cut): \(spans)")
    }
  }

  @Test(arguments: ["<think> \\n\\n </think> \\n\\n 39", "<think> </think> 39", "</think> 39", "</think> 39 <think>"])
  func emptyReasoningIsNoSpan(cut: String) throws {
    let spans = try #require(ReasoningMarkers.spans(in: TokenSequence(cut: cut)), "\(cut)")
    #expect(spans.reasoning == nil, "\(cut): \(spans)")
  }

  /// No closing marker, or nothing after it: nothing is told.
  @Test(arguments: [
    "39", "<think> one ~two", "<think> one </think>", "<think> one </think> \\n ~", "</think>", "[/THINK",
  ])
  func withoutAnAnswerNothingIsTold(cut: String) {
    #expect(ReasoningMarkers.spans(in: TokenSequence(cut: cut)) == nil, "\(cut)")
  }
}
