import Loop
import Synchronization

/// An org's clock: the app's, and how far `skip` has moved this org ahead of it.
package final class OrgClock: RunClock {
  private let run: any RunClock
  private let offset = Mutex(Duration.zero)

  package init(run: any RunClock) {
    self.run = run
  }

  package var now: Duration { instant(atRun: run.runNow) }
  package var runNow: Duration { run.runNow }

  package func instant(atRun runInstant: Duration) -> Duration {
    run.instant(atRun: runInstant) + offset.withLock { $0 }
  }

  package func skip(_ duration: Duration) {
    offset.withLock { $0 += duration }
  }
}
