import ArgumentParser
import FlashTrace

/// How the output and the reasoning are chosen.
struct SpanOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Generated tokens to explain, inclusive indices.", valueName: "a:b"))
  var outputSpan: String?
  @Option(help: ArgumentHelp("The output span as text: its last occurrence in the target.", valueName: "text"))
  var outputText: String?
  @Option(
    help: ArgumentHelp(
      "The last match of a regular expression (Swift's Regex, much like Perl's), or its first capture group.",
      valueName: "regex"))
  var outputRegex: String?
  @Option(help: ArgumentHelp("A sentence of the target, counted from 1, or the last.", valueName: "last|n"))
  var outputSentence: String?
  @Option(
    help: ArgumentHelp(
      "A value of the JSON that the target holds, also in a ```json block; a string without its quotes.",
      valueName: "a.b[0]"))
  var outputJsonPath: String?
  @Option(
    help: ArgumentHelp("Characters of the target from A to before B, in Unicode scalars from 0.", valueName: "a:b"))
  var outputChars: String?
  @Option(help: ArgumentHelp("All that follows the last occurrence of a text, such as '</think>'.", valueName: "text"))
  var after: String?
  @Option(help: ArgumentHelp("Generated tokens of the reasoning, inclusive indices.", valueName: "a:b"))
  var reasoningSpan: String?
  @Option(help: ArgumentHelp("The reasoning span as text: its first occurrence in the target.", valueName: "text"))
  var reasoningText: String?

  func validate() throws { _ = try choices() }

  /// The options that are given.
  var values: [SpanOption: String] {
    let values: [SpanOption: String?] = [
      .outputSpan: outputSpan, .outputText: outputText, .outputRegex: outputRegex, .outputSentence: outputSentence,
      .outputJSONPath: outputJsonPath, .outputChars: outputChars, .after: after, .reasoningSpan: reasoningSpan,
      .reasoningText: reasoningText,
    ]
    return values.compactMapValues(\.self)
  }

  /// Throws `ValidationError` for two ways of choosing one span, or a value that is none.
  func choices() throws -> SpanChoices {
    do {
      return try SpanChoices(values, name: \.flag)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
