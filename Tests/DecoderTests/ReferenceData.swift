import Foundation
import Testing

/// Where the reference values and the real models lie, and what of them is there.
enum ReferenceData {
  /// `FLASHTRACE_REFERENCE`, or `shared/reference` beside the checkout; nil where neither is a folder.
  static let folder: URL? = {
    let beside = URL(filePath: #filePath).appending(path: "../../../../shared/reference").standardizedFileURL
    let named = ProcessInfo.processInfo.environment["FLASHTRACE_REFERENCE"].map { URL(filePath: $0) }
    let folder = named ?? beside
    return FileManager.default.fileExists(atPath: folder.appending(path: "tiny").path) ? folder : nil
  }()

  static let families = names(in: "tiny") { $0 }

  /// Names of the cases of a real model, such as "box".
  static func cases(ofModel model: String) -> [String] {
    names(in: "traces") { name in
      let parts = name.split(separator: ".").map(String.init)
      guard name.hasPrefix(model + "."), !name.hasSuffix(".route.json"), parts.last == "json" else { return nil }
      return parts[parts.count - 2]
    }
  }

  /// A model file in `~/.cache/flashtrace/models`; nil where it is absent.
  static func model(_ name: String) -> URL? {
    let file = FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache/flashtrace/models/\(name)")
    return FileManager.default.fileExists(atPath: file.path) ? file : nil
  }

  /// The cases of a tiny family.
  static func tiny(_ family: String) throws -> [GoldenPass] {
    try decode("tiny/\(family)/golden.json")
  }

  /// A case of a real model.
  static func trace(_ model: String, _ name: String) throws -> GoldenPass {
    try decode("traces/\(model).\(name).json")
  }

  private static func decode<T: Decodable>(_ path: String) throws -> T {
    let folder = try #require(folder)
    return try JSONDecoder().decode(T.self, from: Data(contentsOf: folder.appending(path: path)))
  }

  private static func names(in subfolder: String, _ keep: (String) -> String?) -> [String] {
    let path = folder?.appending(path: subfolder).path ?? ""
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).compactMap(keep).sorted()
  }
}

/// What the reference says of one forward pass.
struct GoldenPass: Decodable {
  let promptIDs: [Int32]
  let generationIDs: [Int32]
  let targetLogProbabilities: [Double]
  let lastLogits: [Double]?
  /// Pairs of id and log-probability.
  let lastTopFive: [[Double]]?

  enum CodingKeys: String, CodingKey {
    case promptIDs = "prompt_ids"
    case generationIDs = "generation_ids"
    case targetLogProbabilities = "target_logprobs"
    case lastLogits = "last_logits"
    case lastTopFive = "last_top5"
  }

  var ids: [Int32] { promptIDs + generationIDs }
}
