import TestSupport

/// Damages a JSON text token by token, so that what comes out is often JSON still.
struct JSONMutator {
  var generator: SeededGenerator

  private static let values: [String] = [
    "0", "-0", "1", "-1", "2", "3", "255", "4096", "65536", "2147483647", "2147483648", "4294967296",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e308", "1e999",
    "-1e999", "1e-400", "0.5", "1.0", "1e6", String(repeating: "9", count: 400), "null", "true", "false", "\"\"", "[]",
    "{}", "[0]", "[[]]", "{\"\":0}", "\"\\ud800\"", "\"\\u0000\"", "\"e\u{301}\"", "NaN", "Infinity", "\"\u{2581}\"",
    "\"linear\"", "\"yarn\"", "\"llama3\"", "\"default\"", "\"longrope\"", "\"gemma3_text\"", "\"qwen3_moe\"",
    "\"BPE\"",
    "\"Sequence\"", "\"sliding_attention\"", "\"../x\"", "\"/etc/passwd\"", "\"BF16\"", "\"F16\"", "[0,0]",
  ]

  mutating func mutate(_ text: [UInt8], others: [[UInt8]]) -> [UInt8] {
    var tokens = Self.tokens(text)
    let most = Int.random(in: 1...3, using: &generator)
    for _ in 0..<Int.random(in: 1...most, using: &generator) {
      guard let place = tokens.indices.randomElement(using: &generator) else { break }
      switch Int.random(in: 0..<10, using: &generator) {
      case 0...3: replaceValue(&tokens, from: place)
      case 4: tokens.remove(at: place)
      case 5: tokens.insert(tokens[place], at: Int.random(in: 0...tokens.count, using: &generator))
      case 6: repeatMember(&tokens, from: place)
      case 7: nest(&tokens, at: place)
      case 8:
        let other = Self.tokens(others.randomElement(using: &generator) ?? [])
        let start = Int.random(in: 0...other.count, using: &generator)
        tokens.insert(contentsOf: other[start..<min(start + 12, other.count)], at: place)
      default: tokens.swapAt(place, Int.random(in: 0..<tokens.count, using: &generator))
      }
    }
    return Array(tokens.joined())
  }

  /// Puts an extreme value in the place of the next value that is not a key.
  private mutating func replaceValue(_ tokens: inout [ArraySlice<UInt8>], from place: Int) {
    for index in place..<tokens.count where !"{}[]:,".utf8.contains(tokens[index].first ?? 0) {
      if index + 1 < tokens.count, tokens[index + 1].first == UInt8(ascii: ":") { continue }
      tokens[index] = Array((Self.values.randomElement(using: &generator) ?? "").utf8)[...]
      return
    }
  }

  /// Repeats a key, a colon and what follows it.
  private mutating func repeatMember(_ tokens: inout [ArraySlice<UInt8>], from place: Int) {
    guard let colon = tokens[place...].firstIndex(where: { $0.first == UInt8(ascii: ":") }), colon > 0,
      colon + 1 < tokens.count
    else { return }
    tokens.insert(
      contentsOf: [tokens[colon - 1], tokens[colon], Array("0".utf8)[...], Array(",".utf8)[...]], at: colon - 1)
  }

  private mutating func nest(_ tokens: inout [ArraySlice<UInt8>], at place: Int) {
    let depth = [1, 2, 255, 256, 257, 3000].randomElement(using: &generator) ?? 1
    let (left, right) = Bool.random(using: &generator) ? ("[", "]") : (#"{"a":"#, "}")
    let inner = Array(String(repeating: left, count: depth).utf8) + tokens[place]
    tokens[place] = (inner + Array(String(repeating: right, count: depth).utf8))[...]
  }

  /// Strings, punctuation, and the runs between them.
  private static func tokens(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var tokens: [ArraySlice<UInt8>] = []
    var start = 0
    while start < text.count {
      var end = start + 1
      if text[start] == UInt8(ascii: "\"") {
        while end < text.count, text[end] != UInt8(ascii: "\"") { end += text[end] == UInt8(ascii: "\\") ? 2 : 1 }
        end = min(end + 1, text.count)
      } else if !"{}[]:,".utf8.contains(text[start]) {
        while end < text.count, !"{}[]:,\"".utf8.contains(text[end]) { end += 1 }
      }
      tokens.append(text[start..<end])
      start = end
    }
    return tokens
  }
}
