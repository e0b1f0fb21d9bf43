import HTTP
import Synchronization

/// Whether the app that all scenarios of a run share still runs.
final class AppLife: Sendable {
  private let stopped = Mutex<Duration?>(nil)

  /// Since when it does not, as the first scenario that met it has seen; nil where none has.
  var stoppedAt: Duration? { stopped.withLock { $0 } }

  /// - Returns: What the first scenario saw.
  func noteStop(at instant: Duration) -> Duration {
    stopped.withLock { stopped in
      let first = min(stopped ?? instant, instant)
      stopped = first
      return first
    }
  }

  /// From which of some exchanges on nothing answered any more, though it had.
  ///
  /// An app that comes back has answered again.
  static func end(in exchanges: [Exchange]) -> Exchange? {
    guard let last = exchanges.lastIndex(where: { $0.response != nil }) else { return nil }
    let tail = exchanges[(last + 1)...]
    let isRefused = tail.contains { exchange in
      guard case .unreachable(let origin, _) = exchange.failure else { return false }
      return exchanges[...last].contains {
        $0.response != nil && $0.request.url.origin == origin
      }
    }
    return isRefused ? tail.first : nil
  }
}
