import HTTPTypes
import Hummingbird
import Testing

@testable import TraceServer

struct LoopbackGuardTests {
  private func refusal(
    _ method: HTTPRequest.Method = .get, _ path: String = "/api/model", host: String?, _ fields: HTTPFields = [:]
  ) -> RequestFailure? {
    let head = HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields)
    do {
      try LoopbackGuard<BasicRequestContext>.check(head)
      return nil
    } catch { return error }
  }

  @Test(arguments: ["127.0.0.1:8765", "127.0.0.1", "localhost:8765", "LOCALHOST:1", "[::1]:8765", "[::1]"])
  func thisMachinesNamesPass(host: String) {
    #expect(refusal(host: host) == nil)
    #expect(refusal(host: host, [.origin: "http://" + host]) == nil)
  }

  /// A page under a name that an attacker's DNS points here has that name in Host.
  @Test(arguments: [
    nil, "", "evil.example", "evil.example:8765", "127.0.0.1.evil.example:8765", "localhost.evil.example",
    "0.0.0.0:8765",
    "192.168.0.4:8765", "127.0.0.1@evil.example", "[::1].evil.example", "localhost:8765.evil.example",
  ])
  func otherNamesAreRefused(host: String?) {
    #expect(refusal(host: host)?.status == .forbidden, "\(host ?? "none")")
  }

  @Test(arguments: [
    "http://evil.example", "null", "https://127.0.0.1:8765", "http://127.0.0.1:9999", "http://localhost:8765",
  ])
  func otherOriginsAreRefused(origin: String) {
    #expect(refusal(host: "127.0.0.1:8765", [.origin: origin])?.status == .forbidden)
  }

  @Test func otherSitesMayOpenThePageAndNothingElse() {
    let site: HTTPFields = [.secFetchSite: "cross-site", .secFetchMode: "navigate"]
    #expect(refusal(.get, "/", host: "127.0.0.1:1", site) == nil)
    #expect(refusal(.get, "/api/model", host: "127.0.0.1:1", site)?.status == .forbidden)
    #expect(refusal(.get, "/", host: "127.0.0.1:1", [.secFetchSite: "cross-site"])?.status == .forbidden)
    #expect(refusal(.get, "/api/model", host: "127.0.0.1:1", [.secFetchSite: "same-origin"]) == nil)
  }

  /// What a form or a simple request of another origin can send is none of our bodies.
  @Test func bodiesAreJSON() {
    for type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
      #expect(
        refusal(.post, host: "127.0.0.1:1", [.contentType: type])?.status == .unsupportedMediaType, "\(type)")
    }
    #expect(refusal(.post, host: "127.0.0.1:1")?.status == .unsupportedMediaType)
    for type in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
      #expect(refusal(.post, host: "127.0.0.1:1", [.contentType: type]) == nil, "\(type)")
    }
  }
}
