import Foundation

/// A colour in sRGB, components from 0 to 1 (outside where the colour is).
struct RGBColor: Equatable {
  var red: Double
  var green: Double
  var blue: Double

  /// From OKLCH; `hue` in degrees. The matrices are those of B. Ottosson, "A perceptual color space" (2020).
  init(lightness: Double, chroma: Double, hue: Double) {
    let (a, b) = (chroma * cos(hue * .pi / 180), chroma * sin(hue * .pi / 180))
    func cube(_ x: Double) -> Double { x * x * x }
    let l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
    let m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
    let s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
    red = Self.encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)
    green = Self.encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)
    blue = Self.encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)
  }

  /// Components from 0 to 255.
  var bytes: (red: Int, green: Int, blue: Int) {
    func byte(_ x: Double) -> Int { Int((min(1, max(0, x)) * 255).rounded()) }
    return (byte(red), byte(green), byte(blue))
  }

  /// The nearest entry of the 256-colour palette's 6 x 6 x 6 cube and grey ramp.
  var paletteIndex: Int {
    let (r, g, b) = bytes
    let steps = [0, 95, 135, 175, 215, 255]
    func nearest(_ value: Int) -> Int { steps.indices.min { abs(steps[$0] - value) < abs(steps[$1] - value) } ?? 0 }
    func distance(_ x: Int, _ y: Int, _ z: Int) -> Int { (x - r) * (x - r) + (y - g) * (y - g) + (z - b) * (z - b) }
    let cube = (nearest(r), nearest(g), nearest(b))
    let grey = min(23, max(0, ((r + g + b) / 3 - 3) / 10))
    let cubeDistance = distance(steps[cube.0], steps[cube.1], steps[cube.2])
    let level = 8 + 10 * grey
    return distance(level, level, level) < cubeDistance ? 232 + grey : 16 + 36 * cube.0 + 6 * cube.1 + cube.2
  }

  /// The transfer function of sRGB (IEC 61966-2-1).
  private static func encode(_ linear: Double) -> Double {
    linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055
  }
}
