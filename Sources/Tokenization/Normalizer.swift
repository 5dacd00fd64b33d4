import Foundation

/// Rewrites text before it is cut into words; knows which original scalar every new one stands for.
indirect enum Normalizer: Sendable, Equatable {
  case none
  /// Canonical composition.
  case nfc
  /// Every occurrence of a scalar replaced by another.
  case replace(Unicode.Scalar, with: Unicode.Scalar)
  /// A scalar before all text; it stands for the text's first scalar.
  case prepend(Unicode.Scalar)
  case sequence([Normalizer])

  /// Scalars and, for each, the range of original scalars that it stands for.
  struct Text {
    var scalars: [Unicode.Scalar]
    var origins: [Range<Int>]

    /// Original scalars, which begin at index `start` of the whole text.
    init(_ scalars: [Unicode.Scalar], at start: Int = 0) {
      self.init(scalars: scalars, origins: scalars.indices.map { start + $0..<start + $0 + 1 })
    }

    init(scalars: [Unicode.Scalar], origins: [Range<Int>]) {
      (self.scalars, self.origins) = (scalars, origins)
    }

    /// The original scalars that a range of scalars, not an empty one, stands for.
    func origin(of range: Range<Int>) -> Range<Int> {
      origins[range.lowerBound].lowerBound..<origins[range.upperBound - 1].upperBound
    }
  }

  func apply(_ text: Text) -> Text {
    switch self {
    case .none: return text
    case .nfc: return composed(text)
    case .replace(let old, let new):
      return Text(scalars: text.scalars.map { $0 == old ? new : $0 }, origins: text.origins)
    case .prepend(let scalar):
      guard let first = text.origins.first else { return text }
      return Text(scalars: [scalar] + text.scalars, origins: [first] + text.origins)
    case .sequence(let steps): return steps.reduce(text) { $1.apply($0) }
    }
  }

  /// Composes stretches that begin with a starter. A composed scalar stands for the first of those it was made of.
  private func composed(_ text: Text) -> Text {
    if text.scalars.allSatisfy({ $0.value < 0x300 }) { return text }  // nothing below U+0300 changes under NFC
    var result = Text(scalars: [], origins: [])
    result.scalars.reserveCapacity(text.scalars.count)
    result.origins.reserveCapacity(text.scalars.count)
    var start = 0
    while start < text.scalars.count {
      var end = start + 1
      while end < text.scalars.count, Self.mayJoin(text.scalars[end]) { end += 1 }
      defer { start = end }
      if end == start + 1, Self.isComposed(text.scalars[start]) {
        result.scalars.append(text.scalars[start])
        result.origins.append(text.origins[start])
        continue
      }
      var source = String.UnicodeScalarView()
      source.append(contentsOf: text.scalars[start..<end])
      let composed = Array(String(source).precomposedStringWithCanonicalMapping.unicodeScalars)
      let units = (start..<end).flatMap { index in
        Self.decomposition(text.scalars[index]).map { _ in text.origins[index] }
      }
      var unit = 0
      for scalar in composed {
        result.scalars.append(scalar)
        result.origins.append(units[min(unit, units.count - 1)])
        unit += Self.decomposition(scalar).count
      }
    }
    return result
  }

  /// Whether a scalar alone is its own composition.
  private static func isComposed(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x300 || !scalar.properties.isFullCompositionExclusion
  }

  private static func decomposition(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
  }

  /// Whether a scalar may compose with those before it: combining marks, and the vowels and finals of Hangul.
  private static func mayJoin(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x300 { return false }
    return scalar.properties.canonicalCombiningClass != .notReordered
      || (0x1161...0x1175).contains(scalar.value) || (0x11A8...0x11C2).contains(scalar.value)
      || scalar.properties.isGraphemeExtend || scalar.properties.generalCategory == .spacingMark
  }
}
