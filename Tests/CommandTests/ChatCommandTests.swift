import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct ChatCommandTests {
  private var model: String { ReferenceData.folder?.appending(path: "tiny/llama").path() ?? "" }

  private func text(_ arguments: [String], input: Data? = nil) throws -> String {
    let result = try Command(["tokenize", "-m", model, "--json"] + arguments, input: input)
    #expect(result.status == 0, "\(arguments): \(result.errors)")
    let root = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    return try #require(root?["tokens"] as? [[String: Any]]).compactMap { $0["text"] as? String }.joined()
  }

  private func trace(_ arguments: [String]) throws -> [String: Any] {
    let folder = try ScratchFolder()
    let result = try Command(["trace", "-m", model, "--json", folder.path("t.json"), "--quiet"] + arguments)
    #expect(result.status == 0, "\(arguments): \(result.errors)")
    let data = try Data(contentsOf: URL(filePath: folder.path("t.json")))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test func namedFormatsSystemPromptsAndConversations() throws {
    let folder = try ScratchFolder()
    let asked = "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    #expect(try text(["--text", "Hi", "--chat-format", "chatml"]) == asked)
    #expect(
      try text(["--text", "Hi", "--chat-format", "qwen3", "--no-thinking"]) == asked + "<think>\n\n</think>\n\n")
    let system = try folder.write(Data("Be brief.".utf8), to: "system")
    for arguments in [["--system", system], ["--system-text", "Be brief."]] {
      #expect(
        try text(["--text", "Hi", "--chat-format", "chatml"] + arguments)
          == "<|im_start|>system\nBe brief.<|im_end|>\n" + asked)
    }
    let messages = #"[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"Hi"}]"#
    let conversation = "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n" + asked
    #expect(try text(["--messages", "-", "--chat-format", "chatml"], input: Data(messages.utf8)) == conversation)
  }

  /// Only the last message is the user's; earlier ones belong to the template, also where they say the same.
  @Test func aConversationIsAttributedToItsLastMessage() throws {
    let folder = try ScratchFolder()
    let messages =
      #"[{"role":"user","content":"7 \u{1}"},{"role":"assistant","content":"b"},{"role":"user","content":"7 is"}]"#
    let file = try folder.write(Data(messages.replacing("\\u{1}", with: "\u{F8FF}").utf8), to: "messages.json")
    let trace = try trace(["--messages", file, "--chat-format", "chatml", "--target-text", "seven"])
    #expect((trace["prompt_tokens"] as? [String])?.joined() == "7 is")
  }

  @Test func reasoningMarkersGiveTheSpans() throws {
    let target = ["--prompt-text", "x", "--target-text", "<think>a b</think>\n7"]
    let marked = try trace(target)
    let tokens = try #require(marked["generation_tokens"] as? [String])
    let output = try #require(marked["output_span"] as? [Int]),
      reasoning = try #require(marked["reasoning_span"] as? [Int])
    #expect(tokens[output[0]...output[1]].joined() == "7", "\(tokens)")
    #expect(reasoning[1] < output[0] && !tokens[reasoning[0]...reasoning[1]].joined().contains("think"), "\(tokens)")
    // A span that is given is all that counts.
    let given = try trace(target + ["--output-span", "0:0"])
    #expect(given["output_span"] as? [Int] == [0, 0] && given["reasoning_span"] as? [Int] != reasoning)
  }

  /// The token stands before the prompt, is no token of the user's, and moves nothing else.
  @Test func aPromptMayBeginWithTheBeginningOfSequence() throws {
    let folder = try ScratchFolder()
    let source = try #require(ReferenceData.folder).appending(path: "tiny/llama")
    for name in try FileManager.default.contentsOfDirectory(atPath: source.path()) {
      let text = try Data(contentsOf: source.appending(path: name))
      let named =
        name == "tokenizer_config.json" ? Data(#"{"bos_token":"<|im_start|>","eos_token":"<|im_end|>"}"#.utf8) : text
      _ = try folder.write(named, to: name)
    }
    func trace(_ bos: [String]) throws -> [String: Any] {
      let result = try Command(
        [
          "trace", "-m", folder.url.path(), "--prompt-text", "ab, c", "--target-text", "d e", "--json",
          folder.path("t.json"),
        ]
          + ["--quiet"] + bos)
      #expect(result.status == 0, "\(bos): \(result.errors)")
      let data = try Data(contentsOf: URL(filePath: folder.path("t.json")))
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    let (plain, automatic, begun) = (try trace([]), try trace(["--bos", "auto"]), try trace(["--bos", "yes"]))
    let scores = try [plain, automatic, begun].map { try #require($0["scores"] as? [Double]) }
    #expect(scores[0] == scores[1] && scores[0] != scores[2] && scores[0].count == scores[2].count)
    #expect(plain["prompt_tokens"] as? [String] == begun["prompt_tokens"] as? [String])
    let tokens = try #require(begun["sequence"] as? [[String: Any]])
    #expect(tokens.count == 1 + (plain["sequence"] as? [Any] ?? []).count)
    #expect(tokens[0]["id"] as? Int == 1 && tokens[0]["kind"] as? String == "special", "\(tokens[0])")
    #expect(tokens[0]["text"] as? String == "<|im_start|>" && tokens[0]["score"] as? Double ?? 0 > 0, "\(tokens[0])")
    #expect(tokens[1]["kind"] as? String == "user" && tokens[1]["start"] as? Int == 12, "\(tokens[1])")
    let both = try Command([
      "tokenize", "-m", folder.url.path(), "--text", "a", "--bos", "yes", "--chat-format", "chatml",
    ])
    #expect(both.status == 64 && both.errors.contains("--bos is for prompts without a chat format"), "\(both.errors)")
    let none = try Command(["tokenize", "-m", source.path(), "--text", "a", "--bos", "yes"])
    #expect(none.status == 65 && none.errors.contains("names no beginning-of-sequence token"), "\(none.errors)")
  }

  @Test(arguments: [
    (["--chat-format", "nonsense"], "nonsense is no chat format; known are chatml"),
    (["--chat-format", "chatml", "--no-thinking"], "chatml cannot be told not to think"),
  ])
  func refusesFormats(arguments: [String], message: String) throws {
    let result = try Command(["tokenize", "-m", model, "--text", "a"] + arguments)
    #expect(result.status == 65 && result.errors.contains(message), "\(result.status) \(result.errors)")
  }

  @Test(arguments: [
    ("{}", "is not a JSON array of messages"), ("[]", "has no message"), ("[1]", "message 0 is not an object"),
    (#"[{"content":"a"}]"#, "message 0 has no role; allowed are system, user, assistant"),
    (#"[{"role":"user","content":"a"},{"role":"tool","content":"b"}]"#, "message 1 has the role tool"),
    (#"[{"role":"user","content":7}]"#, "message 0 has no content that is a string"),
    (#"[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]"#, "message 1 is the last and must be"),
  ])
  func refusesMessages(json: String, message: String) throws {
    let folder = try ScratchFolder()
    let file = try folder.write(Data(json.utf8), to: "m.json")
    let result = try Command([
      "trace", "-m", model, "--messages", file, "--chat-format", "chatml", "--target-text", "b",
    ])
    #expect(result.status == 65 && result.output.isEmpty, "\(result.status)")
    #expect(result.errors.contains("m.json: " + message), "\(result.errors)")
  }

  /// The error for a template that is not known says how to go on.
  @Test func anUnknownTemplateNamesTheWayOut() throws {
    let copy = try ScratchFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: model) {
      try FileManager.default.copyItem(atPath: model + "/" + name, toPath: copy.path(name))
    }
    let template = copy.url.appending(path: "chat_template.jinja")
    try? FileManager.default.removeItem(at: template)
    try Data("{{ messages }}".utf8).write(to: template)
    let arguments = ["tokenize", "-m", copy.url.path(), "--text", "a"]
    let refused = try Command(arguments + ["--use-chat-template"])
    #expect(refused.status == 65)
    for part in ["as it is, without a template", "--chat-format NAME", "chatml", "qwen3"] {
      #expect(refused.errors.contains(part), "\(part) in: \(refused.errors)")
    }
    #expect(try Command(arguments + ["--chat-format", "chatml"]).status == 0)
  }
}
