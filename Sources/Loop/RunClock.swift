/// What tells the time since the start of a run.
package protocol RunClock: Sendable {
  var now: Duration { get }
  /// What this clock shows when the run's own clock shows `runInstant`.
  func instant(atRun runInstant: Duration) -> Duration
}

extension EventLoop: RunClock {
  package func instant(atRun runInstant: Duration) -> Duration { runInstant }
}
