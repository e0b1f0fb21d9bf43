import Profiles
import SCIM

/// What Okta does at an app of a family: one row a family, read wherever an act has two ways.
///
/// PATCH is declared with the app and static; Okta does not fall back from one verb to the other (an
/// Okta engineer, 2018). A profile update is GET and PUT in every family (Okta, SCIM 2.0 reference).
struct FamilyHabits: Sendable {
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

  private init(_ verb: Verb) {
    activation = verb
    password = verb
    groups = verb
  }

  /// AIW, OIN apps without PATCH and the On-Prem Provisioning agent know PUT alone.
  static func of(_ family: AppFamily) -> FamilyHabits {
    switch family {
    case .oinPatch: FamilyHabits(.patch)
    case .aiw, .oinPut, .onPrem: FamilyHabits(.put)
    }
  }
}

extension SCIMVersion {
  init(_ version: SCIMSettings.Version) {
    switch version {
    case .v1: self = .v1
    case .v2: self = .v2
    }
  }
}
