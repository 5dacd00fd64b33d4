import Kernels
import TestSupport
import Testing

struct LoopRecordingTests {
  private func product(threads: Int) throws -> (LoopRecording, Matrix) {
    let execution = try Execution(threads: threads)
    var generator = SeededGenerator(seed: 5)
    let x = try Matrix(rows: 100, columns: 96, values: (0..<9600).map { _ in .random(in: -1..<1, using: &generator) })
    let y = try Matrix(rows: 1, columns: 96)
    let recording = try LoopRecording { y.copy(from: try execution.weightedRows(x, weights: Self.ones(100))) }
    return (recording, y)
  }

  private static func ones(_ count: Int) throws -> Matrix {
    try Matrix(rows: 1, columns: count, values: [Float](repeating: 1, count: count))
  }

  @Test func simulationLiesBetweenTheLongestPieceAndOneThread() throws {
    let (recording, _) = try product(threads: 8)
    let total = recording.loops.joined().reduce(0, +)
    #expect(!recording.loops.isEmpty && total > 0 && recording.seconds >= total)
    let one = recording.simulatedSeconds(threads: 1)
    #expect(abs(one - recording.serialSeconds - total) < 1e-9)
    var last = one
    for threads in [2, 4, 8, 64] {
      let seconds = recording.simulatedSeconds(threads: threads)
      #expect(seconds <= last + 1e-12, "\(threads) threads")
      #expect(seconds >= recording.serialSeconds + total / Double(threads) - 1e-12, "\(threads) threads")
      last = seconds
    }
    let longest = recording.loops.reduce(0) { $0 + ($1.max() ?? 0) }
    #expect(recording.simulatedSeconds(threads: 10_000) >= recording.serialSeconds + longest - 1e-12)
    #expect(recording.simulatedSeconds(threads: 2, overhead: 1) >= recording.simulatedSeconds(threads: 2))
  }

  @Test func observationChangesNoResult() throws {
    let observed = try product(threads: 8).1
    let execution = try Execution(threads: 8)
    var generator = SeededGenerator(seed: 5)
    let x = try Matrix(rows: 100, columns: 96, values: (0..<9600).map { _ in .random(in: -1..<1, using: &generator) })
    #expect(try execution.weightedRows(x, weights: Self.ones(100)).values == observed.values)
  }
}
