/// A place in JSON, written as in JavaScript: `a.b[0]`, `[2]["a key"]`; a leading `$` may stand for the whole.
public struct JSONPath: Sendable, Equatable, CustomStringConvertible {
  /// From a value to one below it.
  public enum Step: Sendable, Equatable {
    case key(String)
    case index(Int)
  }

  /// From the whole down.
  public var steps: [Step]

  /// The steps from the whole down.
  public init(steps: [Step]) { self.steps = steps }

  /// Reads a path; nil where it is none.
  public init?(_ text: String) {
    var rest = text[...]
    let hasRoot = rest.first == "$"
    if hasRoot { rest = rest.dropFirst() }
    steps = []
    while let first = rest.first {
      switch first {
      case "[":
        guard let step = Self.bracket(&rest) else { return nil }
        steps.append(step)
      case "." where hasRoot || !steps.isEmpty:
        rest = rest.dropFirst()
        guard let key = Self.name(&rest) else { return nil }
        steps.append(.key(key))
      default:
        guard steps.isEmpty, !hasRoot, let key = Self.name(&rest) else { return nil }
        steps.append(.key(key))
      }
    }
    if steps.isEmpty && !hasRoot { return nil }
  }

  /// The path as it is written; the whole is `$`.
  public var description: String {
    steps.reduce("$") { path, step in
      switch step {
      case .index(let index): path + "[\(index)]"
      case .key(let key) where key.contains(where: { ".[]\"".contains($0) }) || key.isEmpty:
        path + "[\(key.debugDescription)]"
      case .key(let key): path + "." + key
      }
    }
  }

  private static func name(_ rest: inout Substring) -> String? {
    let name = rest.prefix { !".[]".contains($0) }
    rest = rest[name.endIndex...]
    return name.isEmpty ? nil : String(name)
  }

  /// `[0]`, or a key in quotes of either kind, in which a backslash stands before what is taken as it is.
  private static func bracket(_ rest: inout Substring) -> Step? {
    rest = rest.dropFirst()
    guard let quote = rest.first, quote == "\"" || quote == "'" else {
      let digits = rest.prefix { $0 != "]" }
      rest = rest[digits.endIndex...].dropFirst()
      guard rest.startIndex > digits.endIndex, let index = Int(digits), index >= 0 else { return nil }
      return .index(index)
    }
    rest = rest.dropFirst()
    var key = ""
    while let next = rest.popFirst(), next != quote {
      if next != "\\" { key.append(next) } else if let escaped = rest.popFirst() { key.append(escaped) }
    }
    guard rest.popFirst() == "]" else { return nil }
    return .key(key)
  }
}
