import Foundation

/// The local Hugging Face cache: `hub/models--owner--name/snapshots/<revision>`.
enum ModelCache {
  /// The folder of the cached model `owner/name`, at its main revision; nothing is ever downloaded.
  static func folder(of id: String) throws(CheckpointError) -> String {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HF_HOME"] ?? environment["HOME"].map { $0 + "/.cache/huggingface" } ?? ""
    let hub = environment["HF_HUB_CACHE"] ?? home + "/hub"
    let model = hub + "/models--" + id.replacing("/", with: "--")
    let reference = model + "/refs/main"
    guard let text = try? String(contentsOfFile: reference, encoding: .utf8) else {
      throw .notFound(
        path: id, looked: "neither a file or folder of that name, nor a cached model: no \(reference)")
    }
    let revision = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !revision.isEmpty, revision.allSatisfy(\.isHexDigit) else {
      throw .malformed(file: reference, field: "revision", reason: "is not a commit id")
    }
    let folder = model + "/snapshots/" + revision
    guard FileManager.default.fileExists(atPath: folder) else {
      throw .notFound(path: id, looked: "the cache names revision \(revision), but \(folder) is not there")
    }
    return folder
  }

  /// Whether `text` has the form of a model's id.
  static func isModelID(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && part != "." && part != ".."
          && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
      }
  }
}
