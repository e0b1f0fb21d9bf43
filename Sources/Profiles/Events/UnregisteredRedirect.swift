/// "Authenticate with …" with a redirect URI that the app does not know.
///
/// Okta, SCIM test plan (v2), C21902.
package struct UnregisteredRedirect: DescribedEvent {
  package static let form: EventForm = ["authorize with unregistered redirect URI"]

  package init(_ clauses: Clauses) {}

  package var needsGrant: Bool { true }
  package var isDeviation: Bool { true }
}
