import Foundation
import JSONLines
import TestSupport
import Testing

@Suite struct JSONLinesTests {
  private func open(_ path: String) throws -> (file: JSONLinesFile, lines: [String]) {
    var lines: [String] = []
    let file = try JSONLinesFile(path: path, openings: ["{\"a\":"]) { number, line in
      #expect(number == lines.count + 1)
      lines.append(String(decoding: line, as: UTF8.self))
    }
    return (file, lines)
  }

  private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  @Test func linesAreAppendedToWhatIsThere() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/lines"
    for round in 0..<3 {
      let (file, lines) = try open(path)
      #expect(lines.count == round)
      try file.append(["a": "\(round)/\n"])
    }
    #expect(try text(path) == "{\"a\":\"0/\\n\"}\n{\"a\":\"1/\\n\"}\n{\"a\":\"2/\\n\"}\n")
  }

  /// Wherever the last line is cut, what is whole stays, and the file goes on as if it had not been there.
  @Test func aCutLastLineIsRemoved() throws {
    let folder = try ScratchFolder()
    let whole = "{\"a\":\"1\"}\n{\"a\":\"2\"}\n"
    for length in 0...whole.utf8.count {
      let path = try folder.write(Array(whole.utf8.prefix(length)), to: "cut")
      do {
        let (file, lines) = try open(path)
        #expect(lines.count == length / 10, "\(length)")
        for line in lines.count..<2 { try file.append(["a": "\(line + 1)"]) }
      }
      #expect(try text(path) == whole, "\(length)")
    }
  }

  @Test(arguments: ["hello", "{\"b\":1}", "[", "{\"a\";"])
  func anothersFileStaysAsItIs(content: String) throws {
    let folder = try ScratchFolder()
    let path = try folder.write(Array(content.utf8), to: "other")
    #expect(throws: JSONLinesError.self) { try open(path) }
    #expect(try text(path) == content)
  }

  @Test func whatTheReaderRefusesStaysAsItIs() throws {
    let folder = try ScratchFolder()
    let path = try folder.write(Array("x\ncut".utf8), to: "other")
    #expect(throws: CancellationError.self) {
      try JSONLinesFile(path: path, openings: ["x"]) { _, _ in throw CancellationError() }
    }
    #expect(try text(path) == "x\ncut")
  }

  @Test func oneRunWritesAtATime() throws {
    let folder = try ScratchFolder()
    let path = folder.path + "/lines"
    let first = try open(path)
    #expect(throws: JSONLinesError(path: path, reason: "another run is writing it")) { try open(path) }
    try first.file.append(["a": "1"])
  }

  @Test func linesOfAnyLengthAreRead() throws {
    let folder = try ScratchFolder()
    let lengths = [0, 1, 65_535, 0, 65_536, 65_537, 200_000, 3]
    let lines = lengths.map { String(repeating: "x", count: $0) }
    for end in ["", "\n"] {
      var reader = try LineReader(path: folder.write(Array((lines.joined(separator: "\n") + end).utf8), to: "lines"))
      for (index, line) in lines.enumerated() {
        let read = try #require(try reader.next())
        #expect(read.bytes.count == line.count, "\(index)")
        #expect(read.isWhole == (index < lines.count - 1 || !end.isEmpty), "\(index)")
      }
      #expect(try reader.next() == nil)
    }
  }

  /// A line is there as soon as it is written, and waiting for the next ends when the task is cancelled.
  @Test func pipesAreReadLineByLine() async throws {
    let pipe = Pipe()
    let task = Task.detached {
      var reader = LineReader(pipe.fileHandleForReading, name: "pipe")
      var lines: [String] = []
      do {
        while let line = try reader.next() {
          lines.append(String(decoding: line.bytes, as: UTF8.self))
          if lines.count == 2 { withUnsafeCurrentTask { $0?.cancel() } }
        }
      } catch is CancellationError { lines.append("cancelled") }
      return lines
    }
    try pipe.fileHandleForWriting.write(contentsOf: Data("a\nb".utf8))
    try pipe.fileHandleForWriting.write(contentsOf: Data("c\nd".utf8))
    #expect(try await task.value == ["a", "bc", "cancelled"])
    _ = pipe
  }
}
