/// Why a model's files cannot be used. Every case names the file.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
  /// No such file, folder or cached model; `looked` says where it was looked for.
  case notFound(path: String, looked: String)
  /// The operating system refused to open, map or read the file.
  case unreadable(file: String, reason: String)
  /// The bytes do not follow the format: the field, what stands there, and what was expected.
  case malformed(file: String, field: String, reason: String)
  /// A valid file with something that this engine does not compute.
  case unsupported(file: String, what: String)
  /// A tensor that the model's family needs.
  case missingTensor(file: String, name: String)
  /// A tensor of another shape than the configuration asks for; shapes are [rows, columns].
  case wrongShape(file: String, name: String, shape: [Int], expected: [Int])

  /// One line that names what is wrong and what is allowed.
  public var description: String {
    switch self {
    case .notFound(let path, let looked): "\(path): not found (\(looked))"
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .malformed(let file, let field, let reason): "\(file): \(field): \(reason)"
    case .unsupported(let file, let what): "\(file): not supported: \(what)"
    case .missingTensor(let file, let name): "\(file): the tensor \(name) is missing"
    case .wrongShape(let file, let name, let shape, let expected):
      "\(file): the tensor \(name) has the shape \(shape); the configuration asks for \(expected)"
    }
  }
}
