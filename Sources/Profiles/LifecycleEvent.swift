/// What an admin, or Okta itself, does.
package enum LifecycleEvent: Sendable, Equatable {
  /// "Authenticate with …": authorization request, login, consent, code exchange.
  case authorize
  /// The same again, on a living link.
  case reauthenticate
  /// "Test API Credentials".
  case testCredentials
  /// Save on the integration page.
  case saveConnection
  /// Save on the "To App" page.
  case saveToApp
  case assign(String, [AttributeChange])
  case update(String, [AttributeChange])
  case unassign(String)
  case deactivate(String)
  case reactivate(String)
  /// This org's clock jumps, the app's does not.
  case skip(Duration)
  /// An altered token is presented next.
  case spoilAccessToken
  /// The token is dropped, so that a refresh is due.
  case forgetAccessToken

  /// The person it is about, if it is about one.
  package var person: String? {
    switch self {
    case .assign(let person, _), .update(let person, _), .unassign(let person),
      .deactivate(let person), .reactivate(let person):
      person
    default: nil
    }
  }

  /// Whether somebody is to lose access: to fail in it leaves a leaver with access.
  package var takesAccess: Bool {
    switch self {
    case .deactivate, .unassign: true
    default: false
    }
  }

  /// The words that name it in a scenario.
  package var name: String {
    switch self {
    case .authorize: "authorize"
    case .reauthenticate: "re-authenticate"
    case .testCredentials: "test credentials"
    case .saveConnection: "save connection"
    case .saveToApp: "save to app"
    case .assign: "assign"
    case .update: "update"
    case .unassign: "unassign"
    case .deactivate: "deactivate"
    case .reactivate: "reactivate"
    case .skip: "skip"
    case .spoilAccessToken: "spoil access token"
    case .forgetAccessToken: "forget access token"
    }
  }
}

extension LifecycleEvent: CustomStringConvertible {
  /// The event as a scenario writes it: `update ada  lastName King`.
  package var description: String {
    switch self {
    case .assign(let person, let changes), .update(let person, let changes):
      ([name + " " + person] + changes.map(\.description)).joined(separator: "  ")
    case .unassign(let person), .deactivate(let person), .reactivate(let person):
      name + " " + person
    case .skip(let duration):
      name + " " + DurationText.format(duration)
    default:
      name
    }
  }
}

/// An attribute of Okta's user profile and its new value.
package struct AttributeChange: Sendable, Equatable {
  package var name: String
  /// nil clears it (`none` in a scenario).
  package var value: String?

  package init(name: String, value: String?) {
    self.name = name
    self.value = value
  }
}

extension AttributeChange: CustomStringConvertible {
  package var description: String {
    guard let value else { return name + " none" }
    return "\(name) \(value == "none" ? "\"none\"" : Word.written(value))"
  }
}
