/// Durations of one piece of work, in seconds, ascending.
package struct Samples {
  package let seconds: [Double]

  /// Runs `work` once to warm up, then until `budget` seconds have passed, at least five times.
  package init(budget: Double, _ work: () throws -> Void) rethrows {
    try work()
    let clock = ContinuousClock()
    let start = clock.now
    var seconds: [Double] = []
    while seconds.count < 5 || (clock.now - start) / .seconds(1) < budget {
      let begin = clock.now
      try work()
      seconds.append((clock.now - begin) / .seconds(1))
    }
    self.seconds = seconds.sorted()
  }

  package var median: Double { quantile(0.5) }

  /// The shortest: what the machine can do where other programs disturb the median.
  package var best: Double { quantile(0) }

  /// Distance of the 10th from the 90th percentile, as a share of the median.
  package var spread: Double { (quantile(0.9) - quantile(0.1)) / median }

  private func quantile(_ q: Double) -> Double {
    seconds[Int((Double(seconds.count - 1) * q).rounded())]
  }
}
