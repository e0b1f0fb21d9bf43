import Profiles

/// What Okta does at an app of a family: one row a family, read wherever an act has two ways.
///
/// PATCH is declared with the app and static; Okta does not fall back from one verb to the other (an
/// Okta engineer, 2018). A profile update is GET and PUT in every family (Okta, SCIM 2.0 reference).
struct FamilyHabits: Sendable, Equatable {
  enum Verb: Sendable {
    /// The resource is read, changed, and put back as a whole.
    case put
    /// What changes is sent alone.
    case patch
  }

  /// `active` of a user.
  var activation: Verb
  var password: Verb
  var groups: Verb
  /// Whether the test of the connection asks what the app can: the agent's connector alone does (Okta
  /// help, on-prem SCIM messages; with SCIM 2.0 reported once).
  var readsConfiguration: Bool

  private init(_ verb: Verb, readsConfiguration: Bool = false) {
    activation = verb
    password = verb
    groups = verb
    self.readsConfiguration = readsConfiguration
  }

  /// AIW, OIN apps without PATCH and the On-Prem Provisioning agent know PUT alone.
  static func of(_ family: AppFamily) -> FamilyHabits {
    switch family {
    case .oinPatch: FamilyHabits(.patch)
    case .aiw, .oinPut: FamilyHabits(.put)
    case .onPrem: FamilyHabits(.put, readsConfiguration: true)
    }
  }
}

extension AppFamily {
  /// Whether Okta sends an app of one family what it sends one of the other.
  package func sendsLike(_ other: AppFamily) -> Bool {
    FamilyHabits.of(self) == FamilyHabits.of(other)
  }
}
