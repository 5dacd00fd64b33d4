import Foundation
import JSONLines

/// Where a batch's lines go: a file that a later run goes on with, or standard output.
struct BatchOutput {
  private let file: JSONLinesFile?
  private let path: String
  private let settings: [String: String]
  /// The samples that the file held before, by their index.
  private var written: [Int: BatchLine.Head] = [:]

  /// Opens the file, or begins it.
  ///
  /// - Parameters:
  ///   - path: `-` is standard output.
  ///   - settings: what all lines must agree in.
  /// - Throws: ``Failure/BadInput`` for a file of another run, which stays as it is; `JSONLinesError`.
  init(path: String, settings: [String: String]) throws {
    (self.path, self.settings) = (path, settings)
    if path == "-" {
      file = nil
      return
    }
    var written: [Int: BatchLine.Head] = [:]
    file = try JSONLinesFile(path: path, openings: BatchLine.openings) { number, line in
      guard let head = try? JSONDecoder().decode(BatchLine.Head.self, from: line) else {
        throw Failure.BadInput(description: "\(path):\(number): is no line of a batch; name another file")
      }
      for key in Set(head.run.keys).union(settings.keys).sorted() where head.run[key] != settings[key] {
        let (found, wanted) = (head.run[key] ?? "none", settings[key] ?? "none")
        throw Failure.BadInput(
          description: "\(path) belongs to another run: its \(key) is \(found), this run's \(wanted); name another file"
        )
      }
      written[head.index] = head
    }
    self.written = written
  }

  /// The sample's line that was there before; nil without one. Throws `JSONLinesError` where another sample's stands in its
  /// place.
  func line(index: Int, id: SampleID?) throws -> BatchLine.Head? {
    guard let line = written[index] else { return nil }
    guard line.id == id else {
      let name = { (id: SampleID?) in id.map { "the id \($0)" } ?? "no id" }
      throw JSONLinesError(
        path: path,
        reason:
          "the line of index \(index) has \(name(line.id)), the input's has \(name(id)); it was made from another input"
      )
    }
    return line
  }

  /// Writes a sample's line.
  func write(_ content: BatchLine.Content, index: Int, id: SampleID?) throws {
    let line = BatchLine(head: BatchLine.Head(index: index, id: id, run: settings), content: content)
    if let file {
      try file.append(line)
    } else {
      try FileHandle.standardOutput.write(contentsOf: JSONLine.data(of: line))
    }
  }
}
