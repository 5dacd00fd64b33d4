import Foundation
import Testing

/// Runs the built `flashtrace` and collects what it says.
struct Command {
  let status: Int32
  let output: String
  let errors: String

  /// The program lies beside the test bundle.
  static let program: URL = {
    let bundle = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return bundle.deletingLastPathComponent().appending(path: "flashtrace")
  }()

  /// - Parameter signal: sent once the program has written something.
  init(_ arguments: [String], input: Data? = nil, environment: [String: String] = [:], signal: Int32? = nil) throws {
    let process = Process()
    process.executableURL = Self.program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let folder = FileManager.default.temporaryDirectory.appending(path: "flashtrace-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files instead of pipes: nothing blocks, however much is written.
    let files = try ["in", "out", "err"].map { name in
      let file = folder.appending(path: name)
      try (name == "in" ? input ?? Data() : Data()).write(to: file)
      return file
    }
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    if let signal {
      func isEmpty(_ file: URL) -> Bool { (try? Data(contentsOf: file))?.isEmpty ?? true }
      while process.isRunning, files.dropFirst().allSatisfy(isEmpty) { usleep(1000) }
      kill(process.processIdentifier, signal)
    }
    process.waitUntilExit()
    status = process.terminationStatus
    output = String(decoding: try Data(contentsOf: files[1]), as: UTF8.self)
    errors = String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
  }
}

/// A folder that is gone after the test.
final class ScratchFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "flashtrace-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path() }

  func write(_ data: Data, to name: String) throws -> String {
    try data.write(to: url.appending(path: name))
    return path(name)
  }

  var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path())) ?? [] }
}
