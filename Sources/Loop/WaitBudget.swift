import Synchronization

/// How long all the waits of one scenario may come to.
package final class WaitBudget: Sendable {
  /// nil for no limit.
  package let limit: Duration?
  private let waits = Mutex(Duration.zero)
  /// When the last of the waits that may run beside each other ends.
  private let busyUntil = Mutex(Duration.zero)

  package init(_ limit: Duration?) { self.limit = limit }

  /// Whether a wait may begin.
  package func admits(_ wait: Duration) -> Bool {
    limit.map { limit in waits.withLock { $0 + wait <= limit } } ?? true
  }

  /// Adds a wait that is about to begin, where it may.
  ///
  /// - Returns: What the waits would come to with it, where that is more than the limit; nil where it
  ///   may begin.
  package func overrun(by wait: Duration) -> Duration? {
    waits.withLock { sum in
      if let limit, sum + wait > limit { return sum + wait }
      sum += wait
      return nil
    }
  }

  /// What of a wait goes beyond those that run beside it.
  ///
  /// - Parameter now: When it begins, by the run's clock.
  package func excess(of wait: Duration, at now: Duration) -> Duration {
    busyUntil.withLock { max(.zero, now + wait - max(now, $0)) }
  }

  /// Adds a wait that others may run beside, where it may begin; of them all only the time counts that
  /// they take together.
  ///
  /// - Returns: As `overrun(by:)`.
  package func overrun(by wait: Duration, besideOthersAt now: Duration) -> Duration? {
    if let waits = overrun(by: excess(of: wait, at: now)) { return waits }
    busyUntil.withLock { $0 = max($0, now + wait) }
    return nil
  }
}
