import Foundation
import Hummingbird

extension Response {
  /// A response of bytes that are JSON.
  static func json(_ bytes: Data, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// A value as JSON, keys in alphabetical order, with a final newline.
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
    json(JSONText.line(value), status: status)
  }
}

/// JSON on one line.
enum JSONText {
  /// A value, its keys in alphabetical order, and a newline.
  static func line(_ value: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(value) + [UInt8(ascii: "\n")]
    } catch {
      preconditionFailure("responses have a JSON form: \(error)")
    }
  }
}
