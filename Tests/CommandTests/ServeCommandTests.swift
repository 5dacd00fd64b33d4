import FlashTrace
import Foundation
import TestSupport
import Testing

/// The server as clients see it: a process of its own, spoken to over a socket.
@Suite(.enabled(if: ReferenceData.model("SmolLM2-135M-Instruct.Q4_1.gguf") != nil, "needs the default model"))
struct ServeCommandTests {
  static let model = ReferenceData.model("SmolLM2-135M-Instruct.Q4_1.gguf")
  private static var texts: [String: Any] {
    [
      "prompt": "The red key opens the attic. The blue key opens the cellar. What does the red key open?",
      "target": "The red key opens the attic.", "use_chat_template": true,
    ]
  }

  private func server(_ arguments: [String] = []) throws -> RunningServer {
    try RunningServer(model: try #require(Self.model), arguments)
  }

  private func with(_ more: [String: Any]) -> [String: Any] { Self.texts.merging(more) { $1 } }

  /// The same scores as the command's, and the model runs once while only spans, hops and methods change.
  @Test func tracesAsTheCommandDoes() throws {
    let (server, folder) = (try server(), try ScratchFolder())
    let answer = try server.post("/api/trace", with(["output_text": "attic", "hops": 2]))
    #expect(
      answer.status == 200 && answer.headers["content-type"] == "application/json; charset=utf-8", "\(answer.text)")
    let served = try Trace(json: answer.body)
    let result = try Command([
      "trace", "-m", try #require(Self.model), "--prompt-text", Self.texts["prompt"] as? String ?? "", "--target-text",
      Self.texts["target"] as? String ?? "", "--use-chat-template", "--output-text", "attic", "--hops", "2", "--json",
      folder.path("t.json"), "--quiet",
    ])
    #expect(result.status == 0, "\(result.errors)")
    let printed = try Trace(contentsOf: folder.path("t.json"))
    #expect(served.sequence == printed.sequence && served.perHopScores == printed.perHopScores)
    #expect(served.outputSpan == printed.outputSpan && served.thinkingRatios == printed.thinkingRatios)
    let again = try Trace(
      json: try server.post("/api/trace", with(["method": "ifr-span", "output_span": [0, 2]])).body)
    #expect(again.outputSpan == 0...2)
    #expect(again.metadata.timing.prefill == served.metadata.timing.prefill, "the forward pass is the first one's")
    let page = try server.send("POST", "/api/html", String(decoding: answer.body, as: UTF8.self))
    #expect(page.text == served.html())
  }

  @Test func reportsProgressLineByLine() throws {
    let server = try server()
    let traced = try server.post("/api/trace", Self.texts, lines: true)
    #expect(traced.headers["content-type"] == "application/x-ndjson")
    let lines = try traced.lines()
    #expect(lines.first?["ahead"] as? Int == 0)
    #expect(lines.contains { $0["stage"] as? String == "prefill" && $0["done"] as? Int == $0["total"] as? Int })
    #expect(lines.contains { $0["stage"] as? String == "hops" })
    let result = try #require(lines.last?["result"] as? [String: Any])
    let trace = try Trace(json: try JSONSerialization.data(withJSONObject: result))
    let units = try #require(lines.compactMap { $0["units"] as? [String: [[Int]]] }.first)
    for unit in TextUnit.allCases {
      let positions = try #require(units[unit.rawValue]).flatMap { Array($0[0]...$0[1]) }
      #expect(positions == Array(trace.sequence.indices), "\(unit): every position is in one unit")
    }
    let refused = try server.post("/api/trace", with(["output_text": "cellar door"]), lines: true)
    #expect((try refused.lines().last?["error"] as? String)?.contains("cellar door") == true, "\(refused.text)")
  }

