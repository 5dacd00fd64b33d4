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

  /// The ids are traced as they were drawn, also where their text would be tokenized otherwise.
  @Test func theGeneratedTokensAreTraced() throws {
    let model = try model()
    let prompt = model.tokenizer.encode("Install the package").ids
    var retokenized = 0
    for seed in 0..<12 {
      var streamed = ""
      let answer = try model.answer(
        to: messages, count: 40, sampling: Sampling(temperature: 3, seed: UInt64(seed)), onText: { streamed += $0 })
      #expect(streamed == answer.text && (answer.ending == .stop) == (answer.stopID != nil), "seed \(seed)")
      if answer.ids.isEmpty { continue }
      let tracer = try model.tracer(answer, to: messages)
      let (sequence, stop) = (tracer.sequence, [answer.stopID].compactMap(\.self))
      #expect(sequence.ids == prompt + answer.ids + stop, "seed \(seed)")
      #expect(sequence.endsWithEndOfSequence == !stop.isEmpty, "an answer that was cut has no end, seed \(seed)")
      #expect(TargetText(sequence).text == answer.text, "seed \(seed)")
      let generated = sequence.tokens[sequence.generationStart...]
      for (token, next) in zip(generated, generated.dropFirst()) {
        #expect(token.text.unicodeScalars.count == token.end - token.start && next.start <= token.end, "seed \(seed)")
      }
      retokenized += model.tokenizer.encode(answer.text).ids == answer.ids ? 0 : 1
      let trace = try tracer.trace(TraceRequest(hops: 0))
      #expect(try Trace(json: trace.json()) == trace && trace.generationCount == generated.count, "seed \(seed)")
    }
    #expect(retokenized > 0, "the cases hold what they are for")
  }

  /// Tokens that split a character have all of it, as where a text is encoded; one that was cut is U+FFFD.
  @Test func aCharacterOfSeveralTokensIsWhole() throws {
    let (model, text) = (try model(), "a 😀 首")
    let encoding = model.tokenizer.encode(text)
    #expect(Set(encoding.offsets).count < encoding.offsets.count, "the tokenizer splits characters")
    func sequence(_ ids: [Int32]) throws -> TokenSequence {
      try model.tracer(ModelAnswer(ids: ids, stopID: nil, text: "", ending: .length), to: messages).sequence
    }
    let whole = try sequence(encoding.ids)
    let generated = whole.tokens[whole.generationStart...]
    #expect(generated.map(\.text) == encoding.texts && TargetText(whole).text == text)
    let cut = try sequence(Array(encoding.ids.dropLast()))
    #expect(TargetText(cut).text == "a 😀 \u{FFFD}" && cut.tokens.last?.text == "\u{FFFD}")
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
    #expect(throws: TracingError.emptyAnswer) {
      try model.tracer(ModelAnswer(ids: [], stopID: end, text: "", ending: .stop), to: messages)
    }
  }

  @Test func theCallerEndsTheAnswer() throws {
    var pieces = 0
    let answer = try model().answer(
      to: messages, count: 40, onText: { _ in pieces += 1 }, isStopped: { pieces >= 3 })
    #expect(answer.ending == .cancelled && pieces >= 3 && answer.ids.count < 40)
  }

  @Test func stopTokensAreThoseOfTheFilesAndTheFormat() throws {
    let model = try model()
    let ids = ["<|im_end|>", "<|endoftext|>"].compactMap { model.tokenizer.id(of: $0) }
    #expect(!ids.isEmpty)
    #expect(model.stopIDs(try ChatFormat(named: "chatml")).isSuperset(of: ids))
    #expect(model.stopIDs(nil).isSuperset(of: [try #require(model.tokenizer.endOfSequence)]))
  }
}
