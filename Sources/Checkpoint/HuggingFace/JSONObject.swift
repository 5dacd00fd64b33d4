import StrictJSON

/// An object of a JSON file (config.json, a safetensors header) with typed access; errors name the file and the key.
/// A null counts as absent.
struct JSONObject {
  let file: String
  let path: String
  private let node: JSONNode

  /// The object that `bytes` of `file` hold; `field` is what errors call them.
  init(parsing bytes: UnsafeRawBufferPointer, file: String, field: String) throws(CheckpointError) {
    let root: JSONNode
    do throws(JSONError) {
      root = try JSONDocument(Array(bytes)).root
    } catch {
      throw .malformed(file: file, field: field, reason: "is not JSON: \(error)")
    }
    guard root.isObject else { throw .malformed(file: file, field: field, reason: "is not a JSON object") }
    (self.file, path, node) = (file, "", root)
  }

  private init(file: String, path: String, node: JSONNode) {
    (self.file, self.path, self.node) = (file, path, node)
  }

  func has(_ key: String) -> Bool { node[key] != nil }

  /// The members that must be objects of their own, but for those named `except`; `label` says what errors call them.
  func objects(except: String = "", label: String) throws(CheckpointError) -> [(name: String, object: JSONObject)] {
    var result: [(name: String, object: JSONObject)] = []
    for member in node.members ?? [] {
      let name = String(decoding: member.key, as: UTF8.self)
      if name == except { continue }
      guard member.value.isObject else {
        throw .malformed(file: file, field: "\(label) \(name)", reason: "is not a JSON object")
      }
      result.append((name, JSONObject(file: file, path: "\(label) \(name): ", node: member.value)))
    }
    return result
  }

  /// The members, which must all be strings.
  func strings() throws(CheckpointError) -> [(name: String, value: String)] {
    var result: [(name: String, value: String)] = []
    for member in node.members ?? [] {
      let name = String(decoding: member.key, as: UTF8.self)
      guard let value = member.value.string else {
        throw .malformed(file: file, field: path + name, reason: "is not a string")
      }
      result.append((name, value))
    }
    return result
  }

  private func value<T>(
    _ key: String, _ expected: String, _ read: (JSONNode) -> T?
  ) throws(CheckpointError) -> T? {
    guard let value = node[key] else { return nil }
    guard let result = read(value) else {
      throw .malformed(file: file, field: path + key, reason: "is not \(expected)")
    }
    return result
  }

  func optionalInteger(_ key: String) throws(CheckpointError) -> Int? { try value(key, "an integer", Self.integer) }
  func optionalNumber(_ key: String) throws(CheckpointError) -> Double? {
    try value(key, "a finite number", Self.finiteNumber)
  }
  func optionalBool(_ key: String) throws(CheckpointError) -> Bool? { try value(key, "a boolean", \.bool) }
  func optionalString(_ key: String) throws(CheckpointError) -> String? { try value(key, "a string", \.string) }

  func optionalIntegers(_ key: String) throws(CheckpointError) -> [Int]? {
    try value(key, "a list of integers") { Self.list($0, Self.integer) }
  }

  func oneOrMoreIntegers(_ key: String) throws(CheckpointError) -> [Int]? {
    try value(key, "an integer or a list of integers") { node in
      Self.integer(node).map { [$0] } ?? Self.list(node, Self.integer)
    }
  }

  func optionalNumbers(_ key: String) throws(CheckpointError) -> [Double]? {
    try value(key, "a list of finite numbers") { Self.list($0, Self.finiteNumber) }
  }

  func optionalStrings(_ key: String) throws(CheckpointError) -> [String]? {
    try value(key, "a list of strings") { Self.list($0, \.string) }
  }

  func optionalObject(_ key: String) throws(CheckpointError) -> JSONObject? {
    try value(key, "an object") {
      !$0.isObject ? nil : JSONObject(file: file, path: path + key + ".", node: $0)
    }
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

  func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil) throws(CheckpointError) -> Int {
    let value = try required(key, try optionalInteger(key) ?? fallback)
    guard range.contains(value) else {
      throw .malformed(
        file: file, field: path + key,
        reason: "is \(value); allowed is \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func number(_ key: String) throws(CheckpointError) -> Double { try required(key, try optionalNumber(key)) }

  /// A whole number, also where it is written as 64.0 or 1e6.
  private static func integer(_ node: JSONNode) -> Int? { node.integer ?? node.number.flatMap { Int(exactly: $0) } }

  private static func finiteNumber(_ node: JSONNode) -> Double? { node.number.flatMap { $0.isFinite ? $0 : nil } }

  private static func list<T>(_ node: JSONNode, _ read: (JSONNode) -> T?) -> [T]? {
    guard let elements = node.elements else { return nil }
    var result: [T] = []
    for element in elements {
      guard let value = read(element) else { return nil }
      result.append(value)
    }
    return result
  }
}
