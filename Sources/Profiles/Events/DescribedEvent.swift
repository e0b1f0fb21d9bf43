/// A lifecycle event as it describes itself: its words and clauses, and what it is about.
///
/// What Okta sends for it is in `Okta`, in the file of the same name.
package protocol DescribedEvent: Sendable, Equatable {
  /// How a scenario writes it.
  static var form: EventForm { get }

  /// - Parameter clauses: With each clause that the form has.
  init(_ clauses: Clauses)

  var clauses: Clauses { get }

  /// What the admin must have switched on for it to send anything; nil where it always does.
  var capability: Capability? { get }
  /// Whether it speaks of tokens, which only a profile with an OAuth grant has.
  var needsGrant: Bool { get }
  /// Whether it makes a new grant.
  var makesGrant: Bool { get }
  /// Whether its person may be one that no line above has named.
  var introducesPerson: Bool { get }
  /// Whether its group may be one that no line above has named.
  var introducesGroup: Bool { get }
  /// Whether its person may no longer use the app afterwards.
  var takesAccess: Bool { get }
  /// What of its person's user, or of its group, it changes at the app.
  var writes: EventEffect { get }
  /// Whether it makes Okta's side do what Okta would not.
  var isDeviation: Bool { get }
}

extension DescribedEvent {
  package var clauses: Clauses { Clauses() }
  package var capability: Capability? { nil }
  package var needsGrant: Bool { false }
  package var makesGrant: Bool { false }
  package var introducesPerson: Bool { false }
  package var introducesGroup: Bool { false }
  package var takesAccess: Bool { false }
  package var writes: EventEffect { .nothing }
  package var isDeviation: Bool { false }

  func isEqual(to other: any DescribedEvent) -> Bool { other as? Self == self }
}

/// What a lifecycle event changes of its user or group at the app.
package enum EventEffect: Sendable {
  case nothing
  /// All of it: it makes the resource, or links to it.
  case resource
  /// Its attributes but `active`.
  case profile
  /// `active` alone.
  case activity
  /// The members of a group.
  case members
}
