import HTTP
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
  private var said = Said.nothing
  /// Whether this run made the user, so that clean-up may deactivate it.
  package var wasCreated: Bool
  /// Whether a create went out whose answer does not tell the id: the app may have made the user.
  package var mayExist = false
  /// Whether the app, when the link to it was first made, had the user under Okta's id of the person.
  package var wasFoundAsOurs = false

  /// What the app last said of the user, which few ask for: of a load's people it is kept as it came.
  private enum Said {
    case nothing
    case tree(JSONObject)
    /// The answer to a write, and what was written by it, which counts where the answer is no user.
    case answer([UInt8], to: [UInt8])
  }

  /// What the app last said of the user.
  package var representation: JSONObject? {
    get {
      switch said {
      case .nothing: nil
      case .tree(let object): object
      case .answer(let answer, let sent): JSONBody(answer).object ?? JSONBody(sent).object
      }
    }
    set { said = newValue.map(Said.tree) ?? .nothing }
  }

  /// Takes the answer to a write of the user for what the app now has.
  ///
  /// Of a PUT Okta wants the updated user back; an answer without one is judged, not fatal.
  mutating func note(_ write: Exchange) {
    let isWhole = write.intent.act == .replace
    said = .answer(write.response?.body ?? [], to: isWhole ? write.request.body : [])
  }

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
