import Foundation
import Hummingbird

/// Answers a request by work: plainly when it is done, or line by line while it runs.
struct WorkResponder: Sendable {
  /// What a client that wants lines accepts (newline-delimited JSON).
  static let lines = "application/x-ndjson"

  let queue: WorkQueue

  typealias Report = @Sendable (ServerEvent) -> Void

  /// Responds with what `work` returns, one line of JSON.
  ///
  /// A client that accepts ``lines`` gets events as they come, then `{"result": ...}` or `{"error": "..."}`. A client
  /// that closes the connection cancels its work.
  func respond(_ request: Request, work: @escaping @Sendable (Report) throws -> Data) async throws -> Response {
    guard request.headers[.accept]?.contains(Self.lines) == true else {
      let bytes = try await request.body.consumeWithCancellationOnInboundClose { _ in
        try await queue.run { try work { _ in } }
      }
      return Response.json(bytes)
    }
    return Response(
      status: .ok, headers: [.contentType: Self.lines],
      body: ResponseBody { writer in
        try await request.body.consumeWithCancellationOnInboundClose { _ in
          for await line in lines(of: work) { try await writer.write(ByteBuffer(bytes: line)) }
        }
        try await writer.finish(nil)
      })
  }

  /// The events of some work and its result or error. The work is cancelled when its lines are no longer waited for.
  private func lines(of work: @escaping @Sendable (Report) throws -> Data) -> AsyncStream<Data> {
    AsyncStream { lines in
      let filter = ProgressFilter { lines.yield(JSONText.line($0)) }
      let task = Task {
        do {
          let result = try await queue.run(onAhead: { filter.report(.ahead($0)) }) { try work { filter.report($0) } }
          lines.yield(Data(#"{"result":"#.utf8) + result.dropLast() + Data("}\n".utf8))
        } catch {
          lines.yield(JSONText.line(["error": RequestFailure(error).description]))
        }
        lines.finish()
      }
      lines.onTermination = { _ in task.cancel() }
    }
  }
}
