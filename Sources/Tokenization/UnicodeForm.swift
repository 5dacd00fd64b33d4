import Foundation

/// A Unicode normalization form (Unicode Standard Annex 15) that knows where every scalar comes from.
struct UnicodeForm: Sendable, Equatable {
  /// NFKC and NFKD: compatibility characters such as ligatures are decomposed too.
  var isCompatible: Bool
  /// NFC and NFKC: what can be composed is.
  var composes: Bool

  static let nfc = UnicodeForm(isCompatible: false, composes: true)
  static let nfd = UnicodeForm(isCompatible: false, composes: false)
  static let nfkc = UnicodeForm(isCompatible: true, composes: true)
  static let nfkd = UnicodeForm(isCompatible: true, composes: false)

  /// A scalar, and how it counts in the original: 1 more than there (inserted), or -n for n originals that follow it and
  /// that it also stands for.
  private struct Change {
    var scalar: Unicode.Scalar
    var count: Int
    var order: UInt8 { scalar.properties.canonicalCombiningClass.rawValue }
  }

  /// Scalars' full decompositions, which come again and again in a text.
  private typealias Cache = [Unicode.Scalar: [Unicode.Scalar]]

  /// Cost: O(n); scalars that stay as they are cost a look at their properties.
  func apply(_ text: Normalizer.Text) -> Normalizer.Text {
    // Nothing below stays other than it is, whatever follows it there.
    let plain: UInt32 = isCompatible ? 0xA0 : composes ? 0x300 : 0xC0
    if text.scalars.allSatisfy({ $0.value < plain }) { return text }
    var result = Normalizer.Text(scalars: [], origins: [])
    result.scalars.reserveCapacity(text.scalars.count)
    result.origins.reserveCapacity(text.scalars.count)
    var cache: Cache = [:]
    var start = 0
    while start < text.scalars.count {
      var end = start + 1
      while end < text.scalars.count, mayJoin(text.scalars[end], &cache) { end += 1 }
      if end == start + 1, isUnchanged(text.scalars[start], plain) {
        result.scalars.append(text.scalars[start])
        result.origins.append(text.origins[start])
      } else {
        append(text.scalars[start..<end], text.origins[start..<end], to: &result, &cache)
      }
      start = end
    }
    return result
  }

  private func isUnchanged(_ scalar: Unicode.Scalar, _ plain: UInt32) -> Bool {
    if scalar.value < plain { return true }
    // Full composition exclusions are what NFC changes in a scalar alone.
    return composes && !isCompatible && !scalar.properties.isFullCompositionExclusion
  }

  /// Whether a scalar may be reordered or composed with those before it: marks, and the vowels and finals of Hangul.
  private func mayJoin(_ scalar: Unicode.Scalar, _ cache: inout Cache) -> Bool {
    if scalar.value < 0x300 { return false }
    // Compatibility forms of marks and Hangul letters become such.
    guard let first = isCompatible ? decomposition(scalar, &cache).first : scalar else { return false }
    let properties = first.properties
    return properties.canonicalCombiningClass != .notReordered
      || (0x1161...0x1175).contains(first.value) || (0x11A8...0x11C2).contains(first.value)
      || properties.isGraphemeExtend || properties.generalCategory == .spacingMark
  }

  private func decomposition(_ scalar: Unicode.Scalar, _ cache: inout Cache) -> [Unicode.Scalar] {
    if let known = cache[scalar] { return known }
    let text = String(scalar)
    let mapped =
      isCompatible ? text.decomposedStringWithCompatibilityMapping : text.decomposedStringWithCanonicalMapping
    let result = Array(mapped.unicodeScalars)
    cache[scalar] = result
    return result
  }

  private func append(
    _ scalars: ArraySlice<Unicode.Scalar>, _ origins: ArraySlice<Range<Int>>, to result: inout Normalizer.Text,
    _ cache: inout Cache
  ) {
    var changes = decomposed(scalars, &cache)
    if composes { changes = Self.composed(changes) }
    var position = origins.startIndex
    for change in changes {
      let origin = change.count > 0 ? max(origins.startIndex, position - 1) : position
      result.scalars.append(change.scalar)
      result.origins.append(origins[min(origin, origins.endIndex - 1)])
      if change.count <= 0 { position += 1 - change.count }
    }
  }

  /// Full decompositions, marks in canonical order.
  private func decomposed(_ scalars: ArraySlice<Unicode.Scalar>, _ cache: inout Cache) -> [Change] {
    var changes: [Change] = []
    for scalar in scalars {
      for (index, part) in decomposition(scalar, &cache).enumerated() {
        changes.append(Change(scalar: part, count: index == 0 ? 0 : 1))
      }
    }
    var start = 0
    while start < changes.count {
      var end = start
      while end < changes.count, changes[end].order > 0 { end += 1 }
      if end - start > 1 {
        let run = changes[start..<end].enumerated().sorted {
          ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
        }
        changes.replaceSubrange(start..<end, with: run.map(\.element))
      }
      start = end + 1
    }
    return changes
  }

  /// Canonical composition: a mark joins the last starter unless one of at least its order stands between.
  private static func composed(_ changes: [Change]) -> [Change] {
    var result: [Change] = []
    var starter: Int?
    var lastOrder: UInt8?
    for change in changes {
      let isBlocked = lastOrder.map { $0 >= change.order } ?? false
      if let starter, !isBlocked, let joined = composition(result[starter].scalar, change.scalar) {
        result[starter].scalar = joined
        result[starter].count += change.count - 1
        continue
      }
      lastOrder = change.order == 0 ? nil : change.order
      if change.order == 0 { starter = result.count }
      result.append(change)
    }
    return result
  }

  private static func composition(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
    // A Hangul syllable without a final, and a final: arithmetic (Unicode Standard, 3.12), which Foundation leaves out.
    let hangul: UInt32 = 0xAC00
    if (hangul..<0xD7A4).contains(first.value), (first.value - hangul) % 28 == 0,
      (0x11A8...0x11C2).contains(second.value)
    {
      return Unicode.Scalar(first.value + second.value - 0x11A7)
    }
    var pair = String.UnicodeScalarView()
    pair.append(first)
    pair.append(second)
    let composed = String(pair).precomposedStringWithCanonicalMapping.unicodeScalars
    return composed.count == 1 ? composed.first : nil
  }
}
