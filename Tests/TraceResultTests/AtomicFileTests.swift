import Foundation
import Testing

@testable import TraceResult

@Suite final class AtomicFileTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "flashtrace-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  @Test func aTraceReadBackFromItsFileEqualsTheTrace() throws {
    var sample = SampleTrace(seed: 3)
    let trace = try sample.trace()
    try trace.writeJSON(to: path("trace.json"))
    try trace.writeJSON(to: path("trace.json"))
    #expect(try Trace(contentsOf: path("trace.json")) == trace)
    #expect(try names == ["trace.json"])
  }

  @Test func errorsNameTheFileAndLeaveNothingBehind() throws {
    let missing = path("missing/trace.json")
    #expect(throws: TraceError.file(path: missing, reason: "cannot be written: No such file or directory")) {
      try AtomicFile.write(Data("x".utf8), to: missing)
    }
    #expect(throws: TraceError.file(path: folder.path, reason: "cannot be written: is a directory")) {
      try AtomicFile.write(Data("x".utf8), to: folder.path)
    }
    let long = path(String(repeating: "n", count: 300))
    #expect(throws: TraceError.file(path: long, reason: "cannot be written: File name too long")) {
      try AtomicFile.write(Data("x".utf8), to: long)
    }
    #expect(try names.isEmpty)
    do {
      _ = try Trace(contentsOf: missing)
      Issue.record("a missing file was read")
    } catch {
      #expect(error.description.hasPrefix(missing + ": "))
    }
  }

  @Test func aSymbolicLinkStaysAndItsFileIsReplaced() throws {
    try AtomicFile.write(Data("old".utf8), to: path("file"))
    try FileManager.default.createSymbolicLink(atPath: path("link"), withDestinationPath: "file")
    try AtomicFile.write(Data("new".utf8), to: path("link"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path("link")) == "file")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path("file"))) == Data("new".utf8))
  }

  @Test func devicesAreWrittenToAndStay() throws {
    try AtomicFile.write(Data("x".utf8), to: "/dev/null")
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
    #expect(type == .typeCharacterSpecial)
  }

  @Test func anExistingFileKeepsItsPermissions() throws {
    try AtomicFile.write(Data("old".utf8), to: path("file"))
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path("file"))
    try AtomicFile.write(Data("new".utf8), to: path("file"))
    let mode = try FileManager.default.attributesOfItem(atPath: path("file"))[.posixPermissions] as? Int
    #expect(mode == 0o640)
  }
}
