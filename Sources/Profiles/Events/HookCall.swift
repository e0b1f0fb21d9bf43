/// The app is changed from outside, by one of the profile's hooks.
package struct HookCall: DescribedEvent {
  package static let form: EventForm = ["hook", .hook]

  package var clauses: Clauses

  package init(_ clauses: Clauses) { self.clauses = clauses }

  package var name: String { Clauses.the(clauses.hook).name }
  /// What `{seconds}` stands for, and how far Okta's clock goes on as well.
  package var seconds: Duration? { clauses.hook?.seconds }
  package var isDeviation: Bool { true }
}
