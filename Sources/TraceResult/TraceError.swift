/// What can be wrong with a trace or its file. `key` is the path of a key in the JSON.
public enum TraceError: Error, Equatable, CustomStringConvertible {
  /// The bytes are not JSON.
  case notJSON(reason: String)
  /// `schema_version` is not the one that this program reads.
  case unsupportedVersion(Int)
  case missingKey(String)
  case wrongType(key: String, reason: String)
  case wrongLength(key: String, found: Int, expected: String)
  /// NaN or infinity, which JSON cannot hold.
  case notFinite(key: String)
  /// A value outside its allowed range.
  case outOfRange(key: String, found: String, allowed: String)
  /// A part that says something else than the part it repeats.
  case contradicts(key: String, other: String)
  /// Reading or writing a file failed, or its content is wrong.
  case file(path: String, reason: String)

  /// One line that names what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .notJSON(let reason): "not a trace: \(reason)"
    case .unsupportedVersion(let version):
      "schema_version is \(version); this program reads \(Trace.schemaVersion)"
    case .missingKey(let key): "\(key) is missing"
    case .wrongType(let key, let reason): "\(key): \(reason)"
    case .wrongLength(let key, let found, let expected): "\(key) has \(found) entries, expected \(expected)"
    case .notFinite(let key): "\(key) holds a number that is not finite"
    case .outOfRange(let key, let found, let allowed): "\(key) is \(found), allowed: \(allowed)"
    case .contradicts(let key, let other): "\(key) contradicts \(other)"
    case .file(let path, let reason): "\(path): \(reason)"
    }
  }
}
