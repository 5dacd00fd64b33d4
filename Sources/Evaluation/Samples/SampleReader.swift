import Foundation

/// Files of samples.
public enum SampleFormat: String, Sendable, CaseIterable {
  /// The plain format of ``EvaluationSample``, a JSON object a line.
  case jsonl
  /// RULER's own files (Hsieh et al. 2024): `input`, `outputs`, a JSON object a line.
  case ruler
  /// MATH problems with worked solutions (Hendrycks et al. 2021): `question`, `answer`, a JSON object a line.
  case math
  /// MoreHopQA (Schnitzler et al. 2024): an array of questions with contexts and decompositions.
  case morehopqa
}

/// Why a file of samples cannot be read.
public enum SampleError: Error, CustomStringConvertible, Equatable {
  case unreadable(path: String, reason: String)
  case malformed(path: String, line: Int, reason: String)
  case empty(path: String)
  case duplicateID(String)

  /// One line that names the file, the line and what is wrong.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .malformed(let path, let line, let reason): "\(path):\(line): \(reason)"
    case .empty(let path): "\(path) holds no samples"
    case .duplicateID(let id): "two samples have the id \(id.debugDescription); ids must differ"
    }
  }
}

extension SampleFormat {
  /// Reads at most `limit` samples of a file, from the first on.
  ///
  /// - Parameter distractors: paragraphs of the questions that follow, put among a question's own; for MoreHopQA, whose
  ///   questions come with the paragraphs that support them alone.
  /// - Throws: ``SampleError``, which names the line.
  public func read(path: String, limit: Int, distractors: Int = 0) throws -> [EvaluationSample] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SampleError.unreadable(path: path, reason: "the file cannot be read")
    }
    let samples =
      self == .morehopqa
      ? try MoreHopQARecord.samples(data, path: path, limit: limit, distractors: distractors)
      : try lines(data, path: path, limit: limit)
    if samples.isEmpty { throw SampleError.empty(path: path) }
    var seen: Set<String> = []
    for sample in samples where !seen.insert(sample.id).inserted { throw SampleError.duplicateID(sample.id) }
    return samples
  }

  private func lines(_ data: Data, path: String, limit: Int) throws -> [EvaluationSample] {
    var samples: [EvaluationSample] = []
    for (index, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if samples.count == limit { break }
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0d || $0 == 0x09 }) { continue }
      do {
        var sample = try sample(Data(line), index: index)
        if sample.id.isEmpty { sample.id = "\(rawValue)-\(index + 1)" }
        samples.append(sample)
      } catch {
        throw SampleError.malformed(path: path, line: index + 1, reason: Self.reason(error))
      }
    }
    return samples
  }

  private func sample(_ line: Data, index: Int) throws -> EvaluationSample {
    let decoder = JSONDecoder()
    switch self {
    case .jsonl: return try decoder.decode(EvaluationSample.self, from: line)
    case .ruler: return try decoder.decode(RULERRecord.self, from: line).sample
    case .math: return try decoder.decode(MATHRecord.self, from: line).sample
    case .morehopqa: preconditionFailure("an array, not lines")
    }
  }

  static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): return "the key \(key.stringValue.debugDescription) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      return place.isEmpty ? "no valid JSON object" : "\(place): \(context.debugDescription)"
    default: return "\(error)"
    }
  }
}
