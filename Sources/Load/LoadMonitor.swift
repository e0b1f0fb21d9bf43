import Profiles
import Loop
import Synchronization
import World

/// How a load that is under way does, in a line.
package struct LoadProgress: Sendable, Equatable {
  /// Since the start of the load.
  package var elapsed: Duration
  package var due = 0
  package var ended = 0
  package var failed = 0
  package var refreshes = 0
  package var unfinished = 0
  /// Of those that ended since the last line.
  package var slowest: Duration?

  package var words: String {
    var words =
      "\(DurationText.format(.seconds(elapsed.components.seconds)))  \(due) due, \(ended) done, "
      + "\(unfinished) waiting or under way, \(failed) failed, \(refreshes) refreshes"
    if let slowest { words += ", slowest \(slowest.inReport)" }
    return words
  }
}

/// Looks at a load while it goes on: tells how it does, and ends it where a threshold is broken.
final class LoadMonitor: Sendable {
  private struct State {
    var recorders: [LoadRecorder] = []
    /// Why the load ends before its time.
    var abort: String?
    var shown = 0
  }

  private let state = Mutex(State())
  private let thresholds: [Threshold]
  private let onProgress: (@Sendable (LoadProgress) -> Void)?

  static let tick = Duration.seconds(1)
  /// How often thresholds are judged, since that reads all that was measured.
  private static let ticksBetween = 5

  /// - Parameter thresholds: Those that end the load; empty for none.
  init(
    aborting thresholds: [Threshold],
    onProgress: (@Sendable (LoadProgress) -> Void)?
  ) {
    self.thresholds = thresholds
    self.onProgress = onProgress
  }

  var abort: String? { state.withLock(\.abort) }
  var isNeeded: Bool { onProgress != nil || !thresholds.isEmpty }

  func add(_ recorder: LoadRecorder) { state.withLock { $0.recorders.append(recorder) } }

  /// Forgets what went before: another load begins.
  func restart() { state.withLock { $0.recorders = [] } }

  /// Goes on until it is cancelled.
  func watch(_ loop: EventLoop, orgs: Int) async {
    let start = loop.now
    var ticks = 0
    while !Task.isCancelled, abort == nil {
      guard (try? await loop.sleep(for: LoadMonitor.tick)) != nil else { return }
      ticks += 1
      let recorders = state.withLock(\.recorders)
      if let onProgress {
        var sum = LoadProgress(elapsed: loop.now - start)
        for one in recorders { one.add(to: &sum) }
        onProgress(sum)
      }
      if ticks % LoadMonitor.ticksBetween == 0, !thresholds.isEmpty {
        judge(recorders, orgs: orgs, at: loop.now - start)
      }
    }
  }

  private func judge(
    _ recorders: [LoadRecorder],
    orgs: Int,
    at elapsed: Duration
  ) {
    guard let first = recorders.first else { return }
    // A copy costs nothing; to add intervals does, and few conditions look at them.
    var result = LoadResult(figures: first.figures, orgs: orgs, took: elapsed)
    for one in recorders.dropFirst() {
      result.figures.add(one.figures, withIntervals: thresholds.contains(where: \.readsIntervals))
    }
    for threshold in thresholds {
      let judged = threshold.judge(result)
      // What has not come yet breaks nothing before the end.
      guard judged.isBroken, judged.isMeasured else { continue }
      state.withLock {
        $0.abort =
          "\(threshold) was broken after \(DurationText.format(.seconds(elapsed.components.seconds))): "
          + judged.measured
      }
      return
    }
  }
}
