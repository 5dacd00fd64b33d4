#if canImport(Glibc)
  import Glibc
#endif

/// Memory of the running process.
public enum ProcessMemory {
  /// The largest resident set so far, in bytes.
  ///
  /// Taken from the kernel's account of this program's own memory, where it has one: what `getrusage` reports begins with
  /// the size that the parent had when it started the program.
  public static var peakBytes: Int { highWaterBytes ?? usageBytes }

  /// `VmHWM` of /proc/self/status.
  private static var highWaterBytes: Int? {
    guard let file = fopen("/proc/self/status", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("VmHWM:") else { continue }
      return Int(text.filter(\.isNumber)).map { $0 * 1024 }
    }
    return nil
  }

  private static var usageBytes: Int {
    var usage = rusage()
    return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
  }
}
