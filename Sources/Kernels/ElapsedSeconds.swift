extension ContinuousClock.Instant {
  package var secondsUntilNow: Double { duration(to: .now) / .seconds(1) }
}
