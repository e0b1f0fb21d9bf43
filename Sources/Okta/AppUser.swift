import JSON
import Profiles

/// A person as Okta keeps them for one app: the profile, and the link to the app's own user.
package struct AppUser: Sendable {
  package var user: OktaUser
  /// Okta's names of the attributes that a line has emptied, and none has filled since.
  package private(set) var cleared: Set<String> = []
  /// The id that the app gave; nil until the link is made.
  package var id: String?
  /// The app's id, where Okta's is a stale one.
  package var rightID: String?
  package var isAssigned: Bool
  /// Whether the app was last told that the user is active.
  package var isActive: Bool
  /// What the app last said of the user.
  package var representation: JSONObject?
  /// Whether this run made the user, so that clean-up may deactivate it.
  package var wasCreated: Bool
  /// Whether a create went out whose answer does not tell the id: the app may have made the user.
  package var mayExist = false
  /// Whether the app, when the link to it was first made, had the user under Okta's id of the person.
  package var wasFoundAsOurs = false

  package init(user: OktaUser) {
    self.user = user
    isAssigned = false
    isActive = false
    wasCreated = false
  }

  /// Changes the person's Okta profile.
  package mutating func apply(_ changes: [AttributeChange]) {
    user.apply(changes)
    for change in changes {
      if change.value == nil { cleared.insert(change.name) } else { cleared.remove(change.name) }
    }
  }
}
