/// The app's users are read, then its groups where Import Groups is on.
package struct Import: DescribedEvent {
  package static let form: EventForm = ["import", .pages]

  package var clauses: Clauses

  package init(_ clauses: Clauses = Clauses()) { self.clauses = clauses }

  package var isDeviation: Bool { clauses.pages != nil }
}

/// The app's users are read.
package struct UserImport: DescribedEvent {
  package static let form: EventForm = ["import users", .pages]

  package var clauses: Clauses

  package init(_ clauses: Clauses = Clauses()) { self.clauses = clauses }

  package var capability: Capability? { .importUsers }
  package var isDeviation: Bool { clauses.pages != nil }
}

/// Those of the app's users are read that have changed since the last import: the on-prem agent alone
/// does that (Okta help, "Okta Provisioning Agent incremental import").
package struct IncrementalUserImport: DescribedEvent {
  package static let form: EventForm = ["import users incremental"]

  package init(_ clauses: Clauses = Clauses()) {}

  package var capability: Capability? { .importUsers }
}

/// The app's groups are read.
package struct GroupImport: DescribedEvent {
  package static let form: EventForm = ["import groups", .pages]

  package var clauses: Clauses

  package init(_ clauses: Clauses = Clauses()) { self.clauses = clauses }

  package var capability: Capability? { .importGroups }
  package var isDeviation: Bool { clauses.pages != nil }
}

extension LifecycleEvent {
  package static let importAll = LifecycleEvent(Import())
  package static let importUsers = LifecycleEvent(UserImport())
  package static let importChangedUsers = LifecycleEvent(IncrementalUserImport())
  package static let importGroups = LifecycleEvent(GroupImport())

  package static func importUsers(inPages pages: Int) -> LifecycleEvent {
    var clauses = Clauses()
    clauses.pages = pages
    return LifecycleEvent(UserImport(clauses))
  }
}
