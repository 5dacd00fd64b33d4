import Testing

@testable import Tokenization

struct ChatFormatTests {
  private static func format(_ template: String) throws -> ChatFormat { try ChatFormat(template: template) }

  @Test func chatMLTakesTheTemplatesOwnSystemPrompt() throws {
    let template = "{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{{ '<|im_start|>' + m.role }}"
    let format = try Self.format(template)
    let asked = "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
    #expect(
      try format.render([ChatMessage(.user, "Hi")])
        == "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n" + asked)
    #expect(
      try format.render([ChatMessage(.system, "Be brief."), ChatMessage(.user, "Hi")])
        == "<|im_start|>system\nBe brief.<|im_end|>\n" + asked)
    #expect(try Self.format("{{ '<|im_start|>' + m.role + '\\n' }}").render([ChatMessage(.user, "Hi")]) == asked)
  }

  @Test func qwen3LeavesOutEarlierThinkingAndMayBeToldNotToThink() throws {
    let messages = [
      ChatMessage(.user, "a"), ChatMessage(.assistant, "<think>\nwhy\n</think>\n\nb"), ChatMessage(.user, "c"),
    ]
    let text =
      "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>user\nc<|im_end|>\n"
      + "<|im_start|>assistant\n"
    let template = "<|im_start|>{% if enable_thinking is false %}<think>\\n\\n</think>{% endif %}"
    #expect(try Self.format(template).render(messages) == text)
    #expect(try ChatFormat(named: "qwen3-no-thinking").render(messages) == text + "<think>\n\n</think>\n\n")
    #expect(throws: TokenizerError.self) { try Self.format(template).render(Array(messages.dropLast())) }
  }

  @Test func otherFamiliesWriteTheirOwnMarks() throws {
    let cases = [
      "llama3": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n",
      "llama3.1":
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\n"
        + "Today Date: 26 Jul 2024\n\n<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n",
      "gemma": "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\n",
      "mistral-v0": "<s>[INST] Hi [/INST]", "mistral-v1": "<s> [INST] Hi [/INST]",
      "mistral-v3": "<s>[INST] Hi[/INST]", "mistral-tekken": "<s>[INST]Hi[/INST]",
      "deepseek-r1": "<｜begin▁of▁sentence｜><｜User｜>Hi<｜Assistant｜><think>\n",
      "phi3": "<s><|user|>\nHi<|end|>\n<|assistant|>\n",
    ]
    for (name, text) in cases {
      #expect(try ChatFormat(named: name).render([ChatMessage(.user, "Hi")]) == text, "\(name)")
    }
  }

  /// What ends an answer is what the format writes after one.
  @Test(arguments: ChatFormat.all)
  func answersEndAsTurnsDo(format: ChatFormat) throws {
    let messages = [ChatMessage(.user, "a"), ChatMessage(.assistant, "b"), ChatMessage(.user, "c")]
    let text = try format.render(messages)
    let ending = format.answerEndings[0]
    #expect(text.contains("b" + ending) || text.contains("b " + ending), "\(format.name): \(text)")
  }

  @Test(arguments: [
    ("{{bos_token}}{{ '[INST] ' + c + ' [/INST]' }}", "mistral-v0"),
    ("{{ ' [INST] ' + c + ' [/INST]' }}", "mistral-v1"),
    ("{{ \"[INST] \" + c + \"[/INST]\" }}", "mistral-v3"), ("{{ \"[INST]\" + c + \"[/INST]\" }}", "mistral-tekken"),
    ("'[SYSTEM_PROMPT] ' '[INST] ' '[/INST]'", "mistral-v7"),
    (
      "system_message = false '<<SYS>>\\n' + system_message bos_token + '[INST] ' + content | trim + ' [/INST]'",
      "llama2"
    ),
    ("<|start_header_id|>", "llama3"),
    ("<|start_header_id|>Cutting Knowledge Date: December 2023\\nToday Date: 26 Jul 2024", "llama3.1"),
    ("'<|user|>' '<|end|>' '<|assistant|>'", "phi3"), ("<start_of_turn>", "gemma"),
    ("content.split('</think>') '<｜Assistant｜><think>\\n'", "deepseek-r1"),
  ])
  func templatesAreRecognised(template: String, name: String) throws {
    #expect(try Self.format(template).name == name)
  }

  @Test(arguments: [
    "", "{{ m.content }}", "<|im_start|>system<|im_sep|>", "{{ bos_token }}<|im_start|>", "<|im_start|>{{ m | trim }}",
    "<|start_header_id|>{{ strftime_now('%d %b %Y') }}", "<|start_header_id|> functions", "[INST] <<SYS>> [/INST]",
    "[SYSTEM_PROMPT][INST][/INST]", "'[SYSTEM_PROMPT] ' '[INST] ' '[/INST]' default_system_message",
    "<｜Assistant｜></think>{% if thinking %}", "'<|' + message['role'] + '|>' <|end|>",
  ])
  func templatesThatDoMoreAreNot(template: String) {
    let error = #expect(throws: TokenizerError.self) { try Self.format(template) }
    #expect(error == .unknownChatTemplate)
    #expect(error?.description.contains(ChatFormat.names) == true)
  }

  /// Versions of one model's template differ in where they put a system message.
  @Test func aMistralSystemMessageStandsWhereTheTemplatePutsIt() throws {
    let messages = [
      ChatMessage(.system, "s"), ChatMessage(.user, "a"), ChatMessage(.assistant, "b"), ChatMessage(.user, "c"),
    ]
    let marks = "'[INST] ' ' [/INST]' ' ' "
    func render(_ template: String) throws -> String { try Self.format(template).render(messages) }
    #expect(
      try render(marks + "loop.first and system_message") == "<s>[INST] s\n\na [/INST] b</s>[INST] c [/INST]")
    #expect(try render(marks + "loop.last and system_message") == "<s>[INST] a [/INST] b</s>[INST] s\n\nc [/INST]")
    #expect(throws: TokenizerError.self) { try render(marks) }
  }

  /// A template that leaves system messages out would leave out what a user wrote.
  @Test func aPhi3TemplateWithoutSystemTurnsRefusesThem() throws {
    let messages = [ChatMessage(.system, "s"), ChatMessage(.user, "a")]
    let error = #expect(throws: TokenizerError.self) {
      try Self.format("{{ bos_token }}<|user|><|end|><|assistant|>").render(messages)
    }
    #expect(error?.description.contains("put it at the head of the user's") == true, "\(String(describing: error))")
  }

  @Test func conversationsThatDoNotFitAreRefused() throws {
    let cases: [(String, [ChatMessage])] = [
      ("chatml", []), ("chatml", [ChatMessage(.user, "a"), ChatMessage(.system, "b")]),
      ("mistral-v0", [ChatMessage(.system, "a"), ChatMessage(.user, "b")]),
      ("gemma", [ChatMessage(.user, "a"), ChatMessage(.user, "b")]),
      ("phi3", [ChatMessage(.user, "a"), ChatMessage(.assistant, "b")]),
    ]
    for (name, messages) in cases {
      #expect(throws: TokenizerError.self, "\(name)") { try ChatFormat(named: name).render(messages) }
    }
    #expect(throws: TokenizerError.unknownChatFormat("none")) { try ChatFormat(named: "none") }
    #expect(throws: TokenizerError.noChatTemplate) { try ChatFormat(template: nil) }
  }
}
