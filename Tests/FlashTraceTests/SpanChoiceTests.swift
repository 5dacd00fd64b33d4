import Foundation
import Testing
import TraceResult

@testable import FlashTrace

/// Spans chosen by what people see, in targets whose tokens are told apart by spaces; see `TokenSequence.init(cut:)`.
struct SpanChoiceTests {
  private func indices(_ choice: SpanChoice, _ cut: String) throws -> ClosedRange<Int> {
    try choice.indices(in: TokenSequence(cut: cut), name: "output", .last)
  }

  private func message(_ choice: SpanChoice, _ cut: String) -> String {
    do { return "no error: \(try indices(choice, cut))" } catch { return "\(error)" }
  }

  @Test(arguments: [
    // The last match; a token counts with any of its characters; accents and emoji count as they are written.
    ("[0-9]+", "7 ~and ~42 .", 2...2), ("[0-9]+ and", "7 ~and ~42 .", 0...1), ("é+", "caf é ~👩‍👩‍👧 é", 3...3),
    // The first capture group, of the last match in which it takes part.
    ("(?i)answer: *([0-9]+)", "Answer: ~7 . ~answer :~ 8 ~km", 5...5), ("a(b)?", "ab ~a", 0...0),
    // Matches without a character do not count; lines are told apart on demand.
    ("x*", "x y z", 0...0), ("(?m)^b$", "a\\n b \\n c", 1...1),
  ])
  func aRegexChoosesItsLastMatch(pattern: String, cut: String, expected: ClosedRange<Int>) throws {
    #expect(try indices(.regex(pattern), cut) == expected, "\(pattern) in \(cut)")
    let first = try SpanChoice.regex("[0-9]").indices(in: TokenSequence(cut: "7 8"), name: "reasoning", .first)
    #expect(first == 0...0)
  }

