import Synchronization

/// How long all the waits of one scenario may come to.
package final class WaitBudget: Sendable {
  /// nil for no limit.
  package let limit: Duration?
  private let waits = Mutex(Duration.zero)

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
}
