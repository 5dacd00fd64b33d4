import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct GatedActivationTests {
  private func reference(_ activation: Activation, _ g: Double) -> Double {
    switch activation {
    case .silu: g / (1 + exp(-g))
    // 1 + tanh(z) cancels for negative z; the same value without cancellation:
    case .geluTanh: g / (1 + exp(-2 * (2 / Double.pi).squareRoot() * (g + 0.044715 * g * g * g)))
    }
  }

  @Test(arguments: [1, 4, 15, 16, 33, 1536], InstructionSet.available)
  func agreesWithTheDefinition(columns: Int, set: InstructionSet) throws {
    let rows = 13
    let execution = try Execution(threads: 2, instructionSet: set)
    for activation in [Activation.silu, .geluTanh] {
      var generator = SeededGenerator(seed: 5)
      let g = generator.normal(rows * columns, scale: 4)
      let u = generator.normal(rows * columns)
      let gate = try Matrix(rows: rows, columns: columns, values: g)
      let up = try Matrix(rows: rows, columns: columns, values: u)
      try execution.gate(activation, gate, up: up, into: gate)
      for (index, value) in gate.values.enumerated() {
        let z = Double(g[index])
        let expected = reference(activation, z) * Double(u[index])
        // The exponent's rounding, at most |argument| * epsilon, acts on the exponential as a relative error.
        let argument = activation == .silu ? abs(z) : 1.6 * (abs(z) + 0.045 * abs(z * z * z))
        // Exponentials end at 2.4e38, so that the tail ends at g u / 2.4e38.
        let tail = abs(z * Double(u[index])) / 2.3e38
        let tolerance = abs(expected) * 0x1p-23 * (8 + 3 * argument) + tail
        #expect(abs(Double(value) - expected) <= tolerance, "seed 5, \(activation), columns \(columns), value \(index)")
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func extremeGatesStayFinite(set: InstructionSet) throws {
    let execution = try Execution(threads: 1, instructionSet: set)
    let gates: [Float] = [-1e30, -200, -88.5, -0.0, 0, 88.5, 200, 1e12]
    for activation in [Activation.silu, .geluTanh] {
      let gate = try Matrix(rows: 1, columns: gates.count, values: gates)
      let ones = try Matrix(rows: 1, columns: gates.count, values: gates.map { _ in 1 })
      try execution.gate(activation, gate, up: ones, into: gate)
      for (input, output) in zip(gates, gate.values) {
        #expect(output.isFinite, "\(activation) of \(input)")
        #expect(input > 0 ? output == input : abs(output) < 1e-7, "\(activation) of \(input) is \(output)")
      }
    }
  }
}
