import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct MatmulTests {
  struct Shape: Sendable, CustomStringConvertible {
    var m, n, k: Int
    var description: String { "m \(m) n \(n) k \(k)" }

    /// Around the tiles and the blocks of k.
    static let all = [
      Shape(m: 1, n: 1, k: 1), Shape(m: 3, n: 47, k: 5), Shape(m: 8, n: 48, k: 512), Shape(m: 9, n: 49, k: 513),
      Shape(m: 17, n: 97, k: 31), Shape(m: 33, n: 200, k: 1031), Shape(m: 64, n: 13, k: 96), Shape(m: 2, n: 700, k: 3),
      Shape(m: 5, n: 50, k: 768), Shape(m: 10, n: 25, k: 769), Shape(m: 7, n: 11, k: 1537), Shape(m: 4, n: 99, k: 2571),
    ]
  }

  private func floats(_ values: [Float]) -> Bytes {
    Bytes(values.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 255) } })
  }

  /// Values in columns of a wider matrix, so that strides are odd.
  private func strided(rows: Int, columns: Int, values: [Float]) throws -> Matrix {
    let wide = try Matrix(rows: rows, columns: columns + 3)
    let view = wide.columns(1..<columns + 1)
    try Execution(threads: 1).copy(Matrix(rows: rows, columns: columns, values: values), into: view)
    return view
  }

  private func check(
    _ y: Matrix, x: [Float], w: [Float], initial: Float, bias: [Float]?, shape s: Shape,
    precision: Precision, _ context: Comment
  ) {
    // Forward error of a dot product: k * epsilon * sum |x||w|; bf16 rounds both factors first.
    let unit = Double(s.k + 4) * 0x1p-24 + (precision == .bf16 ? 0x1p-7 : 0)
    for i in 0..<s.m {
      for n in 0..<s.n {
        var (sum, size) = (Double(initial) + Double(bias?[n] ?? 0), Double(abs(initial)) + Double(abs(bias?[n] ?? 0)))
        for k in 0..<s.k {
          let term = Double(x[i * s.k + k]) * Double(w[n * s.k + k])
          (sum, size) = (sum + term, size + abs(term))
        }
        #expect(abs(Double(y[i, n]) - sum) <= unit * size, context)
      }
    }
  }

  @Test(arguments: Shape.all, InstructionSet.available)
  func agreesWithTheDefinition(s: Shape, set: InstructionSet) throws {
    var generator = SeededGenerator(seed: UInt64(s.m * 10_007 + s.n * 101 + s.k))
    let (x, w) = (generator.normal(s.m * s.k), generator.normal(s.n * s.k))
    let bias = generator.normal(s.n)
    let weights = floats(w).matrix(.f32, rows: s.n, columns: s.k)
    for precision in set.precisions {
      let execution = try Execution(threads: 2, precision: precision, instructionSet: set)
      for (bias, accumulate) in [(nil, false), (bias, false), (nil, true), (bias, true)] as [([Float]?, Bool)] {
        let y = try strided(rows: s.m, columns: s.n, values: [Float](repeating: 0.5, count: s.m * s.n))
        try execution.matmul(
          strided(rows: s.m, columns: s.k, values: x), weights, bias: bias, into: y, accumulate: accumulate)
        check(
          y, x: x, w: w, initial: accumulate ? 0.5 : 0, bias: bias, shape: s, precision: precision,
          "\(s), \(set), \(precision), bias \(bias != nil), accumulate \(accumulate)")
      }
    }
  }

  /// Several products in one call give what each gives alone, to the byte, whatever the threads.
  @Test(arguments: InstructionSet.available) func productsInOneCallAreThoseOfEachAlone(set: InstructionSet) throws {
    var generator = SeededGenerator(seed: 31)
    let (m, k, widths) = (37, 608, [201, 48, 5])
    let x = try strided(rows: m, columns: k, values: generator.normal(m * k))
    let weights = zip(widths, [.q4_1, .f32, .q8_0] as [ElementType]).map {
      randomWeights($1, rows: $0, columns: k, &generator)
    }
    let biases = [nil, generator.normal(widths[1]), nil]
    for precision in set.precisions {
      let alone = try Execution(threads: 1, precision: precision, instructionSet: set)
      let expected = try widths.indices.map { index in
        let y = try Matrix(rows: m, columns: widths[index])
        try alone.matmul(x, weights[index], bias: biases[index], into: y)
        return y.values
      }
      for (threads, count) in [(1, 3), (2, 2), (5, 3), (64, 3)] {
        let execution = try Execution(threads: threads, precision: precision, instructionSet: set)
        let ys = try widths.prefix(count).map { try Matrix(rows: m, columns: $0) }
        try execution.matmul(x, ys.indices.map { Product(weights[$0], bias: biases[$0], into: ys[$0]) })
        for (index, y) in ys.enumerated() {
          #expect(y.values == expected[index], "\(set), \(precision), \(threads) threads, product \(index) of \(count)")
        }
      }
    }
  }

  /// Weights of any type; quantised ones repeat the blocks of the fixture.
  private func randomWeights(
    _ type: ElementType, rows: Int, columns: Int, _ generator: inout SeededGenerator
  ) -> WeightMatrix {
    guard let entry = DequantizationTests.entries[type.description] else {
      return floats(generator.normal(rows * columns)).matrix(type, rows: rows, columns: columns)
    }
    let blocks = DequantizationTests.unhex(entry.bytes)
    let needed = rows * type.rowBytes(columns: columns)!
    return Bytes((0..<needed).map { blocks[$0 % blocks.count] }).matrix(type, rows: rows, columns: columns)
  }

  /// Quantised weights give what their widened values give, to the byte.
  @Test(arguments: ElementType.allCases, InstructionSet.available)
  func everyTypeIsItsWidenedValues(type: ElementType, set: InstructionSet) throws {
    var generator = SeededGenerator(seed: 77)
    let (m, n, k) = (11, 53, 768)
    let weights = randomWeights(type, rows: n, columns: k, &generator)
    let x = try Matrix(rows: m, columns: k, values: generator.normal(m * k))
    for precision in set.precisions where precision != .i16 {
      let execution = try Execution(threads: 2, precision: precision, instructionSet: set)
      let wide = try Matrix(rows: n, columns: k)
      try execution.dequantize(weights, into: wide)
      let (y, expected) = (try Matrix(rows: m, columns: n), try Matrix(rows: m, columns: n))
      try execution.matmul(x, weights, into: y)
      try execution.matmul(x, floats(wide.values).matrix(.f32, rows: n, columns: k), into: expected)
      let same = y.values.map(\.bitPattern) == expected.values.map(\.bitPattern)
      #expect(same, "\(type), \(set), \(precision), seed 77")
    }
  }

  /// Activations of 16 bits: a value is off by at most half of a 32767th of the largest of its 32, and nothing else rounds
  /// but the sums in f32. Where the largest is 32767 and all are integers, nothing is off.
  @Test(arguments: ElementType.allCases.filter { $0.blockLength > 1 }, InstructionSet.available)
  func codesOfSixteenBits(type: ElementType, set: InstructionSet) throws {
    let execution = try Execution(threads: 2, precision: .i16, instructionSet: set)
    for (m, n, k) in [(11, 53, 256), (3, 25, 1536), (70, 24, 2560)] {
      var generator = SeededGenerator(seed: UInt64(k))
      let weights = randomWeights(type, rows: n, columns: k, &generator)
      let wide = try Matrix(rows: n, columns: k)
      try execution.dequantize(weights, into: wide)
      for integers in [false, true] {
        var values = generator.normal(m * k)
        if integers {
          values = values.map { max(-32766, min(32766, ($0 * 5000).rounded())) }
          for first in stride(from: 0, to: m * k, by: 32) { values[first + first / 32 % 32] = -32767 }
        }
        let y = try Matrix(rows: m, columns: n)
        try execution.matmul(strided(rows: m, columns: k, values: values), weights, into: y)
        for i in 0..<m {
          for j in 0..<n {
            let (expected, bound) = wide.withRow(j) { w in
              Self.product(values[(i * k)..<((i + 1) * k)], w, roundsActivations: !integers)
            }
            #expect(
              abs(Double(y[i, j]) - expected) <= bound,
              "\(type), \(set), m \(m) n \(n) k \(k), y[\(i), \(j)] \(integers)")
          }
        }
      }
    }
  }

  /// The product in double precision and what an i16 product may be off: codes times their factor are no larger than the
  /// range of a group's values, with their offset no larger than twice the largest.
  private static func product(
    _ x: ArraySlice<Float>, _ w: UnsafeMutableBufferPointer<Float>, roundsActivations: Bool
  ) -> (value: Double, bound: Double) {
    var (sum, bound) = (0.0, 0.0)
    for group in stride(from: 0, to: w.count, by: 32) {
      var (peak, largest) = (0.0, 0.0)
      for k in group..<group + 32 {
        let value = Double(x[x.startIndex + k])
        sum += value * Double(w[k])
        (peak, largest) = (max(peak, abs(value)), max(largest, abs(Double(w[k]))))
      }
      bound += 32 * peak * 2 * largest * ((roundsActivations ? 0.5 / 32767 : 0) + Double(w.count) * 0x1p-24)
    }
    return (sum, bound)
  }

  /// A row that holds no numbers gives none, and leaves the others alone; rows of zeros and of tiny values give zeros.
  @Test(arguments: InstructionSet.available) func rowsWithoutNumbersInSixteenBits(set: InstructionSet) throws {
    var generator = SeededGenerator(seed: 5)
    let (n, k) = (30, 96)
    let weights = randomWeights(.q4_1, rows: n, columns: k, &generator)
    var values = [Float](repeating: 0, count: 5 * k)
    values.replaceSubrange(0..<k, with: generator.normal(k))
    (values[k + 40], values[2 * k + 3], values[3 * k + 95]) = (.nan, .infinity, 1e-37)
    let execution = try Execution(threads: 1, precision: .i16, instructionSet: set)
    let y = try Matrix(rows: 5, columns: n)
    try execution.matmul(Matrix(rows: 5, columns: k, values: values), weights, into: y)
    for j in 0..<n {
      #expect(y[0, j].isFinite && y[1, j].isNaN && y[2, j].isNaN, "\(set), column \(j)")
      #expect(abs(y[3, j]) < 1e-30 && y[4, j] == 0, "\(set), column \(j)")
    }
  }

  /// A row depends on neither the rows beside it nor the number of threads.
  @Test func rowsAndThreadsChangeNothing() throws {
    var generator = SeededGenerator(seed: 8)
    let (m, n, k) = (70, 250, 1408)
    let x = try Matrix(rows: m, columns: k, values: generator.normal(m * k))
    for precision in InstructionSet.best.precisions {
      let weights = randomWeights(precision == .i16 ? .q5_0 : .f32, rows: n, columns: k, &generator)
      let whole = try Matrix(rows: m, columns: n)
      try Execution(threads: 1, precision: precision).matmul(x, weights, into: whole)
      for (threads, rows) in [(2, 0..<m), (5, 0..<m), (64, 0..<m), (2, 3..<4), (2, 33..<70)] {
        let part = try Matrix(rows: rows.count, columns: n)
        try Execution(threads: threads, precision: precision).matmul(x.rows(rows), weights, into: part)
        let same = part.values == whole.rows(rows).values
        #expect(same, "\(threads) threads, rows \(rows), \(precision), seed 8")
      }
    }
  }

  /// Callers that start threads at the same time, more of them than the OpenMP runtime has room for at first.
  @Test func manyCallersAtOnce() throws {
    var generator = SeededGenerator(seed: 9)
    let (m, n, k) = (33, 250, 96)
    let x = try Matrix(rows: m, columns: k, values: generator.normal(m * k))
    let weights = randomWeights(.f32, rows: n, columns: k, &generator)
    let expected = try Matrix(rows: m, columns: n)
    try Execution(threads: 1).matmul(x, weights, into: expected)
    let results = try (0..<24).map { _ in try Matrix(rows: m, columns: n) }
    let callers = results.enumerated().map { caller, y in
      Thread {
        for threads in [2 + caller % 3, 16, 8, 20] {
          try? Execution(threads: threads).matmul(x, weights, into: y)
        }
      }
    }
    callers.forEach { $0.start() }
    while callers.contains(where: { !$0.isFinished }) { Thread.sleep(forTimeInterval: 0.01) }
    for (caller, y) in results.enumerated() { #expect(y.values == expected.values, "caller \(caller), seed 9") }
  }
}
