import Foundation
import JSONLines

/// One question with its answer, and where the evidence stands: a line of the plain JSONL format.
///
///     {"id": "1", "prompt": "...", "target": "...", "output": "Paris", "reasoning": "...",
///      "gold": [[120, 161]], "question": [[300, 340]]}
///
/// Ranges are half open and count Unicode scalars of the prompt. Only `prompt` and `target` are required.
public struct EvaluationSample: Codable, Sendable, Equatable {
  /// Names the sample in results; distinct within a run.
  public var id: String
  /// The user's prompt.
  public var prompt: String
  /// The answer to explain, reasoning first.
  public var target: String
  /// The answer's text in the target, its last occurrence; nil where the whole target is the answer.
  public var output: String?
  /// The reasoning's text in the target, its first occurrence.
  public var reasoning: String?
  /// Where the evidence stands in the prompt.
  public var gold: [Range<Int>]
  /// Where instruction and question stand in the prompt, which are no evidence.
  public var question: [Range<Int>]
  /// Whether the target ends where the answer does, so that the end of sequence follows; false where it is cut.
  public var isComplete: Bool

  private enum CodingKeys: String, CodingKey {
    case id, prompt, target, output, reasoning, gold, question
    case isComplete = "complete"
  }

  /// A sample; without gold it serves deletion tests alone.
  public init(
    id: String, prompt: String, target: String, output: String? = nil, reasoning: String? = nil,
    gold: [Range<Int>] = [], question: [Range<Int>] = [], isComplete: Bool = true
  ) {
    (self.id, self.prompt, self.target) = (id, prompt, target)
    (self.output, self.reasoning, self.gold, self.question) = (output, reasoning, gold, question)
    self.isComplete = isComplete
  }

  /// Decodes a line; an absent id stays empty. Throws `DecodingError` for ranges that are not pairs in order.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decodeIfPresent(String.self, forKey: .id) ?? ""
    prompt = try values.decode(String.self, forKey: .prompt)
    target = try values.decode(String.self, forKey: .target)
    output = try values.decodeIfPresent(String.self, forKey: .output)
    reasoning = try values.decodeIfPresent(String.self, forKey: .reasoning)
    isComplete = try values.decodeIfPresent(Bool.self, forKey: .isComplete) ?? true
    let length = prompt.unicodeScalars.count
    func ranges(_ key: CodingKeys) throws -> [Range<Int>] {
      try (values.decodeIfPresent([[Int]].self, forKey: key) ?? []).map { pair in
        guard pair.count == 2, 0 <= pair[0], pair[0] < pair[1], pair[1] <= length else {
          throw DecodingError.dataCorruptedError(
            forKey: key, in: values,
            debugDescription: "\(pair) is no range of the prompt's \(length) characters; it must be [start, end]")
        }
        return pair[0]..<pair[1]
      }
    }
    gold = try ranges(.gold)
    question = try ranges(.question)
  }

  /// Samples as a file of the plain format.
  public static func lines(_ samples: [EvaluationSample]) throws -> Data {
    try samples.reduce(into: Data()) { $0 += try JSONLine.data(of: $1) }
  }

  /// Writes ranges as pairs.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(id, forKey: .id)
    try values.encode(prompt, forKey: .prompt)
    try values.encode(target, forKey: .target)
    try values.encodeIfPresent(output, forKey: .output)
    try values.encodeIfPresent(reasoning, forKey: .reasoning)
    try values.encode(gold.map { [$0.lowerBound, $0.upperBound] }, forKey: .gold)
    try values.encode(question.map { [$0.lowerBound, $0.upperBound] }, forKey: .question)
    if !isComplete { try values.encode(false, forKey: .isComplete) }
  }
}
