extension ChatFormat {
  /// The special tokens with which models of this format end an answer: those that close its turn, and the one that
  /// closes their texts.
  public var answerEndings: [String] {
    switch style {
    case .chatML: ["<|im_end|>", "<|endoftext|>"]
    case .llama3: ["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"]
    case .gemma: ["<end_of_turn>", "<eos>"]
    case .llama2, .mistral: ["</s>"]
    case .deepSeek: ["<｜end▁of▁sentence｜>"]
    case .phi3: ["<|end|>", "<|endoftext|>"]
    case .raw: []
    }
  }
}
