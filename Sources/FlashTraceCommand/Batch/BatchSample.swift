import FlashTrace
import Foundation

/// A line of a batch: a sample as a JSON object, whose keys are the command's options and go before them.
///
///     {"id": 7, "prompt": "...", "target": "...", "output_text": "39", "hops": 2}
struct BatchSample {
  /// What the output repeats.
  let id: SampleID?
  /// The line's place in the whole, where the line says it.
  let index: Int?
  /// The user's message is the last; without a chat format it is all there is.
  let messages: [ChatMessage]
  /// The answer to explain; nil where the model shall answer.
  let target: String?
  private let method: AttributionMethod?
  private let hops: Int?
  private let spans: SpanChoices

  /// Reads a line. Throws ``Failure/BadInput``, `TraceError` or `TracingError`, which name the key and what is allowed.
  init(_ line: Data, isChat: Bool) throws {
    guard let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any] else {
      throw Failure.BadInput(description: "is no JSON object")
    }
    let known = Keys.CodingKeys.allCases.map(\.rawValue) + ["messages"] + SpanOption.allCases.map(\.rawValue)
    if let unknown = Set(object.keys).subtracting(known).min() {
      throw Failure.BadInput(
        description: "unknown key \(unknown.debugDescription); there are \(known.joined(separator: ", "))")
    }
    let keys = try Self.decode(Keys.self, line)
    (id, index, target, hops) = (keys.id, keys.index, keys.target, keys.hops)
    (method, spans) = (try keys.method.map(Self.method), try Self.decode(SpanChoices.self, line))
    try Self.check("index", index, 0...Int.max)
    try Self.check("hops", hops, AttributionOptions.hopLimit)
    messages = try Self.conversation(keys, object["messages"], isChat: isChat)
  }

  /// What to trace: the line's keys, and the command's options for those it lacks.
  func request(_ defaults: TraceRequest) -> TraceRequest {
    var request = defaults
    request.method = method ?? request.method
    request.hops = hops ?? request.hops
    request.output = spans.output ?? request.output
    request.reasoning = spans.reasoning ?? request.reasoning
    return request
  }

  private struct Keys: Decodable {
    let id: SampleID?
    let index: Int?
    let prompt, system, target, method: String?
    let hops: Int?

    enum CodingKeys: String, CodingKey, CaseIterable { case id, index, prompt, system, target, method, hops }
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, _ line: Data) throws -> Value {
    do { return try JSONDecoder().decode(type, from: line) } catch let error as DecodingError {
      throw TraceError(error)
    }
  }

  private static func method(_ name: String) throws -> AttributionMethod {
    guard let method = AttributionMethod(rawValue: name) else {
      let names = AttributionMethod.allCases.map(\.rawValue).joined(separator: ", ")
      throw Failure.BadInput(description: "method is \(name.debugDescription); there are \(names)")
    }
    return method
  }

  private static func check(_ key: String, _ value: Int?, _ allowed: ClosedRange<Int>) throws {
    guard let value, !allowed.contains(value) else { return }
    let limits =
      allowed.upperBound == .max
      ? "\(allowed.lowerBound) and above" : "\(allowed.lowerBound) to \(allowed.upperBound)"
    throw Failure.BadInput(description: "\(key) is \(value); allowed are \(limits)")
  }

  private static func conversation(_ keys: Keys, _ messages: Any?, isChat: Bool) throws -> [ChatMessage] {
    let needing = [("system", keys.system != nil), ("messages", messages != nil)].first { $0.1 }?.0
    if let needing, !isChat {
      throw Failure.BadInput(description: "\(needing) needs --use-chat-template or --chat-format NAME")
    }
    guard let messages else {
      guard let prompt = keys.prompt else { throw Failure.BadInput(description: "has neither prompt nor messages") }
      return (keys.system.map { [ChatMessage(.system, $0)] } ?? []) + [ChatMessage(.user, prompt)]
    }
    if keys.prompt != nil || keys.system != nil {
      throw Failure.BadInput(description: "messages and \(keys.prompt == nil ? "system" : "prompt") exclude each other")
    }
    guard let entries = messages as? [Any] else {
      throw Failure.BadInput(description: "messages is not a JSON array of messages")
    }
    return try MessagesFile.messages(entries, name: "messages")
  }
}
