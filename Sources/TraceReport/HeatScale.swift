/// How a score becomes a colour: one hue, from the page's own lightness to a strong tone, even steps to the eye.
///
/// Lightness and chroma run linearly in OKLCH (Ottosson 2020), so equal steps of the level look equally large. The ends are
/// chosen so that every colour lies in sRGB and text in the mode's ink keeps a contrast above 4.5 on it (WCAG 2, 1.4.3).
struct HeatScale {
  enum Mode: CaseIterable { case light, dark }

  /// An end of the ramp: OKLCH lightness and chroma.
  struct Tone {
    var lightness: Double
    var chroma: Double
  }

  /// In degrees.
  var hue: Double
  var light: (none: Tone, full: Tone)
  var dark: (none: Tone, full: Tone)

  /// The prompt's scale.
  static let prompt = HeatScale(
    hue: 48, light: (Tone(lightness: 0.985, chroma: 0.006), Tone(lightness: 0.68, chroma: 0.165)),
    dark: (Tone(lightness: 0.21, chroma: 0.008), Tone(lightness: 0.54, chroma: 0.13)))
  /// The generated tokens' scale: their scores are of another size and have a hue of their own.
  static let generation = HeatScale(
    hue: 250, light: (Tone(lightness: 0.985, chroma: 0.004), Tone(lightness: 0.70, chroma: 0.13)),
    dark: (Tone(lightness: 0.21, chroma: 0.008), Tone(lightness: 0.53, chroma: 0.13)))

  /// What speaks against the output, where scores have a sign; `prompt` then is what speaks for it, in both texts.
  static let against = generation

  /// The level, -1 to 1, of a score: the square root of its part of the largest size, so that small scores stay visible;
  /// below 0 where the score is.
  static func level(of score: Double, largest: Double) -> Double {
    guard score != 0, largest > 0 else { return 0 }
    let size = min(1, (abs(score) / largest).squareRoot())
    return score < 0 ? -size : size
  }

  func ends(_ mode: Mode) -> (none: Tone, full: Tone) { mode == .light ? light : dark }

  func color(level: Double, mode: Mode) -> RGBColor {
    let (none, full) = ends(mode)
    return RGBColor(
      lightness: none.lightness + (full.lightness - none.lightness) * level,
      chroma: none.chroma + (full.chroma - none.chroma) * level, hue: hue)
  }
}
