import Loop
import Synchronization

/// The app's clock as a scenario knows it: the run's, and how far hooks have moved it on.
///
/// The clocks of the scenario's orgs go with it.
package final class AppClock: RunClock {
  private struct State {
    /// In the order of the run's clock, each with how far the clock is ahead from then on.
    var moves: [(at: Duration, ahead: Duration)] = []
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
      var (low, high) = (0, state.moves.count)
      while low < high {
        let middle = (low + high) / 2
        if state.moves[middle].at <= runInstant { low = middle + 1 } else { high = middle }
      }
      return low == 0 ? runInstant : runInstant + state.moves[low - 1].ahead
    }
  }

  /// Whether it was ever moved.
  package var isMoved: Bool { state.withLock { !$0.moves.isEmpty } }

  /// Whether it was moved where a scenario would have waited.
  package var hasReplacedWait: Bool { state.withLock(\.hasReplacedWait) }

  package func move(by duration: Duration, insteadOfWaiting: Bool = false) {
    let instant = run.runNow
    state.withLock { state in
      state.moves.append((instant, (state.moves.last?.ahead ?? .zero) + duration))
      if insteadOfWaiting { state.hasReplacedWait = true }
    }
  }
}
