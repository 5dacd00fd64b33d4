/// Token text made safe to show: what would act instead of being seen is written as an escape.
package enum VisibleText {
  /// Whether a scalar would move the cursor, reorder the line or be a terminal's command: controls, line and paragraph
  /// separators, bidirectional controls, the byte order mark and noncharacters.
  static func acts(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default:
      scalar.properties.isBidiControl || scalar.value == 0xFEFF || scalar.properties.isNoncharacterCodePoint
    }
  }

  static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\t": "\\t"
    case "\r": "\\r"
    default: "\\u{\(String(scalar.value, radix: 16))}"
    }
  }

  /// On one line, spaces as they are.
  static func line(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { line, scalar in
      if acts(scalar) { line += escape(scalar) } else { line.unicodeScalars.append(scalar) }
    }
  }

  /// On lines of its own: line feeds and tabs stay too.
  package static func preformatted(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { shown, scalar in
      if acts(scalar), scalar != "\n", scalar != "\t" {
        shown += escape(scalar)
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
  }

  /// On one line, with every white space and backslash to be seen.
  static func token(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { line, scalar in
      switch scalar {
      case " ": line += "␣"
      case "\\": line += "\\\\"
      case _ where acts(scalar) || scalar.properties.isWhitespace: line += escape(scalar)
      default: line.unicodeScalars.append(scalar)
      }
    }
  }

  /// `token(_:)` in at most so many columns; what is cut off ends in an ellipsis.
  static func token(_ text: String, columns: Int) -> String {
    let whole = token(text)
    var (kept, width) = ("", 0)
    for character in whole {
      width += ColumnWidth.of(character)
      guard width <= columns else { return kept + "…" }
      if width < columns { kept.append(character) }
    }
    return whole
  }

  /// Whether the text holds a letter that runs from right to left.
  static func runsRightToLeft(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      switch scalar.value {
      case 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
      default: false
      }
    }
  }
}
