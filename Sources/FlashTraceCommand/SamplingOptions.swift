import ArgumentParser
import FlashTrace

/// How answers are generated.
struct SamplingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Tokens of the answer, at most. Default: 512.", valueName: "n"))
  var maxTokens: Int?
  @Option(
    help: ArgumentHelp(
      "Draws tokens by their probabilities, sharper below 1; 0, the default: the likeliest.", valueName: "t"))
  var temperature: Double?
  @Option(
    help: ArgumentHelp(
      "Draws among the likeliest tokens with this probability together. Default: 1.", valueName: "p"))
  var topP: Double?
  @Option(help: ArgumentHelp("The same seed draws the same answer. Default: 0.", valueName: "seed"))
  var seed: UInt64?

  var count: Int { maxTokens ?? 512 }

  /// The options that are given, by name.
  var given: [String] {
    [
      ("--max-tokens", maxTokens != nil), ("--temperature", temperature != nil), ("--top-p", topP != nil),
      ("--seed", seed != nil),
    ].filter(\.1).map(\.0)
  }

  /// `topK`: draws among so many tokens; nil for all.
  func sampling(topK: Int?) -> Sampling {
    Sampling(temperature: temperature ?? 0, topK: topK, topP: topP ?? 1, seed: seed ?? 0)
  }

  func validate() throws {
    if let maxTokens, maxTokens < 1 || maxTokens > 1_000_000 {
      throw ValidationError("--max-tokens is \(maxTokens); allowed are 1 to 1000000")
    }
    if let temperature, !(temperature >= 0 && temperature <= 100) {
      throw ValidationError("--temperature is \(temperature); allowed are 0 to 100")
    }
    if let topP, !(topP > 0 && topP <= 1) {
      throw ValidationError("--top-p is \(topP); it must be above 0 and at most 1")
    }
  }

  /// Checks the number of tokens that the option `name` draws among.
  static func check(_ name: String, _ topK: Int?) throws {
    if let topK, topK < 1 { throw ValidationError("\(name) is \(topK); it must be 1 or more") }
  }
}
