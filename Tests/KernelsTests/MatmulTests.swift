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
    for precision in Precision.allCases where precision == .f32 || Execution.supportsBF16(set) {
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
    let weights = widths.map { floats(generator.normal($0 * k)).matrix(.f32, rows: $0, columns: k) }
    let biases = [nil, generator.normal(widths[1]), nil]
    for precision in Precision.allCases where precision == .f32 || Execution.supportsBF16(set) {
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

  /// Quantised weights give what their widened values give, to the byte.
  @Test(arguments: ElementType.allCases, InstructionSet.available)
  func everyTypeIsItsWidenedValues(type: ElementType, set: InstructionSet) throws {
    var generator = SeededGenerator(seed: 77)
    let (m, n, k) = (11, 53, 768)
    let bytes: Bytes
    if let entry = DequantizationTests.entries[type.description] {
      let blocks = DequantizationTests.unhex(entry.bytes)
      let needed = n * type.rowBytes(columns: k)!
      bytes = Bytes((0..<needed).map { blocks[$0 % blocks.count] })
    } else {
      bytes = floats(generator.normal(n * k))
    }
    let weights = bytes.matrix(type, rows: n, columns: k)
    let x = try Matrix(rows: m, columns: k, values: generator.normal(m * k))
    for precision in Precision.allCases where precision == .f32 || Execution.supportsBF16(set) {
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

  /// A row depends on neither the rows beside it nor the number of threads.
  @Test func rowsAndThreadsChangeNothing() throws {
    var generator = SeededGenerator(seed: 8)
    let (m, n, k) = (70, 250, 600)
    let weights = floats(generator.normal(n * k)).matrix(.f32, rows: n, columns: k)
    let x = try Matrix(rows: m, columns: k, values: generator.normal(m * k))
    for precision in Precision.allCases where precision == .f32 || Execution.supportsBF16() {
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
}
