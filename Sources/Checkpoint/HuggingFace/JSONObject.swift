/// An object of a JSON file with typed access; errors name the file and the key. A null counts as absent.
struct JSONObject {
  let file: String
  let path: String
  let values: [String: JSONValue]

  init(file: String, path: String = "", values: [String: JSONValue]) {
    (self.file, self.path, self.values) = (file, path, values)
  }

  func has(_ key: String) -> Bool { values[key].map { $0 != .null } ?? false }

  private func value<T>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> T?
  ) throws(CheckpointError) -> T? {
    guard let value = values[key], value != .null else { return nil }
    guard let result = read(value) else {
      throw .malformed(file: file, field: path + key, reason: "is not \(expected)")
    }
    return result
  }

  func optionalInteger(_ key: String) throws(CheckpointError) -> Int? { try value(key, "an integer", \.integer) }
  func optionalNumber(_ key: String) throws(CheckpointError) -> Double? { try value(key, "a number", \.number) }
  func optionalBool(_ key: String) throws(CheckpointError) -> Bool? { try value(key, "a boolean", \.bool) }
  func optionalString(_ key: String) throws(CheckpointError) -> String? { try value(key, "a string", \.string) }
  func optionalArray(_ key: String) throws(CheckpointError) -> [JSONValue]? { try value(key, "an array", \.array) }

  func optionalObject(_ key: String) throws(CheckpointError) -> JSONObject? {
    try value(key, "an object", \.object).map { JSONObject(file: file, path: path + key + ".", values: $0) }
  }

  /// The integer under the first of `keys` that is there.
  func firstInteger(_ keys: String...) throws(CheckpointError) -> Int? {
    for key in keys where has(key) { return try optionalInteger(key) }
    return nil
  }

  func required<T>(_ key: String, _ value: T?) throws(CheckpointError) -> T {
    guard let value else { throw .malformed(file: file, field: path + key, reason: "is missing") }
    return value
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int {
    let value = try required(key, try optionalInteger(key))
    guard range.contains(value) else {
      throw .malformed(
        file: file, field: path + key,
        reason: "is \(value); allowed is \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func number(_ key: String) throws(CheckpointError) -> Double { try required(key, try optionalNumber(key)) }
}
