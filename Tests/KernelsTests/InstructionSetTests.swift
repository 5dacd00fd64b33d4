import Kernels
import Testing

@Suite struct InstructionSetTests {
  @Test func everyNarrowerSetIsAvailable() {
    #expect(InstructionSet.available.first == .portable)
    #expect(InstructionSet.available.last == .detected)
    #expect(InstructionSet.best <= .detected)
  }
}
