import ArgumentParser
import FlashTrace

@main struct TraceBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "TraceBenchmarks",
    abstract: "Verifies whole traces, then measures them: time by phase, peak memory, threads, pruning, methods.",
    subcommands: [Sweep.self, Point.self, Spans.self, Threads.self, Schedule.self, Pruning.self, Efficiency.self])
}

extension Precision: @retroactive ExpressibleByArgument {}
