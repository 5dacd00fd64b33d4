import StrictJSON

/// The keywords of JSON Schema (draft 2020-12) that this package's schemas use.
///
/// A schema with any other keyword is refused, so that it cannot say more than is checked.
package struct JSONSchema {
  package struct UnknownKeyword: Error { package let place: String }

  /// What a schema says of an object.
  package struct ObjectKeys: Equatable {
    package var all: Set<String>
    package var required: Set<String>

    package init(all: Set<String>, required: Set<String>) { (self.all, self.required) = (all, required) }
  }

  private let root: JSONNode

  package init(_ text: [UInt8]) throws {
    root = try JSONDocument(text).root
    try Self.checkKeywords(of: root, at: "#")
  }

  /// What is wrong with a value, one line each with its path; nothing where it is valid.
  package func violations(of value: JSONNode) -> [String] { violations(of: value, at: "", by: root) }

  /// The objects that the schema describes by their paths, such as `sequence[]` for any token of the sequence.
  package var objects: [String: ObjectKeys] {
    var found: [String: ObjectKeys] = [:]
    collectObjects(of: root, at: "", into: &found)
    return found
  }

  /// What each keyword's argument holds, as far as schemas lie in it.
  private enum Argument { case value, schema, schemas }

  private static let keywords: [String: Argument] = [
    "$schema": .value, "$ref": .value, "$defs": .schemas, "title": .value, "description": .value, "type": .value,
    "const": .value, "enum": .value, "properties": .schemas, "required": .value, "additionalProperties": .value,
    "items": .schema, "minItems": .value, "maxItems": .value, "minimum": .value, "maximum": .value,
  ]

  private static func checkKeywords(of schema: JSONNode, at place: String) throws {
    for (key, argument) in schema.named {
      switch keywords[key] {
      case nil: throw UnknownKeyword(place: "\(place)/\(key)")
      case .value: break
      case .schema: try checkKeywords(of: argument, at: "\(place)/\(key)")
      case .schemas:
        for (name, schema) in argument.named { try checkKeywords(of: schema, at: "\(place)/\(key)/\(name)") }
      }
    }
  }

  private func violations(of value: JSONNode, at path: String, by schema: JSONNode) -> [String] {
    schema.named.flatMap { key, argument in
      switch key {
      case "$ref": return violations(of: value, at: path, by: definition(argument))
      case "items":
        return (value.elements ?? []).enumerated().flatMap {
          violations(of: $1, at: "\(path)[\($0)]", by: argument)
        }
      case "properties":
        return value.named.flatMap { name, member in
          argument[name].map { violations(of: member, at: path.appending(key: name), by: $0) } ?? []
        }
      default:
        return holds(key, argument, value, schema) ? [] : ["\(path): \(key)"]
      }
    }
  }

  /// Whether a keyword that looks at the value alone is satisfied; values of other types satisfy it.
  private func holds(_ key: String, _ argument: JSONNode, _ value: JSONNode, _ schema: JSONNode) -> Bool {
    switch key {
    case "type": (argument.elements ?? [argument]).contains { value.types.contains($0.string ?? "") }
    case "const": value.equals(argument)
    case "enum": argument.elements?.contains(where: value.equals) ?? false
    case "required":
      !value.isObject || Set(argument.strings).isSubset(of: value.named.map(\.key))
    case "additionalProperties":
      argument.bool != false || Set(value.named.map(\.key)).isSubset(of: schema["properties"]?.named.map(\.key) ?? [])
    case "minItems": value.elements.map { Double($0.count) >= argument.number ?? 0 } ?? true
    case "maxItems": value.elements.map { Double($0.count) <= argument.number ?? 0 } ?? true
    case "minimum": value.number.map { $0 >= argument.number ?? 0 } ?? true
    case "maximum": value.number.map { $0 <= argument.number ?? 0 } ?? true
    default: true
    }
  }

  private func definition(_ reference: JSONNode) -> JSONNode {
    let name = reference.string ?? ""
    guard name.hasPrefix("#/$defs/"), let schema = root["$defs"]?[String(name.dropFirst("#/$defs/".count))] else {
      preconditionFailure("the schema has no \(name)")
    }
    return schema
  }

  private func collectObjects(of schema: JSONNode, at path: String, into found: inout [String: ObjectKeys]) {
    if let reference = schema["$ref"] { collectObjects(of: definition(reference), at: path, into: &found) }
    if let items = schema["items"] { collectObjects(of: items, at: path + "[]", into: &found) }
    guard let properties = schema["properties"] else { return }
    found[path] = ObjectKeys(
      all: Set(properties.named.map(\.key)), required: Set(schema["required"]?.strings ?? []))
    for (key, property) in properties.named {
      collectObjects(of: property, at: path.appending(key: key), into: &found)
    }
  }
}

extension JSONNode {
  /// The members of an object with their keys as text.
  package var named: [(key: String, value: JSONNode)] {
    (members ?? []).map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
  }

  fileprivate var strings: [String] { (elements ?? []).compactMap(\.string) }

  /// The types that JSON Schema counts it among.
  fileprivate var types: [String] {
    if isNull { return ["null"] }
    if isObject { return ["object"] }
    if bool != nil { return ["boolean"] }
    if string != nil { return ["string"] }
    if elements != nil { return ["array"] }
    return number.map { $0 == $0.rounded() } == true ? ["integer", "number"] : ["number"]
  }

  /// Whether both are the same text or the same number.
  fileprivate func equals(_ other: JSONNode) -> Bool {
    if let string { return string == other.string }
    return number != nil && number == other.number
  }
}

extension String {
  /// The path of a member of the object at this path.
  package func appending(key: String) -> String { isEmpty ? key : self + "." + key }
}
