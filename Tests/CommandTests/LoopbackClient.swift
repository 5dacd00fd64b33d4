import Foundation

/// A connection to a server on this machine, byte by byte: requests as no well-behaved client would send them too.
final class LoopbackConnection {
  private let descriptor: Int32

  /// Throws where nothing listens there.
  init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if status != 0 {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw HTTPAnswer.Failure(description: "port \(port): \(reason)")
    }
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  func send(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }  // the server closed first; what it said can still be read
      bytes = bytes.dropFirst(count)
    }
  }

  /// What comes next, at most 64 KiB; empty at the end.
  func receive() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(0, count)))
  }

  func receiveAll() -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = receive()
      if part.isEmpty { return bytes }
      bytes += part
    }
  }
}

/// A whole response.
struct HTTPAnswer {
  struct Failure: Error, CustomStringConvertible { let description: String }

  let status: Int
  /// By their names in lower case.
  let headers: [String: String]
  let body: Data

  init(_ bytes: [UInt8]) throws {
    let data = Data(bytes)
    guard let end = data.range(of: Data("\r\n\r\n".utf8)) else {
      throw Failure(description: "no response: \(String(decoding: bytes, as: UTF8.self))")
    }
    let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    status = Int(lines[0].split(separator: " ")[1]) ?? 0
    headers = Dictionary(
      lines.dropFirst().compactMap { line in
        line.firstIndex(of: ":").map {
          (line[..<$0].lowercased(), line[line.index(after: $0)...].trimmingCharacters(in: .whitespaces))
        }
      }, uniquingKeysWith: { $1 })
    let rest = data[end.upperBound...]
    body = headers["transfer-encoding"] == "chunked" ? Self.joined(chunks: rest) : Data(rest)
  }

  /// The body as a JSON object.
  func object() throws -> [String: Any] {
    guard let object = try JSONSerialization.jsonObject(with: body) as? [String: Any] else {
      throw Failure(description: "no object: \(text)")
    }
    return object
  }

  /// The message of an error.
  var error: String? { (try? object())?["error"] as? String }

  var text: String { String(decoding: body, as: UTF8.self) }

  /// The lines of a streamed response.
  func lines() throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    }
  }

  private static func joined(chunks data: Data) -> Data {
    var (whole, rest) = (Data(), data)
    while let end = rest.range(of: Data("\r\n".utf8)) {
      let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16) ?? 0
      if size == 0 { break }
      whole += rest[end.upperBound...].prefix(size)
      rest = rest[end.upperBound...].dropFirst(size + 2)
    }
    return whole
  }
}
