import Foundation
import JSONLines

/// Results on disk, a JSON object a line, the first of which says what run they belong to.
public final class ResultFile {
  /// Results in the order in which they were written.
  public private(set) var results: [EvaluationResult]
  private var keys: Set<[String]>
  private let file: JSONLinesFile

  /// Opens the results of a run, or begins them.
  ///
  /// A last line that an interruption cut is removed. Throws ``EvaluationError/otherRun(path:key:found:wanted:)`` where
  /// the file belongs to a run with other settings.
  public init(path: String, settings: [String: String]) throws {
    var content = Content(path: path)
    file = try JSONLinesFile(path: path, openings: ["{\"run\":"]) { try content.read($0, $1) }
    if let found = content.settings {
      for key in Set(found.keys).union(settings.keys).sorted() where found[key] != settings[key] {
        throw EvaluationError.otherRun(
          path: path, key: key, found: found[key] ?? "none", wanted: settings[key] ?? "none")
      }
    } else {
      try file.append(["run": settings])
    }
    results = content.results
    keys = Set(results.map { [$0.sample, $0.method] })
  }

  /// Whether a method's result on a sample is there.
  public func holds(sample: String, method: String) -> Bool { keys.contains([sample, method]) }

  func append(_ result: EvaluationResult) throws {
    try file.append(result)
    results.append(result)
    keys.insert([result.sample, result.method])
  }

  /// The settings and results of a file.
  public static func read(path: String) throws -> (settings: [String: String], results: [EvaluationResult]) {
    var (content, reader, number) = (Content(path: path), try LineReader(path: path), 0)
    while let line = try reader.next() {
      number += 1
      try content.read(number, line.bytes)
    }
    guard let settings = content.settings else { throw content.noSettings }
    return (settings, content.results)
  }

  /// What the lines of a file say: the settings, then results.
  private struct Content {
    let path: String
    var settings: [String: String]?
    var results: [EvaluationResult] = []

    var noSettings: EvaluationError {
      .unreadable(path: path, reason: "the first line does not say what run it belongs to")
    }

    init(path: String) { self.path = path }

    mutating func read(_ number: Int, _ line: Data) throws {
      guard number > 1 else {
        settings = try? JSONDecoder().decode([String: [String: String]].self, from: line)["run"]
        if settings == nil { throw noSettings }
        return
      }
      do {
        results.append(try JSONDecoder().decode(EvaluationResult.self, from: line))
      } catch {
        throw EvaluationError.unreadable(
          path: path, reason: "line \(number) is no result: \(SampleFormat.reason(error))")
      }
    }
  }
}
