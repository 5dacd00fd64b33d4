extension ChatFormat {
  /// The format of a model's own template. Throws ``TokenizerError/unknownChatTemplate`` where it is none of the known.
  ///
  /// A template is recognised by what it writes around turns. Templates with the same marks that do more, such as
  /// writing today's date, are not.
  public init(template: String?) throws(TokenizerError) {
    guard let template else { throw .noChatTemplate }
    // Templates write line breaks as they are or as escapes.
    let text = template.replacing("\\n", with: "\n")
    guard let format = Self.recognised(text) else { throw .unknownChatTemplate }
    self = format
  }

  private static func recognised(_ template: String) -> ChatFormat? {
    if template.contains("<|im_start|>") { return chatML(template) }
    if template.contains("<|start_header_id|>") { return llama3(template) }
    if template.contains("<start_of_turn>") { return gemma(template) }
    if template.contains("<｜Assistant｜>") { return deepSeek(template) }
    if template.contains("[/INST]") { return mistral(template) }
    let isPhi3 = ["<|user|>", "<|end|>", "<|assistant|>"].allSatisfy(template.contains)
    guard isPhi3, !template.contains("trim") else { return nil }
    return ChatFormat("phi3", .phi3(start: template.contains("bos_token") ? "<s>" : ""))
  }

  private static func chatML(_ template: String) -> ChatFormat? {
    // Other separators (Phi-4), a token before the text (InternLM, LFM2), trimmed contents, dates (SmolLM3).
    let foreign = ["<|im_sep|>", "bos_token", "| trim", "|trim", "strftime_now"]
    guard !foreign.contains(where: template.contains) else { return nil }
    if template.contains("enable_thinking") { return all.first { $0.name == "qwen3" } }
    let isThinking = template.contains("<|im_start|>assistant\n<think>\n'")
    return ChatFormat(
      "chatml", .chatML(generation: isThinking ? "<think>\n" : "", reasons: template.contains("</think>")),
      defaultSystemPrompt: chatMLSystemPrompt(template))
  }

  /// The text that the template itself writes into a system turn.
  private static func chatMLSystemPrompt(_ template: String) -> String? {
    let begin = "<|im_start|>system\n"
    for part in template.split(separator: begin, omittingEmptySubsequences: false).dropFirst() {
      guard let end = part.firstRange(of: "<|im_end|>") else { continue }
      let prompt = part[..<end.lowerBound]
      if !prompt.isEmpty, !prompt.contains(where: { "'\"{}".contains($0) }) { return String(prompt) }
    }
    return nil
  }

  private static func llama3(_ template: String) -> ChatFormat? {
    let writesDate = template.contains("Cutting Knowledge Date: December 2023")
    // Models made to call functions write instructions for it.
    guard writesDate ? template.contains("26 Jul 2024") : !template.contains("function"),
      !template.contains("strftime_now")
    else { return nil }
    return all.first { $0.name == (writesDate ? "llama3.1" : "llama3") }
  }

  private static func gemma(_ template: String) -> ChatFormat {
    let start = template.contains("bos_token") || template.contains("<bos>") ? "<bos>" : ""
    return ChatFormat("gemma", .gemma(start: start, takesSystem: !template.contains("System role not supported")))
  }

  private static func deepSeek(_ template: String) -> ChatFormat? {
    // Later models switch between thinking and not; rewritten templates end a question otherwise.
    guard !template.contains("thinking"), template.contains("</think>"),
      !template.contains("'<｜User｜>' + message['content'] + '")
    else { return nil }
    return ChatFormat(
      "deepseek-r1", .deepSeek(generation: template.contains("<｜Assistant｜><think>\n") ? "<think>\n" : ""))
  }

  private static func mistral(_ template: String) -> ChatFormat? {
    guard !template.contains("<<SYS>>"), !template.contains("[SYSTEM_PROMPT]") else { return nil }
    func writes(_ mark: String) -> Bool { template.contains("'\(mark)'") || template.contains("\"\(mark)\"") }
    for format in all {
      if case .mistral(let open, let close, let answer, _) = format.style, writes(open), writes(close) {
        let trims = template.contains("|trim") || template.contains("| trim")
        return ChatFormat(format.name, .mistral(open: open, close: close, answer: answer, trimsAnswers: trims))
      }
    }
    return nil
  }
}
