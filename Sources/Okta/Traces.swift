import Profiles
import Synchronization

/// What the app may hold because of requests that no lifecycle event stands for.
///
/// Only clean-up reads it: what Okta knows is in `Directory`, and does not depend on how the app was
/// looked at.
package final class Traces: Sendable {
  struct Trace: Sendable {
    /// The person as the create described them.
    var user: OktaUser
    /// The id that the app answered with; nil where it refused, or named none.
    var id: String?
    /// Whether the app answered that it made the user.
    var isTaken: Bool
  }

  private let traces = Mutex<[Trace]>([])

  func add(_ trace: Trace) { traces.withLock { $0.append(trace) } }

  /// In the order in which they came about.
  var all: [Trace] { traces.withLock { $0 } }
}
