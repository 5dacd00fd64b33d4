import Foundation

/// A Hugging Face model folder: names of its files, kept inside.
struct ModelFolder {
  let path: String
  /// The resolved folders that files may lie in: the folder itself, and the blobs of a Hugging Face cache entry.
  private let allowed: [String]

  init(path: String) { self.init(path: path, reaching: [URL(filePath: path)]) }

  /// The folder of a file whose other parts lie beside it: where it is named, or where that link leads.
  init(ofPartsBeside file: String) {
    let named = URL(filePath: file)
    let folders = [named.deletingLastPathComponent(), named.resolvingSymlinksInPath().deletingLastPathComponent()]
    self.init(path: folders[0].path(percentEncoded: false), reaching: folders)
  }

  private init(path: String, reaching folders: [URL]) {
    self.path = path
    var allowed: [URL] = []
    for folder in folders {
      let resolved = folder.resolvingSymlinksInPath()
      allowed.append(resolved)
      let snapshots = resolved.deletingLastPathComponent()
      let model = snapshots.deletingLastPathComponent()
      if snapshots.lastPathComponent == "snapshots", model.lastPathComponent.hasPrefix("models--") {
        allowed.append(model.appending(path: "blobs"))
      }
    }
    self.allowed = allowed.map { $0.path(percentEncoded: false) }.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
  }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  /// The path of a file in the folder; refuses names and links that lead outside.
  func file(_ name: String) throws(CheckpointError) -> String {
    let full = (path.hasSuffix("/") ? path : path + "/") + name
    guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
      throw .malformed(
        file: path, field: "file name \"\(name)\"", reason: "leads outside the folder; allowed are files in it")
    }
    guard has(name) else { throw .notFound(path: full, looked: "no such file in the model's folder") }
    let resolved = URL(filePath: full).resolvingSymlinksInPath().path(percentEncoded: false)
    guard allowed.contains(where: { resolved.hasPrefix($0) }) else {
      throw .malformed(file: full, field: "link", reason: "leads outside the folder, to \(resolved)")
    }
    return full
  }

  /// The bytes of a file in the folder.
  func contents(_ name: String) throws(CheckpointError) -> [UInt8] {
    let mapped = try MappedFile(path: try file(name))
    return Array(mapped.bytes(0..<mapped.count))
  }

  func json(_ name: String) throws(CheckpointError) -> JSONObject {
    let mapped = try MappedFile(path: try file(name))
    return try JSONObject(parsing: mapped.bytes(0..<mapped.count), file: mapped.path, field: "document")
  }

  /// `eos_token_id` of generation_config.json, or else of config.json: one id or several.
  func answerEndings(vocabularySize: Int) throws(CheckpointError) -> [Int32] {
    for name in ["generation_config.json", "config.json"] where has(name) {
      guard let ids = try json(name).oneOrMoreIntegers("eos_token_id") else { continue }
      return ids.filter { (0..<vocabularySize).contains($0) }.map(Int32.init)
    }
    return []
  }

  /// All tensors: of `model.safetensors`, or of the shards that its index names.
  func tensors() throws(CheckpointError) -> TensorStore {
    var store = TensorStore(source: path)
    let index = "model.safetensors.index.json"
    guard has(index) else {
      guard has("model.safetensors") else {
        throw .notFound(path: path, looked: "neither model.safetensors nor \(index) is there")
      }
      for tensor in try SafetensorsFile(path: try file("model.safetensors")).tensors { try store.add(tensor) }
      return store
    }
    let document = try json(index)
    let map = try document.required("weight_map", try document.optionalObject("weight_map")).strings()
    var paths: [String: String] = [:]
    for shard in Set(map.map(\.value)).sorted() {
      let path = try file(shard)
      paths[shard] = path
      for tensor in try SafetensorsFile(path: path).tensors { try store.add(tensor) }
    }
    for (name, shard) in map where store.file(of: name) != paths[shard] {
      throw .malformed(
        file: document.file, field: "weight_map.\(name)", reason: "names \(shard), which has no tensor of that name")
    }
    return store
  }
}
