import Foundation
import Randomness

/// A line of RULER's files. The evidence is where the expected outputs stand in the input; the last line asks.
struct RULERRecord: Decodable {
  let index: Int
  let input: String
  let outputs: [String]

  var sample: EvaluationSample {
    let answer = outputs.joined(separator: ", ")
    let lines = input.split(separator: "\n", omittingEmptySubsequences: false)
    let lastLine = lines.last { !$0.allSatisfy(\.isWhitespace) } ?? ""
    return EvaluationSample(
      id: "ruler-\(index)", prompt: input, target: answer, gold: outputs.flatMap { ScalarSearch.all($0, in: input) },
      question: ScalarSearch.all(String(lastLine), in: input).suffix(1))
  }
}

/// A MATH problem: the worked solution is the reasoning, what follows `The answer is:` the output.
struct MATHRecord: Decodable {
  let question: String
  let answer: String

  var sample: EvaluationSample {
    guard let marker = answer.range(of: "The answer is:", options: .backwards) else {
      return EvaluationSample(id: "", prompt: question, target: answer)
    }
    let output = answer[marker.upperBound...].trimmingCharacters(in: .whitespacesAndNewlines)
    let reasoning = answer[..<marker.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
    return EvaluationSample(
      id: "", prompt: question, target: answer, output: output.isEmpty ? nil : output,
      reasoning: output.isEmpty || reasoning.isEmpty ? nil : reasoning)
  }
}

/// A MoreHopQA question: its paragraphs are the prompt, the decomposition is the reasoning, and the paragraphs that the
/// decomposition names are the evidence.
struct MoreHopQARecord: Decodable {
  struct Step: Decodable {
    let question: String
    let answer: String
    let title: String?

    enum CodingKeys: String, CodingKey {
      case question, answer
      case title = "paragraph_support_title"
    }
  }

  struct Paragraph: Decodable {
    let title: String
    let sentences: [String]

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      title = try values.decode(String.self)
      sentences = try values.decode([String].self)
    }
  }

  let id: String
  let question: String
  let answer: String
  let context: [Paragraph]
  let steps: [Step]

  enum CodingKeys: String, CodingKey {
    case question, answer, context
    case id = "_id"
    case steps = "question_decomposition"
  }

  static func samples(_ data: Data, path: String, limit: Int, distractors: Int) throws -> [EvaluationSample] {
    do {
      let records = try JSONDecoder().decode([MoreHopQARecord].self, from: data)
      return records.indices.prefix(limit).map { index in
        let following = (records[index...] + records[..<index]).dropFirst().lazy.flatMap(\.context)
        return records[index].sample(distractors: records[index].distractors(distractors, of: following), seed: index)
      }
    } catch {
      throw SampleError.malformed(path: path, line: 1, reason: SampleFormat.reason(error))
    }
  }

  /// The first `count` paragraphs of others under titles that this question does not have, each title once.
  private func distractors(_ count: Int, of others: some Sequence<Paragraph>) -> [Paragraph] {
    var titles = Set(context.map(\.title))
    var found: [Paragraph] = []
    for paragraph in others where found.count < count && titles.insert(paragraph.title).inserted {
      found.append(paragraph)
    }
    return found
  }

  /// The question with its own paragraphs, and among them `distractors` in an order that `seed` decides.
  private func sample(distractors: [Paragraph], seed: Int) -> EvaluationSample {
    let titles = Set(steps.compactMap(\.title))
    var prompt = PromptBuilder()
    prompt.append("Answer the question from these paragraphs.", .question)
    var generator = SeededGenerator(seed: UInt64(seed))
    let paragraphs =
      distractors.isEmpty ? context : (context + distractors).shuffled(using: &generator)
    for paragraph in paragraphs {
      let part: PromptBuilder.Part = titles.contains(paragraph.title) ? .gold : .context
      prompt.append(
        paragraph.title + ": " + paragraph.sentences.joined().trimmingCharacters(in: .whitespaces), part,
        separator: "\n\n")
    }
    prompt.append("Question: " + question, .question, separator: "\n\n")
    let reasoning = steps.map { "\($0.question) \($0.answer)." }.joined(separator: " ")
    return EvaluationSample(
      id: id, prompt: prompt.text, target: reasoning + " Answer: " + answer, output: answer, reasoning: reasoning,
      gold: prompt.gold, question: prompt.question)
  }
}
