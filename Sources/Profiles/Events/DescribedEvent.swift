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
  /// Whether its person may no longer use the app afterwards.
  var takesAccess: Bool { get }
  /// Whether it makes Okta's side do what Okta would not.
  var isDeviation: Bool { get }
}

extension DescribedEvent {
  package var clauses: Clauses { Clauses() }
  package var capability: Capability? { nil }
  package var needsGrant: Bool { false }
  package var makesGrant: Bool { false }
  package var introducesPerson: Bool { false }
  package var takesAccess: Bool { false }
  package var isDeviation: Bool { false }

  func isEqual(to other: any DescribedEvent) -> Bool { other as? Self == self }
}

/// Every event that a scenario may have, in the order in which help lists them.
package enum DescribedEvents {
  /// A new one is a file beside this one, and a row here.
  package static let all: [any DescribedEvent.Type] = [
    Authorization.self,
    Reauthentication.self,
    CredentialTest.self,
    ConnectionSave.self,
    AppSave.self,
    TokenSpoiling.self,
    TokenForgetting.self,
    Assignment.self,
    ProfileUpdate.self,
    Unassignment.self,
    Deactivation.self,
    Reactivation.self,
    RepeatedCreate.self,
    ClockSkip.self,
    AnswerLoss.self,
  ]

  /// The words with which lines begin: `assign`, `test credentials`.
  static let leads = all.map { $0.form.lead.joined(separator: " ") }

  /// What the format has and later work brings.
  static let notYet = [
    "suspend", "unsuspend", "delete", "push password", "provision", "force sync", "push group",
    "change group", "rename group", "push now", "deactivate push", "activate push",
    "unlink group", "import users", "import groups", "import", "retry tasks", "refresh", "probe",
    "lose answer of next token request", "cut answer", "hold", "exchange code",
    "authorize and refuse", "revoke access token", "revoke refresh token", "hook", "org",
  ]
}
