extension Provisioner {
  /// Takes a person for a user whom the app already has and Okta is linked to.
  package func link(_ name: String, id: String) {
    var user = AppUser(user: people.make(name))
    user.id = id
    user.isAssigned = true
    user.isActive = true
    directory.put(user)
  }

  /// Knows of somebody, or of a group, that an earlier run has left in the app.
  ///
  /// - Parameter id: The app's; nil where it is not known, or whether there is one at all.
  package func expect(_ name: String, _ isGroup: Bool, id: String?) {
    if isGroup {
      var group = AppGroup(
        name: name,
        displayName: people.groupName(name),
        description: nil,
        members: []
      )
      group.id = id
      group.wasCreated = id != nil
      group.mayExist = id == nil
      directory.put(group)
    } else {
      var user = AppUser(user: people.make(name))
      user.id = id
      user.wasCreated = id != nil
      user.isActive = id != nil
      user.mayExist = id == nil
      directory.put(user)
    }
  }
}
