import Kernels

/// The angles by which RoPE turns the pairs of a head, a position.
struct Rotation: Sendable, Equatable {
  /// Radians a position for each pair.
  var frequencies: [Double]
  /// Factor of cosine and sine (YaRN's attention factor).
  var magnitude = 1.0
  let layout: RotaryLayout

  func table(_ positions: Range<Int>, threads: Int) throws(KernelError) -> RotaryTable {
    try RotaryTable(
      positions: positions, frequencies: frequencies, magnitude: magnitude, layout: layout, threads: threads)
  }
}
