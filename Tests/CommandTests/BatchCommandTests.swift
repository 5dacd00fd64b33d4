import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct BatchCommandTests {
  private var model: String { ReferenceData.folder?.appending(path: "tiny/llama").path() ?? "" }

  private static let samples = (0..<9).map { number in
    #"{"id": "s\#(number)", "prompt": "Alpha copies Beta \#(number).", "target": "Beta is \#(number). So: \#(number)"}"#
  }

  private func input(_ lines: [String], in folder: ScratchFolder, end: String = "\n") throws -> String {
    try folder.write(Data((lines.joined(separator: "\n") + end).utf8), to: "in.jsonl")
  }

  private func batch(_ input: String, _ output: String, _ more: [String] = [], text: String? = nil) throws -> Command {
    try Command(["batch", input, output, "-m", model] + more, input: text.map { Data($0.utf8) })
  }

  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  /// A line without what differs from run to run.
  private func comparable(_ object: [String: Any]) throws -> String {
    var (object, metadata) = (object, object["metadata"] as? [String: Any] ?? [:])
    for key in ["timing_seconds", "peak_memory_bytes"] { metadata[key] = nil }
    object["metadata"] = metadata
    return String(decoding: try JSONSerialization.data(withJSONObject: object, options: .sortedKeys), as: UTF8.self)
  }

  private func comparable(_ path: String) throws -> [String] { try objects(text(path)).map(comparable) }

  @Test func keysGoBeforeTheCommandsOptions() throws {
    let folder = try ScratchFolder()
    let answer = #""prompt": "x", "target": "<think>a b</think>\n7""#
    let lines = [
      "{\(answer)}", #"{\#(answer), "output_span": "0:1", "method": "ifr-span", "hops": 3}"#,
      #"{\#(answer), "index": 40, "reasoning_text": "a", "id": null}"#,
    ]
    let output = folder.path("out.jsonl")
    let run = try batch(input(lines, in: folder), output, ["--after", "</think>", "--hops", "2", "--no-eos"])
    #expect(run.status == 0, "\(run.errors)")
    let traced = try objects(text(output))
    #expect(traced.map { $0["index"] as? Int } == [0, 1, 40])
    #expect(traced.map { $0["method"] as? String } == ["flashtrace", "ifr-span", "flashtrace"])
    #expect(traced.map { ($0["per_hop_scores"] as? [Any])?.count } == [3, 0, 3])
    let spans = traced.map { $0["output_span"] as? [Int] }
    #expect(spans[0] == spans[2] && spans[1] == [0, 1] && spans[0]?.first ?? 0 > 1, "\(spans)")
    #expect(traced.map { $0["reasoning_span"] is [Int] } == [false, false, true])
    #expect(traced.allSatisfy { ($0["run"] as? [String: String])?["after"] == "</think>" && $0["id"] is NSNull })
  }

  @Test func theLinesEqualSingleTraces() throws {
    let folder = try ScratchFolder()
    let options = [
      ["--hops", "2", "--output-text", "7"], ["--method", "ifr-span", "--output-span", "1:2"],
      ["--method", "attnlrp", "--reasoning-text", "Beta"],
    ]
    let keys = [
      #""hops": 2, "output_text": "7""#, #""method": "ifr-span", "output_span": [1, 2]"#,
      #""method": "attnlrp", "reasoning_text": "Beta""#,
    ]
    let lines = keys.enumerated().map {
      #"{"id": \#($0), "prompt": "Alpha copies Beta.", "target": "Beta is 7. So: 7", \#($1)}"#
    }
    let output = folder.path("out.jsonl")
    let run = try batch(input(["", lines[0], "  ", lines[1], lines[2]], in: folder, end: ""), output)
    #expect(run.status == 0 && run.errors.isEmpty && run.output.isEmpty, "\(run.errors)")
    let traced = try objects(text(output))
    #expect(traced.map { $0["index"] as? Int } == [1, 3, 4] && traced.map { $0["id"] as? Int } == [0, 1, 2])
    for (object, options) in zip(traced, options) {
      let single = try Command(
        ["trace", "-m", model, "--prompt-text", "Alpha copies Beta.", "--target-text", "Beta is 7. So: 7", "--quiet"]
          + ["--json", folder.path("t.json")] + options)
      #expect(single.status == 0, "\(single.errors)")
      var object = object
      for key in ["index", "id", "run"] { #expect(object.removeValue(forKey: key) != nil, "\(key)") }
      #expect(try comparable(object) == comparable(folder.path("t.json"))[0], "\(options)")
    }
  }

  @Test func conversationsAndStandardStreams() throws {
    let messages =
      #"[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "7 is"}]"#
    let lines = [
      #"{"messages": \#(messages), "target": "seven"}"#,
      #"{"system": "Be brief.", "prompt": "7 is", "target": "seven"}"#,
    ]
    let run = try batch("-", "-", ["--chat-format", "chatml"], text: lines.joined(separator: "\n"))
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    let traced = try objects(run.output)
    #expect(traced.map { ($0["prompt_tokens"] as? [String])?.joined() } == ["7 is", "7 is"])
    let texts = traced.map { ($0["sequence"] as? [[String: Any]] ?? []).compactMap { $0["text"] as? String }.joined() }
    #expect(texts.count == 2 && texts[0].contains("assistant\nb") && texts[1].contains("system\nBe brief."), "\(texts)")
  }

  /// Standard output has each line before the next is read.
  @Test func aWorkerAnswersLineByLine() throws {
    let process = Process()
    let (input, output) = (Pipe(), Pipe())
    process.executableURL = Command.program
    process.arguments = ["batch", "-", "-", "-m", model, "--keep-errors"]
    (process.standardInput, process.standardOutput) = (input, output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    for (number, line) in [Self.samples[0], "nonsense", Self.samples[1]].enumerated() {
      try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
      var answer = Data()
      while answer.last != UInt8(ascii: "\n") {
        let part = output.fileHandleForReading.availableData
        try #require(!part.isEmpty, "the answer to line \(number + 1) ended early")
        answer += part
      }
      let object = try objects(String(decoding: answer, as: UTF8.self))
      #expect(object.count == 1 && object[0]["index"] as? Int == number)
      #expect(object[0]["error"] as? String == (number == 1 ? "is no JSON object" : nil))
    }
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    #expect(process.terminationStatus == 65)
  }

  /// A process that is killed at any time leaves an output that the next run completes: nothing lost, nothing twice.
  @Test func aKilledRunGoesOnWhereItStopped() throws {
    let folder = try ScratchFolder()
    let (whole, killed) = (folder.path("whole.jsonl"), folder.path("killed.jsonl"))
    let source = try input(Self.samples, in: folder)
    #expect(try batch(source, whole).status == 0)
    for lines in [1, 4] {
      let process = Process()
      process.executableURL = Command.program
      process.arguments = ["batch", source, killed, "-m", model, "--quiet"]
      try process.run()
      while process.isRunning, (try? text(killed))?.split(separator: "\n").count ?? 0 < lines { usleep(500) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      // As if the kill had come in the middle of a write.
      let cut = try Data(contentsOf: URL(filePath: killed)).dropLast(40)
      try Data(cut).write(to: URL(filePath: killed))
    }
    let run = try batch(source, killed)
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(try comparable(killed) == comparable(whole))
    let before = try text(killed)
    #expect(try batch(source, killed).status == 0)
    #expect(try text(killed) == before, "nothing is left to do")
  }

  @Test func badLinesAreReportedAndLeftOut() throws {
    let folder = try ScratchFolder()
    let bad: [(String, String)] = [
      ("nonsense", "is no JSON object"), ("[1]", "is no JSON object"), (#"{"target": "a"}"#, "has neither prompt nor"),
      (#"{"prompt": 7, "target": "a"}"#, "prompt: expected String"),
      (#"{"prompt": "", "target": "a"}"#, "prompt is empty"),
      (
        #"{"prompt": "a", "target": "b", "outputtext": "b"}"#, #"unknown key "outputtext"; there are id, index, prompt"#
      ),
      (#"{"prompt": "a", "target": "b", "hops": 2000}"#, "hops is 2000; allowed are 0 to 1000"),
      (#"{"prompt": "a", "target": "b", "index": -1}"#, "index is -1; allowed are 0 and above"),
      (#"{"prompt": "a", "target": "b", "method": "magic"}"#, #"method is "magic"; there are flashtrace, "#),
      (#"{"prompt": "a", "target": "b", "output_text": "c"}"#, "does not occur in the target"),
      (#"{"prompt": "a", "target": "b", "output_span": "2:1"}"#, "output_span"),
      (#"{"prompt": "a", "target": "b", "output_span": "0:0", "output_text": "b"}"#, "output_text"),
      (#"{"prompt": "a", "target": "b", "system": "c"}"#, "system needs --use-chat-template"),
      (#"{"prompt": "a", "messages": [], "target": "b"}"#, "messages needs --use-chat-template"),
      (#"{"prompt": "a", "index": 0, "target": "b"}"#, "index 0 is that of an earlier line"),
    ]
    let lines = [Self.samples[0]] + bad.map(\.0) + [Self.samples[1]]
    let source = try input(lines, in: folder)
    let run = try batch(source, folder.path("out.jsonl"))
    #expect(run.status == 65)
    let reports = run.errors.split(separator: "\n")
    try #require(reports.count == bad.count + 1, "\(run.errors)")
    for (number, (line, message)) in bad.enumerated() {
      #expect(reports[number].hasPrefix("error: \(source):\(number + 2): "), "\(reports[number])")
      #expect(
        reports[number].contains(message) && reports[number].hasSuffix("; skipped"), "\(line): \(reports[number])")
    }
    #expect(reports.last == "error: 15 of 17 lines were skipped: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16")
    #expect(try objects(text(folder.path("out.jsonl"))).map { $0["index"] as? Int } == [0, 16])

    // They can have lines of their own.
    let file = folder.path("kept.jsonl")
    let first = try batch(source, file, ["--keep-errors"])
    let again = try batch(source, file, ["--keep-errors"])
    #expect(first.status == 65 && again.status == 65 && again.errors == first.errors, "\(again.errors)")
    let kept = try objects(text(file))
    #expect(kept.map { $0["index"] as? Int } == Array(0..<17) && kept.filter { $0["error"] != nil }.count == 15)
    // A line that has been mended is traced by the next run.
    var mended = lines
    mended[10] = Self.samples[2]
    _ = try input(mended, in: folder)
    #expect(try batch(source, folder.path("out.jsonl")).errors.contains("error: 14 of 17 lines were skipped"))
    #expect(try objects(text(folder.path("out.jsonl"))).map { $0["index"] as? Int } == [0, 16, 10])
  }

  @Test(arguments: [1, 2, 4]) func theShardsTogetherAreTheWhole(count: Int) throws {
    let folder = try ScratchFolder()
    let source = try input(Self.samples, in: folder)
    #expect(try batch(source, folder.path("whole.jsonl")).status == 0)
    var together: [Int: String] = [:]
    for number in 1...count {
      let output = folder.path("\(number).jsonl")
      #expect(try batch(source, output, ["--shard", "\(number)/\(count)"]).status == 0)
      for object in try objects(text(output)) {
        let index = try #require(object["index"] as? Int)
        #expect(index % count == number - 1 && together[index] == nil)
        together[index] = try comparable(object)
      }
    }
    #expect(try together.sorted { $0.key < $1.key }.map(\.value) == comparable(folder.path("whole.jsonl")))
  }

  @Test func otherRunsAndFilesAreRefused() throws {
    let folder = try ScratchFolder()
    let (source, output) = (try input(Self.samples, in: folder), folder.path("out.jsonl"))
    func refuses(_ message: String, _ input: String, _ output: String, _ more: [String] = []) throws {
      let before = try? text(output)
      let run = try batch(input, output, more)
      #expect(run.status == 65 && run.errors.contains(message), "\(run.status) \(run.errors)")
      #expect(before == (try? text(output)), "\(message): the file stays as it is")
    }
    #expect(try batch(source, output, ["--shard", "1/4"]).status == 0)
    try refuses(
      "belongs to another run: its hops is 1, this run's 2; name another file", source, output, ["--hops", "2"])
    try refuses("its output_text is none, this run's 7", source, output, ["--output-text", "7"])
    try refuses("its end_of_sequence is appended", source, output, ["--no-eos"])
    try refuses("are the same file", source, source)
    try refuses("are the same file", output, output)
    let other = try folder.write(Data("{\"prompt\": 1}\n".utf8), to: "other.jsonl")
    try refuses("other.jsonl:1: is no line of a batch; name another file", source, other)
    let lone = try folder.write(Data("hello".utf8), to: "lone")
    try refuses("lone: ", source, lone)
    try refuses("/no/such/in.jsonl: cannot be read: No such file", "/no/such/in.jsonl", output)
    try refuses("cannot be written", source, "/no/such/out.jsonl")
    // Another input under the same name.
    let changed = Self.samples.map { $0.replacing("\"s", with: "\"t") }
    _ = try input(changed, in: folder)
    try refuses(#"index 0 has the id "s0", the input's has the id "t0""#, source, output)
  }

  @Test(arguments: ["0/2", "3/2", "1", "a/b", "1/2/3", "-1/2"]) func wrongShardsAreNamed(shard: String) throws {
    let run = try batch("in", "out", ["--shard=\(shard)"])
    #expect(run.status == 64 && run.errors.contains("--shard"), "\(run.errors)")
  }
}
