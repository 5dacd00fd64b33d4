import Kernels
import TestSupport
import Testing

/// Products of a single row that read the weights once.
@Suite struct MatvecTests {
  private func execution(
    _ set: InstructionSet, threads: Int = 2, precision: Precision = .f32
  ) throws -> Execution {
    var execution = try Execution(threads: threads, precision: precision, instructionSet: set)
    execution.streamsSingleRows = true
    return execution
  }

  /// Weights with every value of the format's fields, repeated.
  private func weights(_ type: ElementType, rows: Int, columns: Int, seed: UInt64) -> WeightMatrix {
    let needed = rows * type.rowBytes(columns: columns)!
    guard let entry = DequantizationTests.entries[type.description] else {
      var generator = SeededGenerator(seed: seed)
      let bytes = generator.normal(rows * columns).flatMap { value in
        (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 255) }
      }
      return Bytes(bytes).matrix(type, rows: rows, columns: columns)
    }
    let blocks = DequantizationTests.unhex(entry.bytes)
    return Bytes((0..<needed).map { blocks[$0 % blocks.count] }).matrix(type, rows: rows, columns: columns)
  }

  /// Columns around the vectors and the parts that are widened at a time, in whole blocks.
  @Test(arguments: ElementType.allCases, InstructionSet.available)
  func agreesWithTheDefinition(type: ElementType, set: InstructionSet) throws {
    for columns in type.blockLength == 1 ? [1, 5, 31, 256, 300] : [1, 3, 9].map({ $0 * type.blockLength }) {
      let (rows, seed) = (37, UInt64(columns))
      var generator = SeededGenerator(seed: seed)
      let weights = weights(type, rows: rows, columns: columns, seed: seed)
      let x = generator.normal(columns)
      let bias = generator.normal(rows)
      let wide = try Matrix(rows: rows, columns: columns)
      try Execution(instructionSet: set).dequantize(weights, into: wide)
      for (bias, accumulates) in [(nil, false), (bias, false), (nil, true), (bias, true)] as [([Float]?, Bool)] {
        let y = try Matrix(rows: 1, columns: rows, values: [Float](repeating: 0.5, count: rows))
        try execution(set).matmul(
          Matrix(rows: 1, columns: columns, values: x), weights, bias: bias, into: y, accumulate: accumulates)
        for n in 0..<rows {
          let start = Double(bias?[n] ?? 0) + (accumulates ? 0.5 : 0)
          let terms = (0..<columns).map { Double(x[$0]) * Double(wide[n, $0]) }
          // A block's offset and its quantised values may cancel: their sizes count, at most 32 times that of a value.
          let size = terms.reduce(abs(start) + 1) { $0 + 32 * abs($1) } + Self.offsets(wide, n, x)
          let error = abs(Double(y[0, n]) - terms.reduce(start, +))
          #expect(
            error <= Double(columns + 8) * 0x1p-24 * size,
            "\(type), \(set), \(columns) columns, row \(n), bias \(bias != nil), accumulate \(accumulates), seed \(seed)"
          )
        }
      }
    }
  }

  /// In i16 x is rounded to codes of 16 bits, 32 values to a scale: that, and no more, is lost.
  @Test(arguments: [ElementType.q4_0, .q4_1, .q5_0, .q8_0, .q4_K, .q6_K], InstructionSet.available)
  func roundsActivationsToCodes(type: ElementType, set: InstructionSet) throws {
    for blocks in [1, 2, 5] {
      let (rows, columns, seed) = (23, blocks * type.blockLength, UInt64(blocks))
      var generator = SeededGenerator(seed: seed)
      let weights = weights(type, rows: rows, columns: columns, seed: seed)
      let x = generator.normal(columns)
      let wide = try Matrix(rows: rows, columns: columns)
      try Execution(instructionSet: set).dequantize(weights, into: wide)
      let y = try Matrix(rows: 1, columns: rows)
      try execution(set, precision: .i16).matmul(Matrix(rows: 1, columns: columns, values: x), weights, into: y)
      for n in 0..<rows {
        var (expected, size) = (0.0, Self.offsets(wide, n, x))
        for group in stride(from: 0, to: columns, by: 32) {
          let values = group..<min(group + 32, columns)
          let peak = values.map { Double(abs(x[$0])) }.max() ?? 0
          for k in values {
            expected += Double(x[k]) * Double(wide[n, k])
            // Half a code of the group's largest value is lost of each, and more of those whose products cancel an offset.
            size += 32 * abs(Double(x[k]) * Double(wide[n, k])) + peak * Double(abs(wide[n, k]))
          }
        }
        #expect(
          abs(Double(y[0, n]) - expected) <= 0x1p-15 * size + 1e-6,
          "\(type), \(set), \(columns) columns, row \(n), seed \(seed)")
      }
    }
  }

  /// The size of sums of x times the largest value near it, which a block's offset can have.
  private static func offsets(_ wide: Matrix, _ row: Int, _ x: [Float]) -> Double {
    let largest = x.indices.map { Double(abs(wide[row, $0])) }.max() ?? 0
    return x.reduce(0) { $0 + Double(abs($1)) * largest }
  }

  /// One call of several products, any number of threads: the same bytes; bf16 is f32 here.
  @Test(arguments: InstructionSet.available) func threadsAndOtherProductsChangeNothing(set: InstructionSet) throws {
    let (columns, rows) = (576, [301, 40, 1])
    var generator = SeededGenerator(seed: 12)
    let x = try Matrix(rows: 1, columns: columns, values: generator.normal(columns))
    let all = zip([ElementType.q4_1, .q8_0, .f32], rows).map {
      weights($0, rows: $1, columns: columns, seed: 12)
    }
    for precision in set.precisions {
      let alone = try all.map { weights in
        let y = try Matrix(rows: 1, columns: weights.rows)
        try execution(set, threads: 1, precision: precision == .bf16 ? .f32 : precision).matmul(x, weights, into: y)
        return y.values
      }
      for threads in [1, 2, 7] {
        let ys = try rows.map { try Matrix(rows: 1, columns: $0) }
        try execution(set, threads: threads, precision: precision).matmul(x, zip(all, ys).map { Product($0, into: $1) })
        #expect(ys.map(\.values) == alone, "\(set), \(precision), \(threads) threads, seed 12")
      }
    }
  }

  /// Where it is not asked for, a row alone stays what it is among others.
  @Test func severalRowsAreNotConcerned() throws {
    let columns = 576
    var generator = SeededGenerator(seed: 5)
    let x = try Matrix(rows: 2, columns: columns, values: generator.normal(2 * columns))
    let weights = weights(.q4_1, rows: 60, columns: columns, seed: 5)
    let (plain, streaming) = (try Matrix(rows: 2, columns: 60), try Matrix(rows: 2, columns: 60))
    try Execution().matmul(x, weights, into: plain)
    try execution(.best).matmul(x, weights, into: streaming)
    #expect(plain.values == streaming.values)
  }
}
