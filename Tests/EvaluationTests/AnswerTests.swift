@testable import Evaluation
import Testing

@Suite struct AnswerTests {
  private let sample = EvaluationSample(id: "1", prompt: "Where?", target: "In Oslo.", output: "Oslo")

  @Test(
    arguments: [
      ("She lives in Rome. Answer: Rome", "Rome", "She lives in Rome. Answer:"),
      ("Answer: no. Answer: Porto.", "Porto.", "Answer: no. Answer:"),
      ("Oslo is it, I think Oslo", "Oslo", "Oslo is it, I think"),
      ("Answer:", nil, nil), ("I do not know.", nil, nil), ("Oslo", "Oslo", nil),
    ] as [(String, String?, String?)])
  func outputsOfAnswersAreFound(target: String, output: String?, reasoning: String?) {
    let answered = sample.answered(target, isComplete: true)
    #expect(answered.target == target && answered.output == output && answered.reasoning == reasoning)
  }
}
