/// A group as Okta keeps it for one app: who belongs to it, and the link to the app's own group.
package struct AppGroup: Sendable {
  /// The scenario's first name for it.
  package let name: String
  /// What it is called in Okta and at the app.
  package var displayName: String
  package var description: String?
  /// The people who belong to it in Okta, by the scenario's names, in the order in which they came.
  package private(set) var members: [String]
  /// Whether changes are sent: the push is neither deactivated nor unlinked.
  package var isPushed = true
  /// The id that the app gave; nil until the link is made.
  package var id: String?
  /// The id of a group that is not linked any more.
  package var lastID: String?
  /// The id of the group, linked or not.
  var knownID: String? { id ?? lastID }
  /// Of those who belong to it, the ones whom the app was told of.
  package var told: Set<String> = []
  /// Whether this run made the group, so that clean-up may delete it.
  package var wasCreated = false
  /// Whether a create went out whose answer does not tell the id.
  package var mayExist = false

  package init(name: String, displayName: String, description: String?, members: [String]) {
    self.name = name
    self.displayName = displayName
    self.description = description
    self.members = members
  }

  mutating func change(adding added: [String], removing removed: [String]) {
    members.removeAll(where: removed.contains)
    members += added.filter { !members.contains($0) }
  }
}
