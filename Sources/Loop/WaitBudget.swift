import Synchronization

/// How long all the waits of one scenario may come to.
package final class WaitBudget: Sendable {
  /// nil for no limit.
  package let limit: Duration?
  private let waits = Mutex(Duration.zero)

  package init(_ limit: Duration?) { self.limit = limit }

  /// Adds a wait that is about to begin.
  ///
  /// - Returns: What the waits come to with it, where that is more than the limit; nil where it may
  ///   begin.
  package func overrun(by wait: Duration) -> Duration? {
    let sum = waits.withLock { sum in
      sum += wait
      return sum
    }
    guard let limit, sum > limit else { return nil }
    return sum
  }
}
