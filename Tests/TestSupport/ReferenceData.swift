import Foundation

/// The reference values beside the checkout, or where FLASHTRACE_REFERENCE says; and the models of the user's cache.
package enum ReferenceData {
  package static let folder: URL? = {
    let environment = ProcessInfo.processInfo.environment["FLASHTRACE_REFERENCE"].map { URL(filePath: $0) }
    let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let beside = checkout.deletingLastPathComponent().appending(path: "shared/reference")
    return [environment, beside].compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0.path()) }
  }()

  package static var isPresent: Bool { folder != nil }

  package static func model(_ name: String) -> String? {
    let home = FileManager.default.homeDirectoryForCurrentUser
    let path = home.appending(path: ".cache/flashtrace/models/\(name)").path()
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// Families with a random model and golden values in float64.
  package static var families: [String] {
    guard let tiny = folder?.appending(path: "tiny") else { return [] }
    return ((try? FileManager.default.contentsOfDirectory(atPath: tiny.path())) ?? []).sorted()
  }

  /// Names of the trace files of a model, those of routes included.
  package static func traces(of model: String) -> [String] {
    guard let traces = folder?.appending(path: "traces") else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: traces.path())) ?? []
    return names.filter { $0.hasPrefix(model) }.sorted()
  }
}
