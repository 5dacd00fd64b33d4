import Foundation
import TestSupport
import Testing

@testable import StrictJSON

struct StrictJSONTests {
  private static func root(_ text: String) throws -> JSONNode { try JSONDocument(Array(text.utf8)).root }

  @Test func valuesAreReadExactly() throws {
    let root = try Self.root(#" {"a": [1, -2.5e3, true, false, null], "b": {"c": "d"}, "e": 9223372036854775807} "#)
    let list = try #require(root["a"]?.elements)
    #expect(list.map(\.number) == [1, -2500, nil, nil, nil])
    #expect(list.map(\.integer) == [1, nil, nil, nil, nil])
    #expect(list.map(\.bool) == [nil, nil, true, false, nil])
    #expect(list[4].isNull)
    #expect(root["b"]?["c"]?.string == "d")
    #expect(root["e"]?.integer == .max)
    #expect(root["none"] == nil)
    #expect(try Self.root("9223372036854775808").integer == nil)
  }

  @Test func pairsHaveJustTwoElements() throws {
    for (text, isPair) in [
      ("[[1], 2]", true), ("[]", false), ("[1]", false), ("[1, 2, 3]", false), ("{\"a\": 1}", false),
    ] {
      let root = try Self.root(text)
      #expect((root.pair != nil) == isPair, "\(text)")
      if let (first, second) = root.pair { #expect(first.elements?.count == 1 && second.integer == 2) }
    }
  }

  @Test func valuesKnowWhereTheyStand() throws {
    let text = #" {"a": [1, -2.5e3, true ] , "b":{ "c" :"d\"" }, "e" : [ [ ] , {} ] } "#
    let root = try Self.root(text)
    func part(_ node: JSONNode?) -> String? { node.map { String(decoding: Array(text.utf8)[$0.range], as: UTF8.self) } }
    #expect(part(root) == String(text.dropFirst().dropLast()))
    #expect(root["a"]?.elements?.map { part($0) } == ["1", "-2.5e3", "true"])
    #expect(part(root["a"]) == "[1, -2.5e3, true ]" && part(root["b"]) == #"{ "c" :"d\"" }"#)
    #expect(part(root["b"]?["c"]) == #""d\"""# && part(root["e"]) == "[ [ ] , {} ]")
    #expect(root["e"]?.elements?.map { part($0) } == ["[ ]", "{}"])
  }

  @Test func aValueIsReadFromTheMiddleOfAText() throws {
    let text = Array(#"Sure: {"a": [1]} {"b""#.utf8)
    let document = try JSONDocument(valueIn: text, at: 6)
    #expect(document.root["a"]?.elements?.count == 1 && document.root.range == 6..<16)
    #expect(throws: JSONError(offset: 21, expected: "a colon")) { try JSONDocument(valueIn: text, at: 17) }
  }

  @Test func keysThatSwiftTakesForEqualStayApart() throws {
    let root = try Self.root("{\"\u{e9}\": 1, \"e\u{301}\": 2, \"\u{212b}\": 3, \"\u{c5}\": 4}")
    let members = try #require(root.members)
    #expect(members.map { $0.value.integer } == [1, 2, 3, 4])
    #expect(root["e\u{301}"]?.integer == 2)
    #expect(root["\u{c5}"]?.integer == 4)
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\u00e9\u20AC""#, "é€"), (#""\ud83d\ude00""#, "😀"),
    (#""\ud83d""#, "\u{fffd}"), (#""\ude00\ud83dx""#, "\u{fffd}\u{fffd}x"), (#""\u0000""#, "\0"), (#""""#, ""),
  ])
  func escapesAreResolved(text: String, value: String) throws {
    #expect(try Self.root(text).bytes == Array(value.utf8))
  }

  @Test func bytesThatAreNotUTF8StayAsTheyAre() throws {
    #expect(try JSONDocument([0x22, 0xff, 0xc0, 0x22]).root.bytes == [0xff, 0xc0])
  }

  @Test(arguments: [
    ("", 0), ("  ", 2), ("{", 1), ("[1,]", 3), ("[1 2]", 3), (#"{"a" 1}"#, 5), (#"{"a":1,}"#, 7), ("{a:1}", 1),
    ("01", 1),
    ("1.", 2), ("-", 1), (".5", 0), ("+1", 0), ("1e", 2), ("nul", 0), ("tru", 0), ("NaN", 0), (#""a"#, 2),
    ("\"a\nb\"", 2),
    (#""\x""#, 2), (#""\u12g4""#, 5), ("1 1", 2), ("[1]]", 3), ("{}{", 2), ("// c\n1", 0), ("\u{feff}1", 0), ("'a'", 0),
  ])
  func everythingElseIsRefusedWhereItBegins(text: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try Self.root(text) }
    #expect(error?.offset == offset, "\(text.debugDescription): \(error?.description ?? "")")
  }

  @Test func depthIsLimitedWithoutRecursion() throws {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    #expect(try Self.root(nested(JSONParser.depthLimit)).elements?.count == 1)
    let error = #expect(throws: JSONError.self) { try Self.root(nested(JSONParser.depthLimit + 1)) }
    #expect(error?.offset == JSONParser.depthLimit)
    #expect(throws: JSONError.self) { try Self.root(String(repeating: "[", count: 1_000_000)) }
  }

  @Test(
    arguments: [
      (#"{"a":1,"b":2,"a":3}"#, 13), (#"{"a":1,"\u0061":2}"#, 7), (#"[{"x":{"":0,"":1}}]"#, 12),
      (#"{"a":{"a":1},"b":{"a":1}}"#, nil),
    ] as [(String, Int?)])
  func aKeyThatStandsThereTwiceIsRefused(text: String, offset: Int?) {
    var found: Int?
    do { _ = try Self.root(text) } catch { found = (error as? JSONError)?.offset }
    #expect(found == offset)
  }

  @Test func aTextOfNothingButValuesIsRefused() throws {
    func list(_ count: Int) -> String { "[" + [String](repeating: "0", count: count).joined(separator: ",") + "]" }
    #expect(try Self.root(list(60_000)).elements?.count == 60_000)
    let error = #expect(throws: JSONError.self) { try Self.root(list(1_000_000)) }
    #expect(error?.expected.hasPrefix("at most ") == true)
  }

  /// Every damaged text is either read or refused; none ends the process.
  @Test func damagedTextsAreReadOrRefused() throws {
    let text = Array(#"{"a":[1,-2.5e3,true,null,{"b":"\u00e9\n"}],"c":{"d":"e"}}"#.utf8)
    var refused = 0
    for seed in 0..<2000 as Range<UInt64> {
      var generator = SeededGenerator(seed: seed)
      var damaged = text
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      do {
        let root = try JSONDocument(damaged).root
        #expect(Self.count(root) >= 1, "seed \(seed)")
      } catch {
        #expect((0...damaged.count).contains(error.offset), "seed \(seed): \(error)")
        refused += 1
      }
    }
    #expect(refused > 500)
    for end in text.indices { #expect(throws: JSONError.self, "\(end)") { try JSONDocument(Array(text[..<end])) } }
  }

  private static func count(_ node: JSONNode) -> Int {
    _ = (node.bytes, node.number, node.integer, node.bool)
    let below = node.elements ?? node.members?.map(\.value) ?? []
    return below.reduce(1) { $0 + count($1) }
  }
}
