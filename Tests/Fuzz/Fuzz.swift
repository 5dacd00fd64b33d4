import ArgumentParser
import CAllocations
import Fuzzing

extension FuzzKind: ExpressibleByArgument {}

/// Reads damaged model files and checks that each is refused with a clear message or runs, within bounds of memory.
@main struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads damaged model files and checks that each is refused clearly or runs.",
    discussion: "An input is known by the seed and its number: --seed S --first N --inputs 1 runs it again.")

  @Option(help: "How many inputs to read.") var inputs = 100_000
  @Option(help: "The seed of all inputs.") var seed: UInt64 = 1
  @Option(help: "The number of the first input.") var first = 0
  @Option(help: "Only this kind of file: gguf, safetensors, index, config, tokenizer.") var kind: FuzzKind?

  /// Seconds that one input may take.
  static let timeLimit: UInt32 = 10
  /// Bytes that reading may take beside twice the file: the other files of the folder, the values of small texts, the
  /// forward pass.
  static let allowance = 1 << 20

  func run() throws {
    let fuzzer = try Fuzzer(seed: seed, kinds: kind.map { [$0] } ?? FuzzKind.allCases)
    _ = fuzzer.read(try fuzzer.prepare(first))  // what is made once is not counted
    var totals: [FuzzKind: (accepted: Int, refused: Int)] = [:]
    var (findings, largest, growth) = (0, 0, 0)
    for number in first..<first + inputs {
      let input = try fuzzer.prepare(number)
      allocations_begin(Int64(number), Self.timeLimit)
      let outcome = fuzzer.read(input)
      allocations_end()
      let (single, peak) = (allocations_largest(), allocations_growth())
      (largest, growth) = (max(largest, single), max(growth, peak))
      var complaint: String?
      switch outcome {
      case .accepted: totals[input.kind, default: (0, 0)].accepted += 1
      case .refused: totals[input.kind, default: (0, 0)].refused += 1
      case .unclear(let message): complaint = message
      }
      if peak > 2 * input.bytes.count + Self.allowance {
        complaint = "takes \(peak) bytes for a file of \(input.bytes.count)"
      }
      if let complaint {
        findings += 1
        print("input \(number) of seed \(seed) (\(input.kind)): \(complaint)")
      }
      if inputs == 1 { print("\(input.kind): \(outcome)") }
    }
    for kind in FuzzKind.allCases {
      guard let total = totals[kind] else { continue }
      print("\(kind): \(total.accepted) accepted, \(total.refused) refused")
    }
    print("largest allocation \(largest) bytes, largest growth \(growth) bytes, \(findings) findings")
    if findings > 0 { throw ExitCode.failure }
  }
}
