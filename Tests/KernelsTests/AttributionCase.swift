import Foundation
import Kernels
import TestSupport

/// A random layer with everything that attribution reads of it, and the plain double-precision definitions.
struct AttributionCase: Sendable, CustomStringConvertible {
  var heads: Int
  var keyValueHeads: Int
  var dimension: Int
  var hidden: Int
  var positions: Int
  var sinks: Int
  var window: Int?
  var normalised = false
  /// Size of the output projection's values: how far sources reach beside the residual stream's coordinates.
  var outputScale = 0.2
  /// Rows of the output projection, sources' values and coordinates of the residual stream that are zero.
  var hasZeros = false
  var seed: UInt64 = 11

  var description: String {
    """
    heads \(heads)/\(keyValueHeads) dim \(dimension) hidden \(hidden) positions \(positions) sinks \(sinks) \
    window \(window ?? 0) normalised \(normalised) output \(outputScale) zeros \(hasZeros) seed \(seed)
    """
  }

  static let all = [
    AttributionCase(heads: 1, keyValueHeads: 1, dimension: 1, hidden: 1, positions: 1, sinks: 1),
    AttributionCase(heads: 4, keyValueHeads: 2, dimension: 24, hidden: 96, positions: 70, sinks: 33),
    AttributionCase(heads: 3, keyValueHeads: 1, dimension: 7, hidden: 21, positions: 130, sinks: 130),
    AttributionCase(heads: 4, keyValueHeads: 2, dimension: 24, hidden: 50, positions: 150, sinks: 70, window: 24),
    AttributionCase(heads: 2, keyValueHeads: 2, dimension: 32, hidden: 64, positions: 97, sinks: 1, normalised: true),
    AttributionCase(heads: 9, keyValueHeads: 3, dimension: 64, hidden: 576, positions: 200, sinks: 65),
    AttributionCase(
      heads: 3, keyValueHeads: 1, dimension: 16, hidden: 150, positions: 90, sinks: 90, outputScale: 4, hasZeros: true),
    AttributionCase(
      heads: 2, keyValueHeads: 1, dimension: 16, hidden: 150, positions: 90, sinks: 40, normalised: true,
      outputScale: 0.002, hasZeros: true),
  ]

  var shape: AttentionShape {
    AttentionShape(
      heads: heads, keyValueHeads: keyValueHeads, headDimension: dimension, window: window,
      scale: 1 / Float(dimension).squareRoot())
  }

  /// The layer's matrices; `logSumExp` is that of the sinks' rows, in double and rounded.
  func make() throws -> Instance {
    var generator = SeededGenerator(seed: seed)
    let keyColumns = shape.keyColumns
    let queries = generator.normal(sinks * shape.queryColumns)
    let keys = generator.normal(positions * keyColumns)
    let values = zeroed(generator.normal(positions * keyColumns), rowsOf: keyColumns, every: 7)
    let output = zeroed(
      generator.normal(hidden * shape.queryColumns, scale: outputScale), rowsOf: shape.queryColumns, every: 5)
    let before = generator.normal(sinks * hidden)
    let mid = zeroed(zip(before, generator.normal(sinks * hidden, scale: 0.3)).map { $0 + $1 }, rowsOf: 1, every: 11)
    let weight = normalised ? generator.normal(hidden) : nil
    let layer = AttributionLayer(
      shape: shape, keys: try Matrix(rows: positions, columns: keyColumns, values: keys),
      values: try Matrix(rows: positions, columns: keyColumns, values: values),
      output: try Matrix(rows: hidden, columns: shape.queryColumns, values: output), outputWeight: weight)
    return try Instance(
      layer: layer, queries: Matrix(rows: sinks, columns: shape.queryColumns, values: queries),
      before: Matrix(rows: sinks, columns: hidden, values: before),
      mid: Matrix(rows: sinks, columns: hidden, values: mid))
  }

  private func zeroed(_ values: [Float], rowsOf columns: Int, every step: Int) -> [Float] {
    hasZeros ? values.enumerated().map { $0.offset / columns % step == 0 ? 0 : $0.element } : values
  }

  struct Instance {
    let layer: AttributionLayer
    let queries, before, mid: Matrix
    let logSumExp: Matrix
    /// Attention weights alpha[i][h][j] in double.
    let alpha: [[[Double]]]

    init(layer: AttributionLayer, queries: Matrix, before: Matrix, mid: Matrix) throws {
      (self.layer, self.queries, self.before, self.mid) = (layer, queries, before, mid)
      let (shape, n) = (layer.shape, layer.shape.headDimension)
      let logSumExp = try Matrix(rows: queries.rows, columns: shape.heads)
      alpha = (0..<queries.rows).map { i in
        (0..<shape.heads).map { h in
          let position = layer.positions - queries.rows + i
          let start = shape.window.map { max(0, position - $0 + 1) } ?? 0
          let kv = h / (shape.heads / shape.keyValueHeads)
          let scores = (start...position).map { j in
            (0..<n).reduce(0.0) { $0 + Double(queries[i, h * n + $1]) * Double(layer.keys[j, kv * n + $1]) }
              * Double(shape.scale)
          }
          let peak = scores.max()!
          let sum = scores.reduce(0.0) { $0 + exp($1 - peak) }
          logSumExp[i, h] = Float(peak + log(sum))
          var row = [Double](repeating: 0, count: layer.positions)
          for (offset, score) in scores.enumerated() { row[start + offset] = exp(score - peak) / sum }
          return row
        }
      }
      self.logSumExp = logSumExp
    }

    /// max(0, |x|_1 - |x - y|_1)
    static func proximity(_ y: [Double], _ x: [Double]) -> Double {
      max(0, zip(x, y).reduce(0) { $0 + abs($1.0) - abs($1.0 - $1.1) })
    }

    /// w * (O[h] V[j, h']), the part of source j and head h for attention weight 1.
    func part(source j: Int, head h: Int) -> [Double] {
      let n = layer.shape.headDimension
      let kv = h / (layer.shape.heads / layer.shape.keyValueHeads)
      return (0..<layer.hidden).map { k in
        (0..<n).reduce(0.0) { $0 + Double(layer.output[k, h * n + $1]) * Double(layer.values[j, kv * n + $1]) }
          * Double(layer.outputWeight?[k] ?? 1)
      }
    }

    /// Shares of the sources in the sink vector X with residual part R and column sums a[h][j].
    func shares(mid x: [Double], before r: [Double], columnSums a: [[Double]]) -> [Double] {
      let raw = (0..<layer.positions).map { j in
        (0..<layer.shape.heads).reduce(0.0) { total, h in
          a[h][j] == 0 ? total : total + Self.proximity(part(source: j, head: h).map { $0 * a[h][j] }, x)
        }
      }
      let total = raw.reduce(Self.proximity(r, x) + 1e-12, +)
      return raw.map { $0 / total }
    }
  }
}
