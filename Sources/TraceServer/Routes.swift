import FlashTrace
import Foundation
import Hummingbird

/// Paths, and what answers them.
struct Routes: Sendable {
  let work: ModelWork
  let queue: WorkQueue
  let reader: any RequestReader

  private var responder: WorkResponder { WorkResponder(queue: queue) }

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.addMiddleware {
      ResponseHeaders()
      ErrorResponses()
      LoopbackGuard()
    }
    for file in PageFile.all { router.get(RouterPath(file.path)) { _, _ in file.response() } }
    router.get("/api/model") { _, _ in Response.json(ModelFacts(work)) }
    router.post("/api/tokenize", use: tokenize)
    router.post("/api/generate", use: generate)
    router.post("/api/trace", use: trace)
    router.post("/api/graph", use: graph)
    router.post("/api/html", use: html)
    return router
  }

  @Sendable private func tokenize(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let (request, body) = try await collect(request)
    let conversation = try reader.tokenization(body, work.model)
    return try await responder.respond(request) { [work] _ in JSONText.line(try work.tokenize(conversation)) }
  }

  @Sendable private func generate(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let (request, body) = try await collect(request)
    let answer = try reader.answer(body, work.model)
    return try await responder.respond(request) { [work] report in
      JSONText.line(GeneratedAnswer(try work.answer(answer, report)))
    }
  }

  @Sendable private func trace(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let (request, body) = try await collect(request)
    let (target, unit) = try reader.trace(body, work.model)
    return try await responder.respond(request) { [work] report in try work.trace(target, report).json(units: unit) }
  }

  @Sendable private func graph(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let (request, body) = try await collect(request)
    let (target, unit) = try reader.graph(body, work.model)
    return try await responder.respond(request) { [work] report in
      JSONText.line(try work.graph(target, unit, report))
    }
  }

  /// A trace as the page that `--html` writes.
  @Sendable private func html(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
    let (_, body) = try await collect(request, limit: work.limits.traceBytes)
    let page = try Trace(json: Data(body)).html()
    return Response(
      status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
  }

  /// The request with its body read, and the body.
  private func collect(_ request: Request, limit: Int? = nil) async throws -> (Request, [UInt8]) {
    var request = request
    let body = try await request.collectBody(upTo: limit ?? work.limits.bodyBytes)
    return (request, Array(buffer: body))
  }
}
