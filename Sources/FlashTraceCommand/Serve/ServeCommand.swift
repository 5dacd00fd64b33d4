import ArgumentParser
import FlashTrace
import Foundation
import TraceServer

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve a page on this machine that generates, chooses spans and traces.",
    discussion: """
      Example:
        flashtrace serve -m model.gguf
      Only this machine can reach it. The page's API takes and gives the same JSON as the command; it is described in
      Documentation/http-api.md. An interruption stops all work and ends the server.
      """)

  @OptionGroup var model: ModelOption
  @Option(help: ArgumentHelp("Port; 0 for a free one. Default: 8765, or a free one where it is taken.", valueName: "n"))
  var port: UInt16?
  @Option(help: "Loopback address to listen on.")
  var host = LocalServer.Address.ipv4
  @Option(
    help: ArgumentHelp(
      "Tokens of prompt and answer that a request may have. Default: the length that the model was made for.",
      valueName: "n"))
  var maxSequenceTokens: Int?
  @Option(help: ArgumentHelp("Seconds that the work of a request may take.", valueName: "s"))
  var maxSeconds = ServerLimits().seconds
  @Option(help: ArgumentHelp("Requests that may be at work or wait.", valueName: "n"))
  var maxQueue = ServerLimits().queueLength
  @OptionGroup var execution: ExecutionOptions

  static let defaultPort: UInt16 = 8765

  func validate() throws {
    for (name, value) in [("--max-sequence-tokens", maxSequenceTokens ?? 1), ("--max-queue", maxQueue)] where value < 1
    {
      throw ValidationError("\(name) is \(value); it must be 1 or more")
    }
    if !(maxSeconds > 0 && maxSeconds <= 1_000_000) {
      throw ValidationError("--max-seconds is \(maxSeconds); it must be above 0 and at most 1000000")
    }
  }

  func run() async throws {
    let execution = try execution.execution()
    let loaded = try LanguageModel.load(model.model)
    var limits = ServerLimits()
    (limits.sequenceTokens, limits.seconds, limits.queueLength) = (maxSequenceTokens, maxSeconds, maxQueue)
    let server = LocalServer(model: loaded, execution: execution, limits: limits, reader: OptionReader())
    let name = loaded.description.name
    do {
      try await serve(server, on: port ?? Self.defaultPort, name)
    } catch let error as ServerError {
      if port != nil { throw error }
      try await serve(server, on: 0, name)
    }
  }

  private func serve(_ server: LocalServer, on port: UInt16, _ name: String) async throws {
    let host = host == .ipv6 ? "[\(host.rawValue)]" : host.rawValue
    try await server.run(address: self.host, port: Int(port)) { port in
      StandardError.line("serving \(name); Ctrl-C ends it")
      FileHandle.standardOutput.write(Data("http://\(host):\(port)/\n".utf8))
    }
  }
}

extension LocalServer.Address: ExpressibleByArgument {}
