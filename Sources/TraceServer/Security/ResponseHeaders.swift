import HTTPTypes
import Hummingbird

/// Headers of every response: nothing from elsewhere runs or is loaded, nothing is framed, sniffed or stored.
struct ResponseHeaders<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    for (name, value) in Self.fields { response.headers[name] = value }
    return response
  }

  private static var fields: [(HTTPField.Name, String)] {
    [
      (
        .contentSecurityPolicy,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
          + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
      ),
      (.xContentTypeOptions, "nosniff"),
      (.named("Referrer-Policy"), "no-referrer"),
      (.named("Cross-Origin-Opener-Policy"), "same-origin"),
      (.named("Cross-Origin-Resource-Policy"), "same-origin"),
      (.cacheControl, "no-store"),
    ]
  }
}

/// Turns errors into JSON with a message.
struct ErrorResponses<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      return RequestFailure(error).response()
    }
  }
}
