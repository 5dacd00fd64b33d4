import Evaluation
import Foundation
import TestSupport
import Testing

@Suite struct SampleTests {
  private func words(_ text: String) -> Int { text.split(whereSeparator: \.isWhitespace).count }

  private func text(_ sample: EvaluationSample, _ range: Range<Int>) -> String {
    let scalars = Array(sample.prompt.unicodeScalars)
    return String(String.UnicodeScalarView(scalars[range]))
  }

  @Test(arguments: GeneratedTask.allCases, [20, 200, 1000])
  func madeSamplesHoldTheirEvidence(task: GeneratedTask, length: Int) {
    var prompts: Set<String> = []
    for index in 0..<20 {
      let sample = task.sample(index: index, seed: 7, length: length, count: words)
      #expect(sample == task.sample(index: index, seed: 7, length: length, count: words), "the seed decides")
      prompts.insert(sample.prompt)
      #expect(sample.target.hasSuffix("Answer: " + (sample.output ?? "?")))
      #expect(sample.target.contains(sample.reasoning ?? "?"))
      #expect(!sample.gold.isEmpty && sample.question.count == 2)
      for range in sample.gold { #expect(text(sample, range).hasSuffix("."), "a gold part is a sentence") }
      let evidence = sample.gold.map { text(sample, $0) }.joined(separator: " ")
      for part in (sample.output ?? "").components(separatedBy: CharacterSet(charactersIn: ", ")) where part.count > 3 {
        #expect(evidence.contains(part), "\(task) \(index): \(part)")
      }
      if length > 100 { #expect(abs(words(sample.prompt) - length) < 30, "\(task) \(words(sample.prompt))") }
    }
    #expect(prompts.count == 20, "samples differ")
    #expect(
      task.sample(index: 0, seed: 7, length: length, count: words)
        != task.sample(index: 0, seed: 8, length: length, count: words))
  }

  @Test func onlyTheMisleadingTaskLeavesItsQuestion() {
    for index in 0..<10 {
      let sample = GeneratedTask.misleading.sample(index: index, seed: 1, length: 100, count: words)
      #expect(sample.reasoning?.contains("But the question is about") == true)
      let straight = GeneratedTask.facts.sample(index: index, seed: 1, length: 100, count: words)
      #expect(straight.reasoning?.contains("But the question is about") == false)
    }
  }

  private func read(
    _ content: String, _ format: SampleFormat, limit: Int = .max, distractors: Int = 0
  ) throws -> [EvaluationSample] {
    let folder = try ScratchFolder()
    let path = try folder.write(Array(content.utf8), to: "samples")
    do {
      return try format.read(path: path, limit: limit, distractors: distractors)
    } catch let error as SampleError {
      guard case .malformed(_, let line, let reason) = error else { throw error }
      throw SampleError.malformed(path: "samples", line: line, reason: reason)
    }
  }

  @Test func plainLinesAreRead() throws {
    let lines = """
      {"prompt": "What is é?", "target": "A letter.", "gold": [[8, 9]], "question": [[0, 10]]}

      {"id": "two", "prompt": "p", "target": "t", "output": "t"}
      """
    let samples = try read(lines, .jsonl)
    #expect(samples.map(\.id) == ["jsonl-1", "two"])
    #expect(samples[0].gold == [8..<9] && text(samples[0], 8..<9) == "é")
    #expect(try read(lines, .jsonl, limit: 1).count == 1)
    #expect(try read(String(decoding: try EvaluationSample.lines(samples), as: UTF8.self), .jsonl) == samples)
  }

  @Test(arguments: [
    ("{\"prompt\": \"p\"}", "the key \"target\" is missing"),
    ("{\"prompt\": 3, \"target\": \"t\"}", "prompt: Expected to decode String but found number instead."),
    ("not json", "no valid JSON object"),
    (
      "{\"prompt\": \"abc\", \"target\": \"t\", \"gold\": [[1, 9]]}",
      "gold: [1, 9] is no range of the prompt's 3 characters; it must be [start, end]"
    ),
    (
      "{\"prompt\": \"abc\", \"target\": \"t\", \"gold\": [[2]]}",
      "gold: [2] is no range of the prompt's 3 characters; it must be [start, end]"
    ),
  ])
  func wrongLinesAreNamed(line: String, reason: String) throws {
    do {
      _ = try read("{\"prompt\": \"p\", \"target\": \"t\"}\n" + line, .jsonl)
      Issue.record("no error for \(line)")
    } catch let error as SampleError {
      guard case .malformed("samples", 2, let found) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(found.hasPrefix(reason.prefix(24)), "\(found)")
    }
  }

  @Test func idsMustDiffer() throws {
    let line = "{\"id\": \"a\", \"prompt\": \"p\", \"target\": \"t\"}\n"
    #expect(throws: SampleError.duplicateID("a")) { try read(line + line, .jsonl) }
    #expect(throws: SampleError.self) { try read("\n \n", .jsonl) }
  }

  @Test func publishedFormatsAreRead() throws {
    let ruler = """
      {"index": 4, "input": "The number for a is 17. The number for b is 23.\\nWhat is a?", "outputs": ["17"], "length": 9}
      """
    let sample = try read(ruler, .ruler)[0]
    #expect(sample.id == "ruler-4" && sample.target == "17" && sample.gold == [20..<22])
    #expect(sample.question.map { text(sample, $0) } == ["What is a?"])

    let math = try read("{\"question\": \"1+1?\", \"answer\": \"Add: $2$.The answer is: 2\"}", .math)[0]
    #expect(math.output == "2" && math.reasoning == "Add: $2$." && math.id == "math-1" && math.gold.isEmpty)

    let morehop = """
      [{"_id": "x", "question": "Who?", "answer": "Ann", "context": [["A", ["Ann sings. "]], ["B", ["Bob runs."]]],
        "question_decomposition": [
          {"question": "Who sings?", "answer": "Ann", "paragraph_support_title": "A"},
          {"question": "Name?", "answer": "Ann", "paragraph_support_title": ""}]}]
      """
    let hops = try read(morehop, .morehopqa)[0]
    #expect(hops.gold.map { text(hops, $0) } == ["A: Ann sings."])
    #expect(hops.target == "Who sings? Ann. Name? Ann. Answer: Ann" && hops.output == "Ann")
    #expect(hops.question.map { text(hops, $0) }.last == "Question: Who?")
    // The paragraph A of the second question has the title of one of its own.
    let second = morehop.replacingOccurrences(of: "\"x\"", with: "\"y\"").replacingOccurrences(of: "B", with: "C")
    let both = morehop.dropLast() + ", " + second.dropFirst()
    let mixed = try read(String(both), .morehopqa, distractors: 3)
    #expect(mixed.map(\.id) == ["x", "y"] && mixed[0].gold.map { text(mixed[0], $0) } == ["A: Ann sings."])
    #expect(mixed[0].prompt.contains("B: Bob runs.") && mixed[0].prompt.contains("C: Cob runs."))
    #expect(try mixed == read(String(both), .morehopqa, distractors: 3), "the order is the same each time")
  }
}
