import ArgumentParser
import FlashTrace
import Foundation
import JSONLines

/// Traces samples line by line.
struct BatchRun {
  let model: LanguageModel
  let chatFormat: ChatFormat?
  let execution: Execution
  let attribution: AttributionOptions
  let units: TextUnit
  /// How answers are generated where there is no target.
  let answerCount: Int
  let sampling: Sampling
  let appendsEndOfSequence: Bool
  let shard: Shard
  /// Whether a line that cannot be traced has one in the output, which says why.
  let keepsErrors: Bool

  /// Traces every line of the shard that the output lacks, in order.
  ///
  /// - Parameter progress: called after each line of the shard with the number of those that are done, and of those that
  ///   this run has traced.
  /// - Returns: the lines of the shard, and the numbers, from 1, of those that could not be traced; standard error says why.
  /// - Throws: what is no fault of a single line; `CancellationError` within one. What was written stays.
  func run(
    _ reader: inout LineReader, into output: BatchOutput, progress: (_ done: Int, _ traced: Int) -> Void
  ) throws -> (count: Int, skipped: [Int]) {
    var (number, done, traced, skipped, seen) = (0, 0, 0, [Int](), Set<Int>())
    while let line = try reader.next() {
      number += 1
      guard shard.holds(line: number), !line.bytes.isBlank else { continue }
      do {
        if try trace(line.bytes, index: number - 1, &seen, into: output) { traced += 1 }
      } catch let error where Self.isOfSample(error) {
        StandardError.line("error: \(reader.name):\(number): \(error); skipped")
        skipped.append(number)
      }
      done += 1
      progress(done, traced)
    }
    return (done, skipped)
  }

  /// Traces a line unless the output has it; returns whether it did. `seen` are the indices of the lines before it.
  private func trace(_ line: Data, index: Int, _ seen: inout Set<Int>, into output: BatchOutput) throws -> Bool {
    var (index, id) = (index, SampleID?.none)
    do {
      let sample = try BatchSample(line, isChat: chatFormat?.beginning.isEmpty == true)
      let place = sample.index ?? index
      guard seen.insert(place).inserted else {
        throw Failure.BadInput(description: "index \(place) is that of an earlier line")
      }
      (index, id) = (place, sample.id)
      if let line = try output.line(index: index, id: id) {
        if let error = line.error { throw Failure.BadInput(description: error) }
        return false
      }
      try output.write(.trace(TraceWithUnits(trace(sample), units)), index: index, id: id)
      return true
    } catch let error where keepsErrors && Self.isOfSample(error) {
      if try output.line(index: index, id: id) == nil {
        try output.write(.error("\(error)"), index: index, id: id)
      }
      throw error
    }
  }

  /// Whether an error is of a single line: the next one may well go.
  private static func isOfSample(_ error: any Error) -> Bool {
    switch error {
    case is Failure.BadInput, is ValidationError, is TraceError, is TracingError, is AttributionError,
      is TokenizerError, is DecoderError:
      true
    case let error as KernelError: error != .badArgument
    default: false
    }
  }

  private func trace(_ sample: BatchSample) throws -> Trace {
    let request = sample.request(try attribution.request())
    try attribution.methodOptions.check(request.method)
    return try tracer(sample, capturesPrompt: request.readsAllPositions).trace(request)
  }

  private func tracer(_ sample: BatchSample, capturesPrompt: Bool) throws -> Tracer {
    guard let target = sample.target else {
      return try model.tracer(
        answer(to: sample.messages), to: sample.messages, chatFormat: chatFormat,
        appendsEndOfSequence: appendsEndOfSequence, capturesPrompt: capturesPrompt, execution: execution)
    }
    guard let chatFormat else {
      return try model.tracer(
        prompt: sample.messages[0].content, target: target, appendsEndOfSequence: appendsEndOfSequence,
        capturesPrompt: capturesPrompt, execution: execution)
    }
    return try model.tracer(
      messages: sample.messages, target: target, chatFormat: chatFormat, appendsEndOfSequence: appendsEndOfSequence,
      capturesPrompt: capturesPrompt, execution: execution)
  }

  private func answer(to messages: [ChatMessage]) throws -> ModelAnswer {
    let answer = try model.answer(
      to: messages, chatFormat: chatFormat, count: answerCount, sampling: sampling, execution: execution)
    try Task.checkCancellation()
    return answer
  }
}

extension Data {
  /// Whether it holds white space alone.
  var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x0d || $0 == 0x09 } }
}
