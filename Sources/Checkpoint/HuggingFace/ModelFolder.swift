import Foundation

/// A Hugging Face model folder: names of its files, kept inside.
struct ModelFolder {
  let path: String
  /// The resolved folders that files may lie in: the folder itself, and the blobs of a Hugging Face cache entry.
  private let allowed: [String]

  init(path: String) {
    self.path = path
    let resolved = URL(filePath: path).resolvingSymlinksInPath()
    var allowed = [resolved.path(percentEncoded: false)]
    let snapshots = resolved.deletingLastPathComponent()
    if snapshots.lastPathComponent == "snapshots" {
      let model = snapshots.deletingLastPathComponent()
      if model.lastPathComponent.hasPrefix("models--") {
        allowed.append(model.appending(path: "blobs").path(percentEncoded: false))
      }
    }
    self.allowed = allowed.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
  }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  /// The path of a file in the folder; refuses names and links that lead outside.
  func file(_ name: String) throws(CheckpointError) -> String {
    let full = path + "/" + name
    guard !name.isEmpty, !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else {
      throw .malformed(file: path, field: name, reason: "leads outside the folder")
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
    let document = try JSONValue(parsing: mapped.bytes(0..<mapped.count), file: mapped.path, field: "document")
    guard let values = document.object else {
      throw .malformed(file: mapped.path, field: "document", reason: "is not a JSON object")
    }
    return JSONObject(file: mapped.path, values: values)
  }

  /// All tensors: of `model.safetensors`, or of the shards that its index names.
  func tensors() throws(CheckpointError) -> TensorStore {
    var store = TensorStore(source: path)
    for shard in try shards() {
      for tensor in try SafetensorsFile(path: try file(shard)).tensors { try store.add(tensor) }
    }
    return store
  }

  private func shards() throws(CheckpointError) -> [String] {
    let index = "model.safetensors.index.json"
    guard has(index) else {
      guard has("model.safetensors") else {
        throw .notFound(path: path, looked: "neither model.safetensors nor \(index) is there")
      }
      return ["model.safetensors"]
    }
    let document = try json(index)
    let map = try document.required("weight_map", try document.optionalObject("weight_map"))
    var names: Set<String> = []
    for (tensor, value) in map.values {
      guard let name = value.string else {
        throw .malformed(file: document.file, field: "weight_map.\(tensor)", reason: "is not a file name")
      }
      names.insert(name)
    }
    return names.sorted()
  }
}
