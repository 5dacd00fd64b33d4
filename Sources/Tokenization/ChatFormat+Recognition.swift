import Foundation

extension ChatFormat {
  /// The format of a model's own template. Throws ``TokenizerError/unknownChatTemplate`` where it is none of the known.
  ///
  /// A template is recognised by what it writes around turns. Templates with the same marks that do more are not. Where
  /// a template writes today's date (Llama 3.2), the format has that of this call.
  public init(template: String?) throws(TokenizerError) { try self.init(template: template, today: Self.today) }

  init(template: String?, today: String) throws(TokenizerError) {
    guard let template else { throw .noChatTemplate }
    // Templates write line breaks as they are or as escapes.
    let text = template.replacing("\\n", with: "\n")
    guard let format = Self.recognised(text, today: today) else { throw .unknownChatTemplate }
    self = format
  }

  /// As templates write it, `24 Nov 2026`.
  private static var today: String {
    let parts = Calendar(identifier: .gregorian).dateComponents([.day, .month, .year], from: .now)
    let (day, month, year) = (parts.day ?? 1, parts.month ?? 1, parts.year ?? 1)
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return "\(day < 10 ? "0" : "")\(day) \(months[month - 1]) \(year)"
  }

  private static func recognised(_ template: String, today: String) -> ChatFormat? {
    if template.contains("<|im_start|>") { return chatML(template) }
    if template.contains("<|start_header_id|>") { return llama3(template, today: today) }
    if template.contains("<start_of_turn>") { return gemma(template) }
    if template.contains("<｜Assistant｜>") { return deepSeek(template) }
    if template.contains("<<SYS>>") { return llama2(template) }
    if template.contains("[/INST]") { return mistral(template) }
    return phi3(template)
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

  private static func llama3(_ template: String, today: String) -> ChatFormat? {
    guard template.contains("Cutting Knowledge Date: December 2023") else {
      // Models made to call functions write instructions for it.
      let doesMore = template.contains("function") || template.contains("strftime_now")
      return doesMore ? nil : all.first { $0.name == "llama3" }
    }
    guard template.contains("26 Jul 2024") else { return nil }
    // Only without a clock the later templates write the date of the earlier ones.
    let isToday = template.contains("strftime_now(\"%d %b %Y\")")
    guard isToday || !template.contains("strftime_now") else { return nil }
    return ChatFormat("llama3.1", .llama3(preamble: llama31Preamble(date: isToday ? today : "26 Jul 2024")))
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

  private static func llama2(_ template: String) -> ChatFormat? {
    // Models made from it have a system prompt of their own, or begin only the first question as a text.
    let own = ["bos_token + '[INST] '", "' [/INST]'", "system_message = false", "'<<SYS>>\n' + system_message"]
    guard own.allSatisfy(template.contains), !template.contains("true ==") else { return nil }
    return ChatFormat("llama2", .llama2)
  }

  private static func mistral(_ template: String) -> ChatFormat? {
    // Later models write dates, and a system prompt of their own.
    guard !template.contains("strftime_now"), !template.contains("default_system_message") else { return nil }
    func writes(_ mark: String) -> Bool { template.contains("'\(mark)'") || template.contains("\"\(mark)\"") }
    let hasTurn = template.contains("[SYSTEM_PROMPT]")
    for format in all {
      guard case .mistral(var marks) = format.style, writes(marks.open), writes(marks.close),
        hasTurn == (marks.system == .turn), !hasTurn || writes("[SYSTEM_PROMPT] ")
      else { continue }
      marks.answer = writes(" ") ? " " : ""
      marks.trimsAnswers = template.contains("|trim") || template.contains("| trim")
      if !hasTurn {
        let holders: [(String, MistralMarks.System)] = [("first", .first), ("last", .last)]
        marks.system = holders.first { template.contains("loop.\($0.0) and system_message") }?.1 ?? .refused
      }
      return ChatFormat(format.name, .mistral(marks))
    }
    return nil
  }

  private static func phi3(_ template: String) -> ChatFormat? {
    let start = template.contains("bos_token") ? "<s>" : ""
    if template.contains("'<|' + message['role'] + '|>' + '\n' + message['content'] + '<|end|>\n'") {
      return ChatFormat("phi3", .phi3(start: start, system: .always))
    }
    let isPhi3 = ["<|user|>", "<|end|>", "<|assistant|>"].allSatisfy(template.contains)
    guard isPhi3, !template.contains("trim") else { return nil }
    let skipsEmpty = template.contains("== 'system' and message['content']")
    let system: Phi3System? = template.contains("<|system|>") ? (skipsEmpty ? .unlessEmpty : .always) : nil
    return ChatFormat("phi3", .phi3(start: start, system: system))
  }
}
