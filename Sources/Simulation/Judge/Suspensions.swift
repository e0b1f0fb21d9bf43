import JSON

/// What answers showed and no write that is known explains, until the end of the run.
///
/// A write that was on its way when the answer came, and is answered later, may explain it.
struct Suspensions: Sendable {
  private struct Contradiction: Sendable {
    var observation: Observation
    /// The scenario's name of the user or group.
    var subject: String
    var key: AttributeKey
    var shown: JSONValue?
    var received: Duration
  }

  private var all: [Contradiction] = []

  mutating func add(
    _ observation: Observation,
    _ subject: String,
    _ key: AttributeKey,
    _ shown: JSONValue?,
    by reading: Reading
  ) {
    guard all.count < Observations.mostExchanges else { return }
    all.append(
      Contradiction(
        observation: observation,
        subject: subject,
        key: key,
        shown: shown,
        received: reading.exchange.received
      )
    )
  }

  /// Drops what a write explains that was sent before the answer came.
  ///
  /// - Parameter says: Whether this value is what the write has made of the attribute.
  mutating func explain(
    by write: Reading,
    _ subject: String,
    _ says: (AttributeKey, JSONValue?) -> Bool
  ) {
    all.removeAll { told in
      told.subject == subject && told.received > write.exchange.sent
        && told.observation.exchanges.last != write.number && says(told.key, told.shown)
    }
  }

  func tell(_ observations: inout Observations) {
    for told in all { observations.add(told.observation, isBelated: true) }
  }
}
