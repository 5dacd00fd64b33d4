extension Optional<[Float]> {
  /// Calls `body` with the values in place, or nil where there are none; typed errors pass through.
  func withPointer<R, E: Error>(_ body: (UnsafePointer<Float>?) throws(E) -> R) throws(E) -> R {
    guard let self else { return try body(nil) }
    let result: Result<R, E> = self.withUnsafeBufferPointer { values in
      do throws(E) { return .success(try body(values.baseAddress)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
