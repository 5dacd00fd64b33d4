import Foundation
import TestSupport
import Testing

/// Unusable input: exit code 65, nothing on standard output, one line that names the file or value and what is allowed.
@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct BadInputTests {
  private var model: String { ReferenceData.folder?.appending(path: "tiny/llama").path() ?? "" }

  private func expectRefusal(
    _ arguments: [String], _ parts: String..., input: Data? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Command(arguments, input: input)
    #expect(result.status == 65, "\(result.status): \(result.errors)", sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, sourceLocation: sourceLocation)
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == 1 && result.errors.hasPrefix("error: "), "\(result.errors)", sourceLocation: sourceLocation)
    for part in parts {
      #expect(result.errors.contains(part), "\(part) in: \(result.errors)", sourceLocation: sourceLocation)
    }
  }

  private func trace(_ model: String, _ more: [String]) -> [String] { ["trace", "-m", model] + more }

  @Test func promptsTargetsAndSpans() throws {
    try expectRefusal(trace(model, ["--prompt-text", "", "--target-text", "b"]), "the prompt is empty")
    try expectRefusal(
      trace(model, ["--prompt-text", "", "--target-text", "b", "--use-chat-template"]), "the prompt is empty")
    try expectRefusal(trace(model, ["--prompt-text", "a", "--target-text", ""]), "the target is empty")
    let both = ["--prompt-text", "a b", "--target-text", "one"]
    let result = try Command(["tokenize", "-m", model, "--text", "one"])
    let last = result.output.split(separator: "\n").count - 1
    try expectRefusal(trace(model, both + ["--output-span", "0:99"]), "output span 0:99 is out of range", "0:\(last)")
    try expectRefusal(trace(model, both + ["--reasoning-span", "7:9"]), "reasoning span 7:9 is out of range")
    try expectRefusal(trace(model, both + ["--output-text", "two"]), "the output text \"two\" does not occur")
    try expectRefusal(trace(model, both + ["--reasoning-text", "two"]), "the reasoning text \"two\" does not occur")
    try expectRefusal(trace(model, both + ["--output-sentence", "3"]), "the output sentence is 3; the target has 1")
    try expectRefusal(
      trace(model, both + ["--output-json-path", "a"]), "the target holds no whole JSON object or array")
  }

  @Test func files() throws {
    let both = ["--prompt-text", "a", "--target-text", "b"]
    try expectRefusal(trace("/no/such/model.gguf", both), "/no/such/model.gguf: not found")
    try expectRefusal(trace("nobody/nothing", both), "nobody/nothing: not found", "cached model")
    try expectRefusal(trace(model, ["--prompt", "/no/such", "--target-text", "b"]), "/no/such: cannot be read")
    try expectRefusal(
      trace(model, ["--prompt", "-", "--target-text", "b"]), "standard input: is not UTF-8", input: Data([0xff, 0x41]))
    try expectRefusal(
      trace(model, both + ["--json", "/no/such/folder/x.json"]), "/no/such/folder/x.json: cannot be written")
    try expectRefusal(trace(model, both + ["--html", "/"]), "is a folder")
  }

  @Test func brokenModels() throws {
    let folder = try ScratchFolder()
    let both = ["--prompt-text", "a", "--target-text", "b"]
    var header = Data("GGUF".utf8) + Data([3, 0, 0, 0])
    try expectRefusal(trace(try folder.write(header, to: "cut.gguf"), both), "cut.gguf", "tensor count")
    header += Data(repeating: 0xff, count: 16)
    try expectRefusal(trace(try folder.write(header, to: "absurd.gguf"), both), "absurd.gguf", "18446744073709551615")
    try expectRefusal(trace(try folder.write(Data("hello, world".utf8), to: "text.gguf"), both), "is not GGUF")
    try expectRefusal(trace(try folder.write(Data(), to: "empty.gguf"), both), "the file is empty")

    // A real folder without one of its files, and with a shortened one.
    let names = try FileManager.default.contentsOfDirectory(atPath: model)
    for missing in ["config.json", "tokenizer.json", "model.safetensors"] {
      let copy = try ScratchFolder()
      for name in names where name != missing {
        try FileManager.default.copyItem(atPath: model + "/" + name, toPath: copy.path(name))
      }
      try expectRefusal(trace(copy.url.path(), both), missing)
      if missing == "model.safetensors" {
        let weights = try Data(contentsOf: URL(filePath: model + "/model.safetensors"))
        _ = try copy.write(weights.dropLast(1000), to: missing)
        try expectRefusal(trace(copy.url.path(), both), missing, "truncated")
      }
    }
  }

  @Test(.enabled(if: ReferenceData.model("SmolLM2-135M-Instruct.Q4_1.gguf") != nil, "needs the default model"))
  func truncatedRealModel() throws {
    let folder = try ScratchFolder()
    let path = try #require(ReferenceData.model("SmolLM2-135M-Instruct.Q4_1.gguf"))
    let whole = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    for length in [whole.count / 2, whole.count - 1, 100_000] {
      let cut = try folder.write(whole.prefix(length), to: "cut.gguf")
      try expectRefusal(trace(cut, ["--prompt-text", "a", "--target-text", "b"]), "cut.gguf")
    }
  }
}
