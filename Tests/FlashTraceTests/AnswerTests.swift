import Foundation
import TestSupport
import Testing
import TraceResult

@testable import FlashTrace

@Suite(.enabled(if: ReferenceData.isPresent, "needs the reference data"))
struct AnswerTests {
  private func model() throws -> LanguageModel {
    try LanguageModel.load(try #require(ReferenceData.folder).appending(path: "tiny/llama").path())
  }

  private let messages = [ChatMessage(.user, "Install the package")]

  /// The ids are traced as they were drawn, also where their text would be tokenized otherwise or ends in half a character.
  @Test func theGeneratedTokensAreTraced() throws {
    let model = try model()
    var (splits, retokenized) = (0, 0)
    for seed in 0..<12 {
      var streamed = ""
      let answer = try model.answer(
        to: messages, count: 40, sampling: Sampling(temperature: 3, seed: UInt64(seed)), onText: { streamed += $0 })
      #expect(streamed == answer.text, "seed \(seed)")
      let tracer = try model.tracer(answer, to: messages)
      let sequence = tracer.sequence
      #expect(sequence.ids == model.tokenizer.encode("Install the package").ids + answer.ids, "seed \(seed)")
      #expect(sequence.endsWithEndOfSequence == false && answer.stopID == nil && answer.ending == .length)
      #expect(TargetText(sequence).text == answer.text, "seed \(seed)")
      for (token, next) in zip(sequence.tokens, sequence.tokens.dropFirst()) {
        #expect(token.text.unicodeScalars.count == token.end - token.start && next.start <= token.end, "seed \(seed)")
        splits += next.start < token.end ? 1 : 0
      }
      retokenized += model.tokenizer.encode(answer.text).ids == answer.ids ? 0 : 1
      #expect(try Trace(json: tracer.trace(TraceRequest(hops: 0)).json()).generationCount == 40, "seed \(seed)")
    }
    #expect(splits > 0 && retokenized > 0, "the cases hold what they are for")
  }

  /// A stop token is not part of the answer, but follows it in the trace.
  @Test func theStopTokenFollowsTheAnswer() throws {
    let model = try model()
    let end = try #require(model.tokenizer.endOfSequence)
    let answer = ModelAnswer(ids: [5, 6], stopID: end, text: "", ending: .stop)
    let sequence = try model.tracer(answer, to: messages).sequence
    #expect(sequence.ids.suffix(3) == [5, 6, end] && sequence.endsWithEndOfSequence && sequence.spanLimit == 2)
    #expect(sequence.tokens.last?.kind == .special)
    let without = try model.tracer(answer, to: messages, appendsEndOfSequence: false).sequence
    #expect(without.ids.suffix(2) == [5, 6] && !without.endsWithEndOfSequence)
    #expect(throws: TracingError.emptyTarget) {
      try model.tracer(ModelAnswer(ids: [], stopID: end, text: "", ending: .stop), to: messages)
    }
  }

  @Test func theCallerEndsTheAnswer() throws {
    var pieces = 0
    let answer = try model().answer(
      to: messages, count: 40, onText: { _ in pieces += 1 }, isStopped: { pieces >= 3 })
    #expect(answer.ending == .cancelled && pieces == 3 && answer.ids.count < 40)
  }

  @Test func stopTokensAreThoseOfTheFilesAndTheFormat() throws {
    let model = try model()
    let ids = ["<|im_end|>", "<|endoftext|>"].compactMap { model.tokenizer.id(of: $0) }
    #expect(!ids.isEmpty)
    #expect(model.stopIDs(try ChatFormat(named: "chatml")).isSuperset(of: ids))
    #expect(model.stopIDs(nil).isSuperset(of: [try #require(model.tokenizer.endOfSequence)]))
  }
}
