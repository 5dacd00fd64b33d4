import FlashTrace
import Foundation
import StrictJSON
import TestSupport
import Testing

/// `Documentation/trace.schema.json` describes what the command writes: every key, and which of them are always there.
@Suite struct TraceSchemaTests {
  private static let schema = Result {
    let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try JSONSchema(Array(Data(contentsOf: checkout.appending(path: "Documentation/trace.schema.json"))))
  }

  /// Traces of every method with and without spans, and calibrated ones where a method can be.
  private func traces() throws -> [(arguments: [String], trace: JSONNode)] {
    let folder = try ScratchFolder()
    let model = try #require(ReferenceData.folder).appending(path: "tiny/llama").path()
    let spans = ["--output-text", "7", "--reasoning-text", "Beta is 7", "--hops", "2", "--chat-format", "chatml"]
    return try AttributionMethod.allCases.flatMap { method in
      let calibrated = method.calibrationStrength == nil ? [] : [["--calibrate", "--units", "sentence"]]
      return try ([[], spans] + calibrated).map { more in
        let arguments = ["--method", method.rawValue] + more
        let run = try Command(
          [
            "trace", "-m", model, "--prompt-text", "Alpha copies Beta.", "--target-text", "Beta is 7. So: 7", "--quiet",
            "--json", folder.path("t.json"),
          ] + arguments)
        #expect(run.status == 0, "\(arguments): \(run.errors)")
        return (arguments, try JSONDocument(Array(Data(contentsOf: URL(filePath: folder.path("t.json"))))).root)
      }
    }
  }

  /// The key sets of all objects of a value by the paths that `JSONSchema.objects` uses.
  private func collectKeys(of value: JSONNode, at path: String, into found: inout [String: [Set<String>]]) {
    for element in value.elements ?? [] { collectKeys(of: element, at: path + "[]", into: &found) }
    guard value.isObject else { return }
    found[path, default: []].append(Set(value.named.map(\.key)))
    for (key, member) in value.named { collectKeys(of: member, at: path.appending(key: key), into: &found) }
  }

  @Test(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
  func describesWhatTheCommandWrites() throws {
    let schema = try Self.schema.get()
    var keys: [String: [Set<String>]] = [:]
    for (arguments, trace) in try traces() {
      #expect(schema.violations(of: trace) == [], "\(arguments)")
      collectKeys(of: trace, at: "", into: &keys)
    }
    let written = keys.mapValues { sets in
      JSONSchema.ObjectKeys(
        all: sets.reduce(Set()) { $0.union($1) }, required: sets.dropFirst().reduce(sets[0]) { $0.intersection($1) })
    }
    #expect(written == schema.objects)
  }

  @Test func namesTheValuesThatThereAre() throws {
    let schema = try Self.schema.get()
    let methods = AttributionMethod.allCases.map(\.rawValue)
    let known = { (key: String, value: String) in
      let object = try JSONDocument(Array("{\"\(key)\": \"\(value)\"}".utf8)).root
      return !schema.violations(of: object).contains("\(key): enum")
    }
    for method in methods { #expect(try known("method", method), "\(method)") }
    #expect(try !known("method", "none"))
  }

  /// Every keyword refuses what it should, so that a valid trace means something.
  @Test(arguments: [
    (#"{"type": "integer"}"#, "3", "3.5"), (#"{"type": "number"}"#, "3.5", "\"3\""),
    (#"{"type": ["array", "null"]}"#, "null", "{}"), (#"{"const": 1}"#, "1", "2"),
    (#"{"enum": ["a", "b"]}"#, "\"b\"", "\"c\""), (#"{"required": ["a"]}"#, #"{"a": null}"#, "{}"),
    (#"{"properties": {"a": {}}, "additionalProperties": false}"#, #"{"a": 1}"#, #"{"b": 1}"#),
    (#"{"properties": {"a": {"type": "string"}}}"#, #"{"a": "x", "b": 1}"#, #"{"a": 1}"#),
    (#"{"items": {"type": "string"}}"#, #"["a"]"#, #"["a", 1]"#), (#"{"minItems": 2}"#, "[1, 2]", "[1]"),
    (#"{"maxItems": 1}"#, "[1]", "[1, 2]"), (#"{"minimum": 0}"#, "0", "-1e-9"), (#"{"maximum": 0}"#, "0", "1e-9"),
    (##"{"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}"##, "null", "1"),
  ])
  func keywordsRefuse(schema: String, good: String, bad: String) throws {
    let schema = try JSONSchema(Array(schema.utf8))
    #expect(try schema.violations(of: JSONDocument(Array(good.utf8)).root) == [])
    #expect(try schema.violations(of: JSONDocument(Array(bad.utf8)).root).count == 1)
  }

  @Test func unknownKeywordsAreRefused() {
    #expect(throws: JSONSchema.UnknownKeyword.self) {
      try JSONSchema(Array(#"{"properties": {"a": {"pattern": "x"}}}"#.utf8))
    }
  }
}
