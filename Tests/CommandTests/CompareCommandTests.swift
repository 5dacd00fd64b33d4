import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct CompareCommandTests {
  private var model: String { ReferenceData.folder?.appending(path: "tiny/llama").path() ?? "" }

  /// A trace's JSON.
  private func trace(_ name: String, in folder: ScratchFolder, prompt: String, _ more: [String]) throws -> String {
    let path = folder.path(name)
    let run = try Command(
      ["trace", "-m", model, "--prompt-text", prompt, "--target-text", "Beta is 7. So: 7", "--json", path, "--quiet"]
        + more)
    #expect(run.status == 0, "\(run.errors)")
    return path
  }

  @Test func comparesMethodsAndSpans() throws {
    let folder = try ScratchFolder()
    let prompt = "Alpha copies Beta."
    let a = try trace("a.json", in: folder, prompt: prompt, ["--output-text", "7"])
    let b = try trace("b.json", in: folder, prompt: prompt, ["--output-span", "0:1", "--method", "attnlrp"])
    let run = try Command([
      "compare", a, b, "--json", folder.path("c.json"), "--html", folder.path("c.html"), "--top-k", "2",
    ])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    for part in ["A  flashtrace of ", "B  attnlrp of ", "rank correlation", "B - A"] {
      #expect(run.output.contains(part), "\(part)")
    }
    let data = try Data(contentsOf: URL(filePath: folder.path("c.json")))
    let found = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let tokens = try #require(found["tokens"] as? [[String: Any]])
    #expect(tokens.compactMap { $0["token"] as? String }.joined() == prompt)
    for side in ["first", "second"] {
      let sum = tokens.compactMap { $0[side] as? Double }.reduce(0) { $0 + abs($1) }
      #expect(abs(sum - 1) < 1e-9, "\(side): \(sum)")
    }
    #expect(try String(contentsOfFile: folder.path("c.html"), encoding: .utf8).hasPrefix("<!DOCTYPE html>"))

    let same = try Command(["compare", a, a, "--json", folder.path("same.json"), "--quiet"])
    #expect(same.status == 0 && same.output.isEmpty && same.errors.isEmpty)
    let text = try String(contentsOfFile: folder.path("same.json"), encoding: .utf8)
    #expect(text.contains(#""rank_correlation":1,"#) && text.contains(#""largest_score_difference":0,"#), "\(text)")
  }

  @Test func otherPromptsAndFilesAreRefused() throws {
    let folder = try ScratchFolder()
    let a = try trace("a.json", in: folder, prompt: "Alpha copies Beta.", [])
    let b = try trace("b.json", in: folder, prompt: "Alpha copies Gamma.", [])
    let text = try folder.write(Data("hello".utf8), to: "text")
    for (arguments, message) in [
      ([a, b], "a.json and \(b): the prompts differ at position"), ([a, text], "text: not a trace"),
      (["/no/such.json", a], "/no/such.json: cannot be read"),
      ([a, a, "--json", "/no/such/c.json"], "cannot be written"),
    ] {
      let run = try Command(["compare"] + arguments)
      #expect(run.status == 65 && run.output.isEmpty, "\(arguments)")
      #expect(run.errors.split(separator: "\n").count == 1 && run.errors.contains(message), "\(run.errors)")
    }
  }

  @Test(arguments: [
    (["a"], "second"), (["a", "b", "--highest", "0"], "--highest is 0; it must be 1 or more"),
    (["a", "b", "--top-k", "-1"], "top-k"),
  ])
  func wrongUsageIsNamed(arguments: [String], message: String) throws {
    let run = try Command(["compare"] + arguments)
    #expect(run.status == 64 && run.errors.contains(message), "\(run.errors)")
  }
}
