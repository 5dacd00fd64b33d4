#if canImport(Glibc)
  import Glibc
#endif

/// Memory of the running process.
public enum ProcessMemory {
  /// The largest resident set so far, in bytes.
  public static var peakBytes: Int {
    var usage = rusage()
    return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
  }
}
