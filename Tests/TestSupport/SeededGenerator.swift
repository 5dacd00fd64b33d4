/// SplitMix64: the same numbers for the same seed on every machine.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Values from a normal distribution (sum of uniforms), times `scale`.
  package mutating func normal(_ count: Int, scale: Double = 1) -> [Float] {
    (0..<count).map { _ in
      let sum = (0..<12).reduce(0.0) { total, _ in total + Double.random(in: 0..<1, using: &self) }
      return Float((sum - 6) * scale)
    }
  }
}
