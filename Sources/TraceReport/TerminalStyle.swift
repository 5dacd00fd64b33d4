/// How a terminal report looks; the caller knows its terminal.
public struct TerminalStyle: Sendable, Equatable {
  /// How many colours the terminal shows.
  public enum Color: Sendable, Equatable {
    /// No escape sequences at all: scores become a line of bars under the text.
    case none
    /// The 256-colour palette.
    case palette
    /// 24-bit colour.
    case full
  }

  /// Whether the terminal's text is light on dark or dark on light.
  public enum Background: Sendable, Equatable { case dark, light }

  /// Colours to use; without any, bars under the text show the scores.
  public var color: Color
  /// The terminal's background, which decides the end that the colours start from.
  public var background: Background
  /// The columns to wrap at; at least 20 are used.
  public var width: Int

  /// A style; the width counts terminal cells.
  public init(color: Color = .none, background: Background = .dark, width: Int = 80) {
    (self.color, self.background, self.width) = (color, background, width)
  }

  /// What a terminal shows, by its environment: `NO_COLOR` (no-color.org) and `TERM=dumb` turn colour off, `COLORTERM`
  /// of `truecolor` or `24bit` gives 24-bit colour, anything else the palette. No colour where output is not a terminal.
  public static func color(isTerminal: Bool, environment: [String: String]) -> Color {
    guard isTerminal, environment["NO_COLOR", default: ""].isEmpty, environment["TERM"] != "dumb" else { return .none }
    return ["truecolor", "24bit"].contains(environment["COLORTERM"]) ? .full : .palette
  }
}

extension TerminalStyle {
  var columns: Int { max(20, width) }

  func dim(_ text: String) -> String { color == .none || text.isEmpty ? text : "\u{1B}[2m\(text)\u{1B}[0m" }

  func bold(_ text: String) -> String { color == .none ? text : "\u{1B}[1m\(text)\u{1B}[0m" }

  /// Text on the heat scale's colour, below 0 that of what speaks against the output; as it is where there is no colour
  /// or no heat.
  func heat(_ text: String, level: Double) -> String {
    guard color != .none, level != 0 else { return text }
    let mode: HeatScale.Mode = background == .light ? .light : .dark
    let scale = level < 0 ? HeatScale.against : HeatScale.prompt
    let back = scale.color(level: abs(level), mode: mode)
    let code: String
    if color == .full {
      let (red, green, blue) = back.bytes
      code = "38;2;\(mode == .light ? "24;24;24" : "255;255;255");48;2;\(red);\(green);\(blue)"
    } else {
      code = "38;5;\(mode == .light ? 16 : 231);48;5;\(back.paletteIndex)"
    }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
