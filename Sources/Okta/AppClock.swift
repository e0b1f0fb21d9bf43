import Loop
import Synchronization

/// The app's clock as a scenario knows it: the run's, and how far hooks have moved it on.
///
/// The clocks of the scenario's orgs go with it.
package final class AppClock: RunClock {
  private struct State {
    /// In the order of the run's clock.
    var moves: [(at: Duration, by: Duration)] = []
    var hasReplacedWait = false
  }

  private let run: any RunClock
  private let state = Mutex(State())

  package init(run: any RunClock) {
    self.run = run
  }

  package var now: Duration { instant(atRun: run.runNow) }
  package var runNow: Duration { run.runNow }

  package func instant(atRun runInstant: Duration) -> Duration {
    state.withLock { state in
      state.moves.reduce(runInstant) { $1.at <= runInstant ? $0 + $1.by : $0 }
    }
  }

  /// Whether it was ever moved.
  package var isMoved: Bool { state.withLock { !$0.moves.isEmpty } }

  /// Whether it was moved where a scenario would have waited.
  package var hasReplacedWait: Bool { state.withLock(\.hasReplacedWait) }

  package func move(by duration: Duration, insteadOfWaiting: Bool = false) {
    let instant = run.now
    state.withLock { state in
      state.moves.append((instant, duration))
      if insteadOfWaiting { state.hasReplacedWait = true }
    }
  }
}
