import ArgumentParser
import Kernels

extension InstructionSet: @retroactive ExpressibleByArgument {
  /// A name such as `avx2`, or `best` for the one that kernels use by themselves.
  public init?(argument: String) {
    let named = Self.allCases.first { $0.description == argument }
    guard let set = argument == "best" ? .best : named else { return nil }
    self = set
  }
}

extension Precision: @retroactive ExpressibleByArgument {}

extension ElementType: @retroactive ExpressibleByArgument {
  /// The type of that name, such as `q4_1`; nil where there is none.
  public init?(argument: String) {
    let name = argument.uppercased()
    guard let type = Self.allCases.first(where: { $0.description == name }) else { return nil }
    self = type
  }
}

@main struct KernelBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "KernelBenchmarks",
    abstract: "Verifies kernels, then times them, on every instruction set of this CPU.",
    subcommands: [Products.self, Layer.self], defaultSubcommand: Products.self)
}
