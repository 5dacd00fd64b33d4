/// The UTF-8 bytes of scalars and, for every byte, the index of its scalar.
struct EncodedScalars {
  private(set) var bytes: [UInt8] = []
  private(set) var owners: [Int] = []

  init(_ scalars: ArraySlice<Unicode.Scalar>) {
    bytes.reserveCapacity(scalars.count)
    owners.reserveCapacity(scalars.count)
    for (index, scalar) in zip(scalars.indices, scalars) {
      for byte in UTF8.encode(scalar).unsafelyUnwrapped {
        bytes.append(byte)
        owners.append(index)
      }
    }
  }
}
