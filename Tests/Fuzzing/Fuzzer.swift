import Checkpoint
import Decoder
import Foundation
import Kernels
import TestSupport
import Tokenization

/// Makes damaged model files, input after input, and reads them as the command would.
///
/// An input is known by the seed and its number alone. What a reader must not do, such as trap or run on without end,
/// ends the process; what it must say is checked here.
package final class Fuzzer {
  /// What became of an input.
  package enum Outcome: Sendable {
    case accepted
    /// Refused with this message.
    case refused(String)
    /// Refused with a message that does not say enough.
    case unclear(String)
  }

  private struct Base {
    let seed: FuzzSeed
    let folder: ScratchFolder
  }

  private let seed: UInt64
  private let kinds: [FuzzKind]
  private var bases: [FuzzKind: [Base]] = [:]
  private let execution: Execution

  /// Inputs of `seed`, in turn of `kinds`.
  package init(seed: UInt64, kinds: [FuzzKind] = FuzzKind.allCases) throws {
    (self.seed, self.kinds) = (seed, kinds)
    execution = try Execution(threads: 1)
    for kind in kinds {
      bases[kind] = try FuzzSeed.all(kind).map { Base(seed: $0, folder: try Self.folder($0, kind)) }
    }
  }

  /// A folder in which only the file of `kind` is to be damaged.
  private static func folder(_ seed: FuzzSeed, _ kind: FuzzKind) throws -> ScratchFolder {
    // Memory, where the system has files there.
    let folder = try ScratchFolder(in: FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : nil)
    guard kind != .gguf else { return folder }
    var model = seed.folder
    model.tokenizer = #"{"model":{"type":"BPE","vocab":{"a":0,"b":1,"c":2,"ab":3,"<s>":4},"merges":["a b"]}}"#
    try model.write(to: folder)
    return folder
  }

  /// One damaged file: its path to open, its bytes.
  package struct Input {
    package let kind: FuzzKind
    package let bytes: [UInt8]
    package let path: String
  }

  /// Writes input `number` to where it is to be opened.
  package func prepare(_ number: Int) throws -> Input {
    var generator = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ UInt64(number))
    let kind = kinds[number % kinds.count]
    guard let all = bases[kind], let base = all.randomElement(using: &generator) else {
      preconditionFailure("every kind has files to begin with")
    }
    let bytes = Self.damaged(base.seed, all.map(\.seed.bytes), kind, &generator)
    let file = try base.folder.write(bytes, to: kind.file)
    return Input(kind: kind, bytes: bytes, path: kind == .gguf ? file : base.folder.path)
  }

  private static func damaged(
    _ seed: FuzzSeed, _ others: [[UInt8]], _ kind: FuzzKind, _ generator: inout SeededGenerator
  ) -> [UInt8] {
    var bytes = seed.bytes
    let isText = kind != .gguf && Int.random(in: 0..<4, using: &generator) > 0
    guard isText else {
      var mutator = ByteMutator(generator: generator)
      mutator.mutate(&bytes, fields: seed.fields, others: others)
      return bytes
    }
    var mutator = JSONMutator(generator: generator)
    guard kind == .safetensors else { return mutator.mutate(bytes, others: others) }
    // The header's length fits the damaged header, so that the damage is read.
    let length = 8 + bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = mutator.mutate(Array(bytes[8..<length]), others: others.map { Array($0[8..<length]) })
    return HuggingFaceWriter.framed(header) + bytes[length...]
  }

  /// Reads an input whole: files, configuration, tensors, tokenizer, and where all that stands, a forward pass.
  package func read(_ input: Input) -> Outcome {
    let files: ModelFiles
    let tensors: ModelTensors
    do throws(CheckpointError) {
      files = try ModelFiles.open(path: input.path)
      tensors = try files.tensors()
    } catch {
      return Self.judge(error, input.path)
    }
    do throws(TokenizerError) {
      let tokenizer = try Tokenizer(files: files)
      let encoding = tokenizer.encode("the quick <s> e\u{301} \u{10FFFD} 12345")
      guard encoding.ids.allSatisfy({ (0..<Int32(tokenizer.vocabularySize)).contains($0) }) else {
        return .unclear("the tokenizer makes ids that it does not have")
      }
      _ = tokenizer.decode(encoding.ids)
    } catch {
      let message = error.description
      return message.hasPrefix("the tokenizer ") && message.contains(input.path) ? .refused(message) : .unclear(message)
    }
    return runs(files.configuration, tensors)
  }

  /// Weights may be any bits, so nothing is said of the values.
  private func runs(_ configuration: ModelConfiguration, _ tensors: ModelTensors) -> Outcome {
    do {
      let model = DecoderModel(configuration: configuration, tensors: tensors)
      let last = Int32(configuration.vocabularySize - 1)
      _ = try model.forward(ids: [0, last, 0], generationStart: 1, captured: 0..<3, execution: execution)
      return .accepted
    } catch {
      return .unclear("a model that was accepted does not run: \(error)")
    }
  }

  /// A message begins with the path of a file of the model, and names a field or what is not supported.
  private static func judge(_ error: CheckpointError, _ path: String) -> Outcome {
    let message = error.description
    let names: Bool =
      switch error {
      case .malformed(_, let field, let reason): !field.isEmpty && !reason.isEmpty
      case .unsupported(_, let what): !what.isEmpty
      case .missingTensor, .wrongShape, .notFound, .unreadable: true
      }
    return names && message.hasPrefix(path) ? .refused(message) : .unclear(message)
  }
}
