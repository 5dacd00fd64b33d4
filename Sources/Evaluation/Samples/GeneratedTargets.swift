import FlashTrace
import Foundation
import JSONLines

/// Samples whose targets are the model's own greedy answers, kept in a file of the plain format: a run that goes on
/// explains the same answers.
public struct GeneratedTargets {
  private let file: JSONLinesFile
  private let path: String
  private var known: [String: EvaluationSample]

  /// Opens the file of an earlier run, or begins one. Throws ``EvaluationError/unreadable(path:reason:)``, and
  /// `JSONLinesError` where the file cannot be used.
  public init(path: String) throws {
    var known: [String: EvaluationSample] = [:]
    file = try JSONLinesFile(path: path, openings: ["{\""]) { number, line in
      do {
        let sample = try JSONDecoder().decode(EvaluationSample.self, from: line)
        known[sample.id] = sample
      } catch {
        throw EvaluationError.unreadable(
          path: path, reason: "line \(number) is no sample: \(SampleFormat.reason(error))")
      }
    }
    (self.path, self.known) = (path, known)
  }

  /// `sample` with an answer of at most `count` tokens as its target; nil where the model ends its answer at once.
  ///
  /// Throws ``EvaluationError/otherSample(path:sample:)`` where the file answers another prompt under this id, and what
  /// generating throws. Cost: a prefill and a pass of a row a token, where the file has no answer.
  public mutating func answered(
    _ sample: EvaluationSample, by model: LanguageModel, chatFormat: ChatFormat?, count: Int, execution: Execution
  ) throws -> EvaluationSample? {
    if let found = known[sample.id] {
      guard found.prompt == sample.prompt else {
        throw EvaluationError.otherSample(path: path, sample: sample.id)
      }
      return found.target.isEmpty ? nil : found
    }
    let answer = try model.answer(
      to: [ChatMessage(.user, sample.prompt)], chatFormat: chatFormat, count: count, execution: execution)
    if answer.ending == .cancelled { throw CancellationError() }
    let generated = sample.answered(answer.text, isComplete: answer.ending == .stop)
    try file.append(generated)
    known[sample.id] = generated
    return generated.target.isEmpty ? nil : generated
  }
}

extension EvaluationSample {
  /// The same question with another target. Its output is what follows the last `Answer:`; else the expected answer,
  /// where the target has it; else all of it. What stands before the output is the reasoning.
  func answered(_ target: String, isComplete: Bool) -> EvaluationSample {
    var sample = self
    (sample.target, sample.isComplete, sample.output, sample.reasoning) = (target, isComplete, nil, nil)
    let marked = target.range(of: "Answer:", options: .backwards).map { target[$0.upperBound...] }
    let candidates = [marked.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }, output].compactMap(\.self)
    guard let found = candidates.first(where: { !$0.isEmpty && target.contains($0) }),
      let range = target.range(of: found, options: .backwards)
    else { return sample }
    sample.output = found
    let before = target[..<range.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
    sample.reasoning = before.isEmpty ? nil : before
    return sample
  }
}
