import Attribution
import TraceResult

/// Which units of an answer drew on which: a node for every sentence (or word, line, paragraph) of the user's prompt and of
/// the answer, and for each of the answer's the shares of what it drew on the nodes before it.
public struct UnitGraph: Sendable, Equatable, Codable {
  /// A unit of the text.
  public struct Node: Sendable, Equatable, Codable {
    /// The user's prompt or the answer: `user` or `generation`.
    public let kind: TracedToken.Kind
    /// Inclusive positions in the sequence; for the answer's units less `generationStart` they are a span.
    public let positions: ClosedRange<Int>
    /// What the unit says.
    public let text: String
  }

  /// What nodes are.
  public let unit: TextUnit
  /// The prompt's units in order, then the answer's.
  public let nodes: [Node]
  /// One row for each of the answer's units: its shares of all nodes, 0 for itself and those after it. A row adds up to
  /// 1, or is 0 throughout where the unit drew on none of them.
  public let shares: [[Float]]
}

extension Tracer {
  /// The graph of an answer's units, every one a span of the same forward pass.
  ///
  /// - Parameters:
  ///   - unit: what the texts are cut into.
  ///   - request: the method and its parameters; its spans and hops are not read.
  ///   - limit: the most units that an answer may have.
  ///   - progress: called after each step with the number done and the total.
  /// - Throws: as `trace` does; ``TracingError/tooManyUnits(_:unit:limit:)`` for an answer of more units than `limit`.
  /// - Cost: about that of two spans for every 16 units.
  public func graph(
    of unit: TextUnit = .sentence, request: TraceRequest = TraceRequest(method: .ifrSpan), limit: Int = 256,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> UnitGraph {
    let user = sequence.userPositions
    let prompt = user.isEmpty ? [] : unit.groups(of: sequence.tokens[user[0]...user[user.count - 1]])
    let start = sequence.generationStart
    let answer = unit.groups(of: sequence.tokens[start..<start + sequence.spanLimit])
    guard answer.count <= limit else {
      throw TracingError.tooManyUnits(answer.count, unit: unit, limit: limit)
    }
    let requests = answer.map { range in
      var request = request
      (request.output, request.reasoning) = (.tokens(range.lowerBound - start...range.upperBound - 1 - start), nil)
      (request.hops, request.readsReasoningMarkers) = (0, false)
      return request
    }
    let nodes = prompt + answer
    let shares = try zip(answer, trace(requests, progress: progress)).map { unit, trace in
      Self.shares(of: trace, nodes: nodes.filter { $0.upperBound <= unit.lowerBound }, count: nodes.count)
    }
    return UnitGraph(
      unit: unit,
      nodes: nodes.map { range in
        UnitGraph.Node(
          kind: range.lowerBound < start ? .user : .generation, positions: range.lowerBound...range.upperBound - 1,
          text: sequence.tokens[range].joinedText)
      }, shares: shares)
  }

  /// What a trace's scores say of the first nodes, 0 for the rest; scores that speak against the span count as none.
  private static func shares(of trace: Trace, nodes: [Range<Int>], count: Int) -> [Float] {
    let sums = nodes.map { range in trace.sequence[range].reduce(0) { $0 + max(0, Double($1.score)) } }
    let total = sums.reduce(0, +)
    let shares = sums.map { total > 0 ? Float($0 / total) : 0 }
    return shares + [Float](repeating: 0, count: count - nodes.count)
  }
}

extension ArraySlice<TracedToken> {
  /// The text of consecutive tokens; characters that several tokens share stand there once.
  var joinedText: String {
    var (text, end) = (String.UnicodeScalarView(), first?.start ?? 0)
    for token in self {
      text.append(contentsOf: token.text.unicodeScalars.dropFirst(Swift.max(0, end - token.start)))
      end = Swift.max(end, token.end)
    }
    return String(text)
  }
}
