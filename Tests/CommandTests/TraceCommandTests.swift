import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct TraceCommandTests {
  private var model: String { ReferenceData.folder?.appending(path: "tiny/llama").path() ?? "" }

  private func object(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: path))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test(arguments: ["flashtrace", "ifr-span", "ifr-tokenwise"]) func writesJSONAndHTML(method: String) throws {
    let folder = try ScratchFolder()
    let result = try Command([
      "trace", "-m", model, "--prompt-text", "Alpha copies Beta.", "--target-text", "Beta is 7. So: 7", "--method",
      method, "--hops", "2", "--output-text", "7", "--reasoning-text", "Beta is 7", "--json", folder.path("t.json"),
      "--html", folder.path("t.html"), "--precision", "f32",
    ])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.contains("share"), "the report is on standard output")
    #expect(folder.contents.sorted() == ["t.html", "t.json"])
    let trace = try object(folder.path("t.json"))
    #expect(trace["schema_version"] as? Int == 1 && trace["method"] as? String == method)
    #expect((trace["per_hop_scores"] as? [Any])?.count == (method == "flashtrace" ? 3 : 0))
    #expect((trace["rows"] != nil) == (method == "ifr-tokenwise"))
    let metadata = try #require(trace["metadata"] as? [String: Any])
    #expect(metadata["precision"] as? String == "f32")
    let html = try String(contentsOfFile: folder.path("t.html"), encoding: .utf8)
    #expect(html.hasPrefix("<!DOCTYPE html>") || html.hasPrefix("<!doctype html>"))
  }

  /// `--output-text` takes the last occurrence, `--reasoning-text` the first.
  @Test func choosesSpansByText() throws {
    let folder = try ScratchFolder()
    let result = try Command([
      "trace", "-m", model, "--prompt-text", "x", "--target-text", "7 and 7 and 7", "--output-text", "7",
      "--reasoning-text", "7", "--json", folder.path("t.json"), "--quiet",
    ])
    #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty)
    let trace = try object(folder.path("t.json"))
    let tokens = try #require(trace["generation_tokens"] as? [String])
    let sevens = tokens.indices.filter { tokens[$0].contains("7") }
    #expect(trace["output_span"] as? [Int] == [sevens[2], sevens[2]])
    #expect(trace["reasoning_span"] as? [Int] == [sevens[0], sevens[0]])
  }

  /// The report repeats the text that was chosen.
  @Test(arguments: [
    (["--output-regex", "is ([0-9]+)"], "7"), (["--output-sentence", "last"], "So: {\"a\": [9]}"),
    (["--output-json-path", "a[0]"], "9"), (["--output-chars", "0:4"], "Beta"),
    (["--after", "7."], "So: {\"a\": [9]}"),
  ])
  func choosesSpansByWhatPeopleSee(options: [String], chosen: String) throws {
    let target = "Beta is 7. So: {\"a\": [9]}"
    let result = try Command(
      ["trace", "-m", model, "--prompt-text", "x", "--target-text", target, "--hops", "0"] + options)
    #expect(result.status == 0, "\(result.errors)")
    let line = result.output.split(separator: "\n").first { $0.hasPrefix("output span") }
    let echoed = line.map { $0.split(separator: " ", maxSplits: 3).last ?? "" } ?? ""
    #expect(echoed.contains(chosen), "\(options): \(result.output)")
  }

  @Test func readsPromptAndTargetFromFilesAndStandardInput() throws {
    let folder = try ScratchFolder()
    let target = try folder.write(Data("seven".utf8), to: "target")
    let result = try Command(
      [
        "trace", "-m", model, "--prompt", "-", "--target", target, "--no-eos", "--json", folder.path("t.json"),
        "--quiet",
      ],
      input: Data("What?\n".utf8))
    #expect(result.status == 0, "\(result.errors)")
    let trace = try object(folder.path("t.json"))
    #expect((trace["prompt_tokens"] as? [String])?.joined() == "What?\n")
    #expect((trace["generation_tokens"] as? [String])?.joined() == "seven")
  }

  /// Same bytes for any number of threads, in both precisions that the CPU has.
  @Test func threadsChangeNothing() throws {
    let folder = try ScratchFolder()
    func scores(_ threads: Int) throws -> [Double] {
      let result = try Command([
        "trace", "-m", model, "--prompt-text", "Alpha copies Beta.", "--target-text", "Beta is 7. So: 7",
        "--threads", "\(threads)", "--json", folder.path("t.json"), "--quiet",
      ])
      #expect(result.status == 0, "\(result.errors)")
      return try #require(try object(folder.path("t.json"))["scores"] as? [Double])
    }
    let one = try scores(1)
    for threads in [2, 7] { #expect(try scores(threads) == one, "\(threads) threads") }
  }

  @Test func tokenizesToTheByte() throws {
    let result = try Command(["tokenize", "-m", model, "--text", "-", "--json"], input: Data("a\r\n\u{1F600}\n".utf8))
    #expect(result.status == 0)
    let root = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let tokens = try #require(root?["tokens"] as? [[String: Any]])
    #expect(tokens.allSatisfy { Set($0.keys) == ["id", "text", "start", "end"] })
    #expect(tokens.first?["start"] as? Int == 0 && tokens.last?["end"] as? Int == 5)
  }

  @Test func inspects() throws {
    let result = try Command(["inspect", "-m", model, "--tensors"])
    #expect(result.status == 0)
    for part in ["family:            llama", "heads:             4 query, 2 key-value, of 24", "model.norm.weight"] {
      #expect(result.output.contains(part), "\(part)")
    }
  }
}
