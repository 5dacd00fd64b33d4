import HTTPTypes
import Hummingbird

/// Refuses requests that other hosts' pages cause: under another name for this machine (DNS rebinding), from another
/// origin, or with a body that needs no permission to be sent across origins.
struct LoopbackGuard<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    try Self.check(request.head)
    return try await next(request, context)
  }

  /// Throws ``RequestFailure`` unless the request is from this machine's own page, or from a program.
  static func check(_ head: HTTPRequest) throws(RequestFailure) {
    guard let authority = head.authority, names.contains(name(of: authority)) else {
      throw RequestFailure(
        .forbidden, "the host is \(head.authority ?? "not named"); allowed are \(names.joined(separator: ", "))")
    }
    if let origin = head.headerFields[.origin], origin != "http://" + authority {
      throw RequestFailure(.forbidden, "the origin is \(origin); allowed is http://\(authority)")
    }
    if let site = head.headerFields[.secFetchSite], site != "same-origin", site != "none", !isNavigation(head) {
      throw RequestFailure(.forbidden, "requests of other sites' pages are refused (Sec-Fetch-Site: \(site))")
    }
    if head.method == .post, !isJSON(head.headerFields[.contentType]) {
      throw RequestFailure(.unsupportedMediaType, "the body must be sent as Content-Type: application/json")
    }
  }

  /// What a browser on this machine may call it.
  private static var names: [String] { ["127.0.0.1", "localhost", "[::1]"] }

  /// The authority without its port, in lower case; what follows a colon and is no number stays, and is no name of ours.
  private static func name(of authority: String) -> String {
    guard let colon = authority.lastIndex(of: ":"),
      authority[authority.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return authority.lowercased() }
    return authority[..<colon].lowercased()
  }

  /// A link on another site may open the page, and nothing else.
  private static func isNavigation(_ head: HTTPRequest) -> Bool {
    head.method == .get && head.path == "/" && head.headerFields[.secFetchMode] == "navigate"
  }

  private static func isJSON(_ type: String?) -> Bool {
    type?.prefix { $0 != ";" }.lowercased().filter { $0 != " " } == "application/json"
  }
}

extension HTTPField.Name {
  static var secFetchSite: HTTPField.Name { named("Sec-Fetch-Site") }
  static var secFetchMode: HTTPField.Name { named("Sec-Fetch-Mode") }

  static func named(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header's name") }
    return name
  }
}
