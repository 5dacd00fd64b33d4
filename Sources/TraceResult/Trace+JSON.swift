import Foundation
import JSONLines

extension Trace {
  /// The trace as JSON: keys in alphabetical order, numbers in the fewest digits that read back the same, a final newline.
  ///
  /// - Parameter units: where they are other than tokens, `unit_scores` has the scores by them, see `UnitScores`.
  public func json(units: TextUnit = .token) -> Data {
    do { return try JSONLine.data(of: TraceWithUnits(self, units)) } catch {
      preconditionFailure("a checked trace has a JSON form: \(error)")
    }
  }

  /// Writes `json(units:)` to a file, whole or not at all: see `AtomicFile`.
  public func writeJSON(to path: String, units: TextUnit = .token) throws(TraceError) {
    try AtomicFile.write(json(units: units), to: path)
  }

  /// Reads what `json()` wrote.
  /// - Throws: `TraceError` with the key that is missing, of another type, or at odds with the rest.
  public init(json: Data) throws(TraceError) {
    do {
      self = try JSONDecoder().decode(Trace.self, from: json)
    } catch let error as TraceError {
      throw error
    } catch let error as DecodingError {
      throw TraceError(error)
    } catch {
      throw .notJSON(reason: "\(error)")
    }
  }

  /// Reads a file that `writeJSON(to:)` wrote.
  /// - Throws: `TraceError.file` with the path and the reason.
  public init(contentsOf path: String) throws(TraceError) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .file(path: path, reason: "cannot be read: \(error.localizedDescription)")
    }
    do {
      try self.init(json: bytes)
    } catch {
      throw .file(path: path, reason: error.description)
    }
  }
}

/// A trace's JSON with a key more, which reading it passes over.
package struct TraceWithUnits: Encodable {
  private let trace: Trace
  private let unitScores: UnitScores?

  package init(_ trace: Trace, _ units: TextUnit) {
    (self.trace, unitScores) = (trace, units == .token ? nil : trace.unitScores(units))
  }

  private enum CodingKeys: String, CodingKey { case unitScores = "unit_scores" }

  package func encode(to encoder: any Encoder) throws {
    try trace.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(unitScores, forKey: .unitScores)
  }
}

extension TraceError {
  /// What is wrong with a value of a JSON object, by its key.
  package init(_ error: DecodingError) {
    switch error {
    case .keyNotFound(let key, let context):
      self = .missingKey(Self.name(context.codingPath + [key]))
    case .valueNotFound(_, let context):
      self = .wrongType(key: Self.name(context.codingPath), reason: "null is not allowed")
    case .typeMismatch(let type, let context):
      self = .wrongType(key: Self.name(context.codingPath), reason: "expected \(type)")
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      self = .notJSON(reason: context.debugDescription)
    case .dataCorrupted(let context):
      self = .wrongType(key: Self.name(context.codingPath), reason: context.debugDescription)
    @unknown default:
      self = .notJSON(reason: "\(error)")
    }
  }

  private static func name(_ path: [any CodingKey]) -> String {
    path.reduce("") { name, key in
      if let index = key.intValue { return name + "[\(index)]" }
      return name.isEmpty ? key.stringValue : name + "." + key.stringValue
    }
  }
}
