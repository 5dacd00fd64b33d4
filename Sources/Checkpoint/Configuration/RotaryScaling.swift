#if canImport(Glibc)
  import Glibc
#endif

/// How a model stretches RoPE beyond the length it was first trained for.
enum RotaryScaling: Equatable {
  case none
  /// All frequencies divided by a factor (position interpolation).
  case linear(factor: Double)
  /// Llama 3.1: low frequencies divided by the factor, high ones kept, a ramp between.
  case llama3(factor: Double, lowFrequency: Double, highFrequency: Double, originalLength: Double)
  /// YaRN (Peng et al. 2023): a ramp over dimensions between interpolation and none, and an attention factor.
  case yarn(YaRN)

  struct YaRN: Equatable {
    var factor: Double
    var originalLength: Double
    var betaFast = 32.0
    var betaSlow = 1.0
    /// The attention factor; nil means the recommended one.
    var attentionFactor: Double?
    var truncates = true

    /// 0.1 m ln(factor) + 1, which YaRN recommends with m = 1 (section 3.4).
    static func recommendedFactor(_ factor: Double, multiplier: Double = 1) -> Double {
      factor > 1 ? 0.1 * multiplier * log(factor) + 1 : 1
    }
  }

  /// The embedding of `dimensions` rotated values with base `theta`.
  func embedding(dimensions: Int, theta: Double) -> RotaryEmbedding {
    let plain = (0..<dimensions / 2).map { pow(theta, -2 * Double($0) / Double(dimensions)) }
    switch self {
    case .none:
      return RotaryEmbedding(frequencies: plain, attentionFactor: 1)
    case .linear(let factor):
      return RotaryEmbedding(frequencies: plain.map { $0 / factor }, attentionFactor: 1)
    case .llama3(let factor, let low, let high, let length):
      let scaled = plain.map { frequency in
        let wavelength = 2 * Double.pi / frequency
        if wavelength < length / high { return frequency }
        if wavelength > length / low { return frequency / factor }
        let smooth = (length / wavelength - low) / (high - low)
        return (1 - smooth) * frequency / factor + smooth * frequency
      }
      return RotaryEmbedding(frequencies: scaled, attentionFactor: 1)
    case .yarn(let yarn):
      return yarn.embedding(plain, dimensions: dimensions, theta: theta)
    }
  }
}

extension RotaryScaling.YaRN {
  fileprivate func embedding(_ plain: [Double], dimensions: Int, theta: Double) -> RotaryEmbedding {
    /// The dimension whose wavelength makes `rotations` turns in the original length.
    func dimension(rotations: Double) -> Double {
      Double(dimensions) * log(originalLength / (rotations * 2 * .pi)) / (2 * log(theta))
    }
    var (low, high) = (dimension(rotations: betaFast), dimension(rotations: betaSlow))
    if truncates { (low, high) = (low.rounded(.down), high.rounded(.up)) }
    (low, high) = (max(low, 0), min(high, Double(dimensions - 1)))
    if low == high { high += 0.001 }
    let frequencies = plain.enumerated().map { index, frequency in
      let ramp = min(max((Double(index) - low) / (high - low), 0), 1)
      return frequency / factor * ramp + frequency * (1 - ramp)
    }
    return RotaryEmbedding(
      frequencies: frequencies, attentionFactor: attentionFactor ?? Self.recommendedFactor(factor))
  }
}
