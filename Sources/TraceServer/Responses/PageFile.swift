import Hummingbird
import TraceReport

/// A file of the page, part of the program itself.
struct PageFile: Sendable {
  let path: String
  let type: String
  let bytes: [UInt8]

  static let all = [
    PageFile(path: "/", type: "text/html", bytes: PackageResources.index_html),
    PageFile(path: "/page/icon.svg", type: "image/svg+xml", bytes: PackageResources.icon_svg),
    // The page looks as the report does that `--html` writes.
    PageFile(path: "/page/report.css", type: "text/css", bytes: Array(HTMLStyle.sheet(viewCount: 1).utf8)),
    PageFile(path: "/page/style.css", type: "text/css", bytes: PackageResources.style_css),
    script("api", PackageResources.api_js), script("gallery", PackageResources.gallery_js),
    script("graph", PackageResources.graph_js), script("heat", PackageResources.heat_js),
    script("main", PackageResources.main_js), script("scores", PackageResources.scores_js),
    script("spans", PackageResources.spans_js), script("text", PackageResources.text_js),
    script("tokens", PackageResources.tokens_js), script("work", PackageResources.work_js),
  ]

  private static func script(_ name: String, _ bytes: [UInt8]) -> PageFile {
    PageFile(path: "/page/\(name).js", type: "text/javascript", bytes: bytes)
  }

  func response() -> Response {
    Response(
      status: .ok, headers: [.contentType: type + "; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
