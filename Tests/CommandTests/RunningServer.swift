import Foundation

/// A running `flashtrace serve`; ended with the last reference to it.
final class RunningServer {
  let port: UInt16
  let address: String
  private let process = Process()

  init(model: String, _ arguments: [String] = []) throws {
    let output = Pipe()
    process.executableURL = Command.program
    process.arguments = ["serve", "-m", model, "--port", "0"] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    var line = Data()
    while !line.contains(UInt8(ascii: "\n")) {
      let part = output.fileHandleForReading.availableData
      if part.isEmpty { throw HTTPAnswer.Failure(description: "the server ended before it listened") }
      line += part
    }
    address = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    port = URL(string: address)?.port.flatMap(UInt16.init(exactly:)) ?? 0
  }

  deinit { if process.isRunning { process.terminate() } }

  /// Sends a signal and waits for the end: the exit code.
  func end(_ signal: Int32) -> Int32 {
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The text of a request, as a browser's page of this server would send it.
  func request(
    _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
  ) -> String {
    var fields = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
    if let body {
      fields["Content-Type"] = "application/json"
      fields["Content-Length"] = "\(body.utf8.count)"
    }
    fields.merge(headers) { $1 }
    let lines = fields.sorted { $0.key < $1.key }.map { "\($0): \($1)\r\n" }.joined()
    return "\(method) \(path) HTTP/1.1\r\n\(lines)\r\n\(body ?? "")"
  }

  func send(
    _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
  ) throws -> HTTPAnswer {
    let connection = try LoopbackConnection(port: port)
    connection.send(request(method, path, body, headers: headers))
    return try HTTPAnswer(connection.receiveAll())
  }

  func post(_ path: String, _ body: [String: Any], lines: Bool = false) throws -> HTTPAnswer {
    let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
    return try send("POST", path, text, headers: lines ? ["Accept": "application/x-ndjson"] : [:])
  }
}