  @Test func aRegexThatFitsNothingIsNamed() {
    #expect(message(.regex("[0-9]"), "a b") == #"the output regex "[0-9]" matches nothing in the target"#)
    #expect(
      message(.regex("<eos>"), "a b").hasSuffix("matches nothing in the target"), "the end of sequence is no text")
    #expect(message(.regex("("), "a b") == #"the output regex "(" is not valid: expected ')'"#)
  }

  @Test(arguments: [
    (SpanChoice.Sentence.number(1), 0...2), (.number(2), 3...5), (.number(3), 7...8), (.last, 7...8),
  ])
  func sentencesAreCountedFromOne(sentence: SpanChoice.Sentence, expected: ClosedRange<Int>) throws {
    #expect(try indices(.sentence(sentence), "It ~is . ~So ~7 . \\n\\n ~Not ~8") == expected)
    #expect(try indices(.sentence(.number(1)), "\\n\\n Yes . \\n\\n") == 1...2, "white space is no sentence")
  }

  @Test func theNumberOfSentencesIsNamed() {
    let message = message(.sentence(.number(4)), "It ~is . ~So ~7 .")
    #expect(message == "the output sentence is 4; the target has 2, counted from 1")
    #expect(self.message(.sentence(.last), "\\n \\n") == "the target has no sentence")
  }

  /// A value of JSON anywhere in the answer; a string without its quotes, another value whole.
  @Test(arguments: [
    ("answer", #"{" answer ": ~" Par is "}"#, 4...5), ("$.answer", #"{"answer": ~ 39 }"#, 2...2),
    ("a.b[0]", #"Sure : ```json\n {"a": {"b" :[ true , null ]}} \n``` done"#, 6...6),
    ("a.b", #"{"a": {"b" :[ true , null ]}}"#, 2...6), ("[1]", "[1, [2,~ 3] ]", 1...2),
    (#"["a.b"].c"#, #"{"a.b": {"c": ~ -1.5e3 }}"#, 3...3), ("$", #"x {"a" :1} y"#, 1...2),
    // Of several the last that has the path, whatever other brackets stand around.
    ("n", #"{"n": 1 } or {"n": 2 } see [1] {x}"#, 5...5), (#"['é"']"#, #"ö {"é\"": 7 } "#, 2...2),
    // Escapes count as they are written.
    ("s", #"{"s":" a \t \" é "}"#, 1...4),
  ])
  func aJSONPathChoosesAValue(path: String, cut: String, expected: ClosedRange<Int>) throws {
    let path = try #require(JSONPath(path))
    #expect(try indices(.jsonPath(path), cut) == expected, "\(path) in \(cut)")
  }

  @Test(arguments: [
    ("b", #"{"a": 1, "c": 2}"#, #"the target's JSON has no key "b" in $; the keys there: "a", "c""#),
    ("a.x", #"{"a": {}}"#, #"the target's JSON has no key "x" in $.a; the keys there: none"#),
    ("a[3]", #"{"a": [1, 2]}"#, "the target's JSON has no element 3 in $.a; it has 2, counted from 0"),
    ("a.b", #"{"a": [1]}"#, "the target's JSON has at $.a something else than an object"),
    ("a[0]", #"{"a": {}}"#, "the target's JSON has at $.a something else than an array"),
    ("a", "none here", "the target holds no whole JSON object or array"),
    ("a", #"{"a": [1, 2"#, "the target holds no whole JSON object or array: no JSON at byte 11: expected a comma or ]"),
    ("a", #"{"a": ""}"#, "the output span would hold no token"),
  ])
  func whatIsMissingInJSONIsNamed(path: String, cut: String, expected: String) throws {
    #expect(message(.jsonPath(try #require(JSONPath(path))), cut.replacing(" ", with: "~")) == expected)
  }

  @Test(arguments: ["", "a..b", "a.", ".a", "a[", "a[x]", "a[-1]", "a[0", "[0]b", "$a", #"["a]"#, #"["a"x"#])
  func noPath(text: String) { #expect(JSONPath(text) == nil) }

  @Test func pathsReadBackAsTheyAreWritten() throws {
    for text in ["$", "$.a.b[0]", #"$["a.b"][2]["\"x\""].c"#, "$.größe"] {
      let path = try #require(JSONPath(text))
      #expect(path.description == text && JSONPath(path.description) == path)
    }
  }

  @Test func charactersAreHalfOpen() throws {
    #expect(try indices(.characters(0..<1), "ab cd ef") == 0...0)
    #expect(try indices(.characters(1..<3), "ab cd ef") == 0...1)
    #expect(try indices(.characters(2..<6), "ab cd ef") == 1...2)
    #expect(message(.characters(2..<7), "ab cd ef") == "the output characters 2:7 are out of range; the target has 6")
  }

  @Test func whatFollowsATextIsWithoutWhiteSpaceAtItsEnds() throws {
    #expect(try indices(.after("</think>"), "a </think> b </think> \\n\\n c ~d \\n") == 5...6)
    #expect(message(.after("</think>"), "a </think> \\n") == #"the target has nothing after "</think>""#)
    #expect(message(.after("</t>"), "a") == #"the output text "</t>" does not occur in the target"#)
  }
}

struct SpanChoicesTests {
  private func decoded(_ json: String) throws -> SpanChoices {
    try JSONDecoder().decode(SpanChoices.self, from: Data(json.utf8))
  }

  @Test(
    arguments: [
      (#"{}"#, nil, nil), (#"{"output_text": null, "hops": 1}"#, nil, nil),
      (#"{"output_span": [2, 3], "reasoning_span": "0:1"}"#, .tokens(2...3), .tokens(0...1)),
      (#"{"output_text": "39", "reasoning_text": "a"}"#, .text("39"), .text("a")),
      (#"{"output_regex": "a(b)"}"#, .regex("a(b)"), nil), (#"{"output_sentence": 2}"#, .sentence(.number(2)), nil),
      (#"{"output_sentence": "last"}"#, .sentence(.last), nil), (#"{"output_chars": [0, 4]}"#, .characters(0..<4), nil),
      (#"{"output_json_path": "a[0]"}"#, .jsonPath(JSONPath(steps: [.key("a"), .index(0)])), nil),
      (#"{"after": "</think>"}"#, .after("</think>"), nil),
    ] as [(String, SpanChoice?, SpanChoice?)])
  func jsonHasTheKeysOfTheOptions(json: String, output: SpanChoice?, reasoning: SpanChoice?) throws {
    #expect(try decoded(json) == SpanChoices(output: output, reasoning: reasoning), "\(json)")
  }

  @Test(arguments: [
    (#"{"output_text": "a", "after": "b"}"#, "output_text and after exclude each other"),
    (#"{"reasoning_span": [0, 1], "reasoning_text": "b"}"#, "reasoning_span and reasoning_text exclude each other"),
    (#"{"output_span": [3, 2]}"#, "output_span is 3:2; expected A:B, inclusive token indices with 0 <= A <= B"),
    (#"{"output_chars": [3, 3]}"#, "output_chars is 3:3; expected A:B, characters from A to before B with 0 <= A < B"),
    (#"{"output_sentence": 0}"#, "output_sentence is 0; expected last, or a number from 1"),
    (#"{"output_json_path": "a..b"}"#, "output_json_path is a..b; expected a path such as a.b[0]"),
    (#"{"output_regex": "["}"#, #"the output regex "[" is not valid: expected custom character class members"#),
  ])
  func wrongRequestsAreNamed(json: String, message: String) throws {
    let error = #expect(throws: TracingError.self) { try decoded(json) }
    #expect(error?.description == message)
    #expect(throws: DecodingError.self) { try decoded(#"{"output_text": 7}"#) }
  }
}
