import Kernels
import TestSupport
import Testing

struct LoopRecordingTests {
  private func sums() throws -> [Float] {
    var generator = SeededGenerator(seed: 5)
    let x = try Matrix(rows: 100, columns: 96, values: (0..<9600).map { _ in .random(in: -1..<1, using: &generator) })
    let ones = try Matrix(rows: 1, columns: 100, values: [Float](repeating: 1, count: 100))
    return try Execution(threads: 8).weightedRows(x, weights: ones).values
  }

  private func recorded() throws -> (recording: LoopRecording, sums: [Float]) {
    var found: [Float] = []
    let recording = try LoopRecording { found = try sums() }
    return (recording, found)
  }

  @Test func simulationLiesBetweenTheLongestPieceAndOneThread() throws {
    let recording = try recorded().recording
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
    let observed = try recorded().sums
    #expect(try sums() == observed)
  }
}
