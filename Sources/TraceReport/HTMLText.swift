/// Text for HTML: markup is escaped, what acts instead of being seen is shown as an escape.
enum HTMLText {
  /// For content and quoted attributes.
  static func escape(_ text: String) -> String {
    var html = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": html += "&amp;"
      case "<": html += "&lt;"
      case ">": html += "&gt;"
      case "\"": html += "&quot;"
      case "'": html += "&#39;"
      case _ where VisibleText.acts(scalar): html += VisibleText.escape(scalar)
      default: html.unicodeScalars.append(scalar)
      }
    }
    return html
  }

  /// For preformatted content: line feeds and tabs stay, line feeds behind a mark that is not part of the text.
  static func preformatted(_ text: String) -> String {
    var (html, plain) = ("", "")
    for scalar in text.unicodeScalars {
      guard VisibleText.acts(scalar) else {
        plain.unicodeScalars.append(scalar)
        continue
      }
      html += escape(plain)
      plain = ""
      switch scalar {
      case "\n": html += #"<i class="nl"></i>"# + "\n"
      case "\t": html += "\t"
      default: html += #"<i class="esc">"# + VisibleText.escape(scalar) + "</i>"
      }
    }
    return html + escape(plain)
  }
}
