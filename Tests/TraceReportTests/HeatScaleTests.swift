import Foundation
import Testing

@testable import TraceReport

@Suite struct HeatScaleTests {
  static let scales = [HeatScale.prompt, HeatScale.generation]

  /// Relative luminance and contrast as WCAG 2 defines them.
  private func luminance(_ color: RGBColor) -> Double {
    func linear(_ x: Double) -> Double { x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4) }
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
  }

  private func contrast(_ one: RGBColor, _ other: RGBColor) -> Double {
    let (a, b) = (luminance(one), luminance(other))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  private func surface(_ name: String, _ mode: HeatScale.Mode) throws -> RGBColor {
    let found = try #require(HTMLStyle.surfaces(mode).first { $0.name == name })
    return RGBColor(lightness: found.lightness, chroma: found.chroma, hue: found.hue)
  }

  @Test(arguments: HeatScale.Mode.allCases)
  func textIsReadableOnEveryLevel(mode: HeatScale.Mode) throws {
    let ink = try surface("ink", mode)
    for scale in Self.scales {
      for step in 0...100 {
        let ratio = contrast(ink, scale.color(level: Double(step) / 100, mode: mode))
        #expect(ratio >= 4.5, "\(mode), hue \(scale.hue), level \(step) %: \(ratio)")
      }
    }
  }

  @Test(arguments: HeatScale.Mode.allCases)
  func greyTextIsReadableOnThePage(mode: HeatScale.Mode) throws {
    #expect(contrast(try surface("soft", mode), try surface("page", mode)) >= 4.5)
    #expect(contrast(try surface("ink", mode), try surface("page", mode)) >= 7)
  }

  @Test(arguments: HeatScale.Mode.allCases)
  func everyColourLiesInsideTheGamut(mode: HeatScale.Mode) {
    for scale in Self.scales {
      for step in 0...100 {
        let color = scale.color(level: Double(step) / 100, mode: mode)
        for part in [color.red, color.green, color.blue] {
          #expect((-1e-6...1 + 1e-6).contains(part), "\(mode), hue \(scale.hue), level \(step) %: \(color)")
        }
      }
    }
  }

  @Test func knownColoursConvert() {
    #expect(RGBColor(lightness: 1, chroma: 0, hue: 0).bytes == (255, 255, 255))
    #expect(RGBColor(lightness: 0, chroma: 0, hue: 0).bytes == (0, 0, 0))
    #expect(RGBColor(lightness: 0.62796, chroma: 0.25768, hue: 29.234).bytes == (255, 0, 0))
    #expect(RGBColor(lightness: 0.62796, chroma: 0.25768, hue: 29.234).paletteIndex == 196)
    #expect(RGBColor(lightness: 1, chroma: 0, hue: 0).paletteIndex == 231)
  }

  @Test func levelsGrowWithTheScoreAndStayInRange() {
    #expect(HeatScale.level(of: 0, largest: 1) == 0)
    #expect(HeatScale.level(of: -1, largest: 4) == -0.5)
    #expect(HeatScale.level(of: -2, largest: 1) == -1)
    #expect(HeatScale.level(of: 1, largest: 0) == 0)
    #expect(HeatScale.level(of: 0.25, largest: 1) == 0.5)
    #expect(HeatScale.level(of: 2, largest: 1) == 1)
  }
}
