/// The tokens of a text.
public struct Encoding: Sendable, Equatable {
  /// Token ids in order.
  public var ids: [Int32] = []
  /// The Unicode scalars of the text that each token covers (Python's string indices). Tokens that are parts of one
  /// character all have that character's range.
  public var offsets: [Range<Int>] = []
  /// The scalars that offsets count.
  let scalars: [Unicode.Scalar]

  init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  /// The text that a token covers; tokens that split a character show it whole.
  public func text(_ index: Int) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[offsets[index]])
    return String(view)
  }

  /// The same after one more token.
  func after(_ id: Int32, _ text: String) -> Encoding {
    let first = Array(text.unicodeScalars)
    var whole = Encoding(scalars: first + scalars)
    whole.ids = [id] + ids
    whole.offsets =
      [0..<first.count] + offsets.map { $0.lowerBound + first.count..<$0.upperBound + first.count }
    return whole
  }

  /// The texts of all tokens.
  public var texts: [String] { offsets.indices.map(text) }
}
