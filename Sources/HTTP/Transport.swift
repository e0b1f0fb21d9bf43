/// What sends a request and says what came of it.
///
/// It adds no field, follows no redirect, keeps no cookie and repeats nothing: all that is decided
/// above it.
package protocol Transport: Sendable {
  /// - Parameter due: When the request is meant to go out, as time since the start of the run.
  /// - Returns: The exchange, with a failure in its result where no answer came; it never throws.
  ///
  /// Runs where its caller does, which spares the way to the executor and back.
  func send(
    _ request: consuming HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange
}