  @Test func generatesTokenizesAndDrawsGraphs() throws {
    let server = try server()
    let body: [String: Any] = ["prompt": "Say hello.", "use_chat_template": true, "max_tokens": 12]
    let whole = try server.post("/api/generate", body).object()
    let text = try #require(whole["text"] as? String)
    #expect(!text.isEmpty && ["stop", "length"].contains(whole["ending"] as? String))
    let pieces = try server.post("/api/generate", body, lines: true).lines().compactMap { $0["text"] as? String }
    #expect(pieces.joined() == text && pieces.count > 1)
    let tokens = try server.post("/api/tokenize", ["text": text]).object()["tokens"] as? [[String: Any]]
    #expect(tokens?.compactMap { $0["text"] as? String }.joined() == text)
    let graph = try JSONDecoder().decode(
      UnitGraph.self,
      from: try server.post(
        "/api/graph", ["prompt": "A is 7. B is A.", "target": "A is 7. So B is 7. The answer is 7."]
      ).body)
    #expect(graph.nodes.map(\.text) == ["A is 7.", " B is A.", "A is 7.", " So B is 7.", " The answer is 7."])
    #expect(graph.shares.count == 3)
    for (row, shares) in graph.shares.enumerated() {
      #expect(abs(shares.reduce(0, +) - 1) < 1e-4 && shares[(2 + row)...].allSatisfy { $0 == 0 }, "row \(row)")
    }
    let facts = try server.send("GET", "/api/model").object()
    #expect(facts["chat_format"] as? String == "chatml")
    #expect((facts["methods"] as? [[String: Any]])?.count == AttributionMethod.allCases.count)
  }

  /// Without a target the model answers first, as the command has it.
  @Test func tracesAnAnswerOfTheModel() throws {
    let server = try server()
    let body: [String: Any] = ["prompt": "Say hello.", "use_chat_template": true, "max_tokens": 12]
    let answer = try #require(try server.post("/api/generate", body).object()["text"] as? String)
    let lines = try server.post("/api/trace", body, lines: true).lines()
    #expect(lines.compactMap { $0["text"] as? String }.joined() == answer)
    let trace = try Trace(json: server.post("/api/trace", body).body)
    #expect(trace.generationTokens.joined().hasPrefix(answer), "\(trace.generationTokens)")
  }

