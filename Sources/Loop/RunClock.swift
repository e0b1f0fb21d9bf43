/// What tells the time since the start of a run.
package protocol RunClock: Sendable {
  var now: Duration { get }
  /// The run's own time, whatever this clock shows.
  var runNow: Duration { get }
  /// What this clock shows when the run's own clock shows `runInstant`.
  func instant(atRun runInstant: Duration) -> Duration
}

extension EventLoop: RunClock {
  package var runNow: Duration { now }
  package func instant(atRun runInstant: Duration) -> Duration { runInstant }
}
