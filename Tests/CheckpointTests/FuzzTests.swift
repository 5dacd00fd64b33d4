import Fuzzing
import Testing

/// A short run of the fuzzer; `Scripts/fuzz` runs as many inputs as wanted, and bounds memory too.
@Suite struct FuzzTests {
  /// Reading past a buffer, an overflow or a broken precondition would end the process.
  @Test(arguments: FuzzKind.allCases) func damagedFilesAreReadOrRefusedClearly(kind: FuzzKind) throws {
    let seed: UInt64 = 7
    let fuzzer = try Fuzzer(seed: seed, kinds: [kind])
    var refused = 0
    for number in 0..<2000 {
      switch fuzzer.read(try fuzzer.prepare(number)) {
      case .accepted: break
      case .refused: refused += 1
      case .unclear(let message): Issue.record("\(kind), seed \(seed), input \(number): \(message)")
      }
    }
    #expect((600..<2000).contains(refused), "\(kind), seed \(seed): \(refused) of 2000 were refused")
  }
}