  /// Wrong keys are 400, unusable texts 422, and every error is one line of JSON that names what is wrong.
  @Test func errorsNameTheKey() throws {
    let server = try server()
    func expect(
      _ path: String, _ body: [String: Any], _ status: Int, _ parts: String...,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let answer = try server.post(path, body)
      let message = try #require(answer.error, "\(answer.text)", sourceLocation: sourceLocation)
      #expect(answer.status == status, "\(message)", sourceLocation: sourceLocation)
      for part in parts { #expect(message.contains(part), "\(part) in: \(message)", sourceLocation: sourceLocation) }
      #expect(!message.contains("--") && !message.contains("\n"), "\(message)", sourceLocation: sourceLocation)
    }
    try expect("/api/trace", with(["hopps": 1]), 400, "hopps", "hops")
    try expect("/api/trace", with(["help": true]), 400, "help")
    try expect("/api/trace", with(["Hops": 1]), 400, "unknown key: Hops")
    try expect("/api/trace", with(["model": "/etc/passwd"]), 400, "model")
    try expect("/api/trace", with(["json": "/tmp/x"]), 400, "json")
    try expect("/api/trace", with(["hops": 5000]), 400, "hops is 5000", "0 to 1000")
    try expect("/api/trace", with(["hops": "many"]), 400, "many", "hops")
    try expect("/api/trace", with(["hops": [:] as [String: Int]]), 400, "hops: must be")
    try expect("/api/trace", with(["method": "magic"]), 400, "magic", "ifr-span")
    try expect("/api/trace", with(["output_span": [0, 1], "output_text": "x"]), 400, "output_span", "output_text")
    try expect("/api/trace", with(["output_span": [0, 999]]), 422, "0:999", "out of range")
    try expect("/api/graph", ["prompt": "x"], 400, "target")
    try expect("/api/trace", with(["max_tokens": 3]), 400, "max_tokens", "target")
    try expect("/api/trace", ["target": "x"], 400, "prompt is missing")
    try expect("/api/trace", ["prompt": "", "target": "x"], 422, "the prompt is empty")
    try expect("/api/trace", ["prompt": "x", "target": "x", "no_thinking": true], 400, "use_chat_template")
    try expect("/api/trace", ["target": "x", "messages": [["role": "king"]], "use_chat_template": true], 400, "king")
    try expect("/api/generate", ["prompt": "x", "temperature": -1], 400, "temperature is -1")
    try expect("/api/html", ["schema_version": 1], 422, "is missing")
    for body in ["", "[]", "{", "7", "\"x\""] {
      let answer = try server.send("POST", "/api/trace", body)
      #expect(answer.status == 400 && answer.error == "the body must be a JSON object", "\(body): \(answer.text)")
    }
    #expect(try server.send("GET", "/api/nothing").status == 404)
    #expect(try server.send("GET", "/api/nothing").error != nil)
    #expect(try server.send("DELETE", "/api/model").error != nil)
  }

  /// Other hosts' names and origins, large bodies and long texts are refused, and every response carries its headers.
  @Test func refusesWhatIsNotOurs() throws {
    let server = try server(["--max-sequence-tokens", "20"])
    #expect(try server.send("GET", "/", headers: ["Host": "evil.example:\(server.port)"]).status == 403)
    #expect(try server.send("GET", "/api/model", headers: ["Origin": "http://evil.example"]).status == 403)
    #expect(try server.send("POST", "/api/trace", "{}", headers: ["Content-Type": "text/plain"]).status == 415)
    let long = try server.post("/api/trace", Self.texts)
    #expect(long.status == 413 && long.error?.contains("20 are allowed") == true, "\(long.text)")
    let large = try server.post("/api/tokenize", ["text": String(repeating: "x", count: 2 << 20)])
    #expect(large.status == 413 && large.error?.contains("larger") == true, "\(large.status)")
    for path in ["/", "/page/main.js", "/api/model", "/nothing"] {
      let answer = try server.send("GET", path)
      let policy = try #require(answer.headers["content-security-policy"])
      #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe"), "\(path)")
      #expect(answer.headers["x-content-type-options"] == "nosniff", "\(path)")
      #expect(answer.headers["access-control-allow-origin"] == nil, "\(path)")
    }
  }

  /// A client that goes away cancels its work: the next in the queue does not wait for it.
  @Test(arguments: [false, true]) func closedConnectionsCancelTheirWork(lines: Bool) throws {
    let server = try server()
    let endless = #"{"prompt": "Count up from one.", "max_tokens": 7000, "temperature": 5, "seed": 3}"#
    var connection: LoopbackConnection? = try LoopbackConnection(port: server.port)
    connection?.send(
      server.request("POST", "/api/generate", endless, headers: lines ? ["Accept": "application/x-ndjson"] : [:]))
    if lines { #expect(connection?.receive().isEmpty == false) }
    connection = nil
    let answer = try server.post("/api/tokenize", ["text": "next"])
    #expect(answer.status == 200, "\(answer.text)")
  }

  @Test func workThatTakesTooLongIsStopped() throws {
    let server = try server(["--max-seconds", "0.2"])
    let answer = try server.post("/api/generate", ["prompt": "Count.", "max_tokens": 7000, "temperature": 5])
    #expect(answer.status == 503 && answer.error?.contains("0.2 s") == true, "\(answer.text)")
    #expect(try server.post("/api/tokenize", ["text": "next"]).status == 200)
  }

  @Test(arguments: [SIGINT, SIGTERM]) func signalsEndIt(signal: Int32) throws {
    let server = try server()
    let connection = try LoopbackConnection(port: server.port)
    connection.send(
      server.request("POST", "/api/generate", #"{"prompt": "Count.", "max_tokens": 7000, "temperature": 5}"#))
    #expect(server.end(signal) == 0)
  }

  @Test func refusesPortsThatAreTakenAndHostsThatOthersReach() throws {
    let server = try server()
    let model = try #require(Self.model)
    let taken = try Command(["serve", "-m", model, "--port", "\(server.port)"])
    #expect(taken.status == 65 && taken.errors.contains("port \(server.port)"), "\(taken.errors)")
    let open = try Command(["serve", "-m", model, "--host", "0.0.0.0"])
    #expect(open.status == 64 && open.errors.contains("127.0.0.1"), "\(open.errors)")
  }
}
