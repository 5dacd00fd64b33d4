import ArgumentParser
import FlashTrace
import Foundation

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Print a model's family, shapes and quantisation, and the memory that a trace will need.",
    discussion: "Example:\n  flashtrace inspect -m model.gguf --prompt-length 4096 --target-length 1024")

  @OptionGroup var model: ModelOption
  @Option(help: "Prompt tokens of the trace whose memory is predicted.")
  var promptLength = 1024
  @Option(help: "Target tokens of that trace.")
  var targetLength = 512
  @Option(help: "Method of that trace; gradients and AttnLRP keep what the whole prompt left.")
  var method = AttributionMethod.flashtrace
  @Flag(help: "List every tensor with its type and shape.")
  var tensors = false

  func validate() throws {
    for (name, value) in [("--prompt-length", promptLength), ("--target-length", targetLength)]
    where !(1...100_000_000).contains(value) {
      throw ValidationError("\(name) is \(value); allowed are 1 to 100000000")
    }
  }

  func run() throws {
    let loaded = try LanguageModel.load(model.model)
    let facts = loaded.configuration
    func row(_ name: String, _ value: String) {
      print("\(name):".padding(toLength: 19, withPad: " ", startingAt: 0) + value)
    }
    row("name", loaded.description.name)
    row("family", facts.family)
    row("format", "\(loaded.format.rawValue), \(Self.size(loaded.description.fileSize))")
    row("layers", "\(facts.layers.count)")
    row("hidden size", "\(facts.hiddenSize)")
    row(
      "heads", "\(facts.headCount) query, \(facts.keyValueHeadCount) key-value, of \(facts.headDimension)")
    row("feed-forward", "\(facts.intermediateSize)\(experts(facts))")
    row("vocabulary", "\(facts.vocabularySize)")
    row("context length", "\(facts.contextLength)")
    if let window = facts.layers.compactMap(\.slidingWindow).first {
      row("sliding window", "\(window) in \(facts.layers.count { $0.slidingWindow != nil }) layers")
    }
    row("chat format", (try? loaded.chatFormat().name) ?? "none that is known")
    for type in loaded.tensorTypes {
      row("weights", "\(type.type): \(type.count) tensors, \(Self.size(type.bytes))")
    }
    let memory = loaded.traceMemory(promptTokens: promptLength, targetTokens: targetLength, method: method)
    row("memory of a trace", "\(Self.size(memory)) for \(promptLength) + \(targetLength) tokens")
    if tensors { for tensor in loaded.storedTensors { print("\(tensor.name)\t\(tensor.type)\t\(tensor.shape)") } }
  }

  private func experts(_ facts: ModelConfiguration) -> String {
    facts.experts.map { ", \($0.count) experts of \($0.intermediateSize), \($0.used) used" } ?? ""
  }

  private static func size(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / 1_048_576
    return mebibytes < 1024
      ? String(format: "%.1f MiB", mebibytes) : String(format: "%.2f GiB", mebibytes / 1024)
  }
}
