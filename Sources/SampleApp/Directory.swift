import JSON
import World

/// A request that the SCIM API refuses (RFC 7644 section 3.12).
struct SCIMRefusal: Error, Sendable, Equatable {
  var status: Int
  var scimType: String?
  var detail: String
  /// The methods that a 405 names.
  var allowed: String?

  init(_ status: Int, scimType: String? = nil, _ detail: String) {
    self.status = status
    self.scimType = scimType
    self.detail = detail
  }

  static func invalidValue(_ detail: String) -> SCIMRefusal {
    SCIMRefusal(400, scimType: "invalidValue", detail)
  }

  static func unknown(_ id: String, _ kind: ResourceKind) -> SCIMRefusal {
    SCIMRefusal(404, "\(kind.rawValue) \(id) not found")
  }

  static func taken(_ attributes: JSONObject, _ kind: ResourceKind) -> SCIMRefusal {
    let name = attributes[kind.uniqueAttribute]?.string ?? ""
    return SCIMRefusal(409, scimType: "uniqueness", "\(kind.uniqueAttribute) '\(name)' is taken")
  }
}

/// The two kinds of resource, and where they differ.
enum ResourceKind: String, CaseIterable, Sendable {
  case user = "User"
  case group = "Group"

  static let enterpriseExtension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

  var endpoint: String { rawValue + "s" }
  var schema: String { "urn:ietf:params:scim:schemas:core:2.0:\(rawValue)" }
  /// Required, and no two resources have the same, whatever the case of its letters.
  var uniqueAttribute: String { self == .user ? "userName" : "displayName" }

  /// What the app decides alone; sent values are ignored (RFC 7644 section 3.5.1).
  var readOnlyAttributes: [String] {
    self == .user ? ["schemas", "id", "meta", "groups"] : ["schemas", "id", "meta"]
  }

  var multiValuedAttributes: [String] {
    switch self {
    case .user:
      [
        "emails", "phoneNumbers", "ims", "photos", "addresses", "entitlements", "roles",
        "x509Certificates",
      ]
    case .group: ["members"]
    }
  }

  var attributes: [String] {
    switch self {
    case .user:
      [
        "userName", "name", "displayName", "nickName", "profileUrl", "title", "userType",
        "preferredLanguage", "locale", "timezone", "active", "password", "externalId",
      ] + multiValuedAttributes + readOnlyAttributes
        + [Self.enterpriseExtension]
    case .group:
      ["displayName", "externalId"] + multiValuedAttributes + readOnlyAttributes
    }
  }

  /// The name as the schema writes it: names are case insensitive (RFC 7643 section 2.1).
  func canonicalName(_ name: String) -> String {
    let wanted = name.lowercased()
    return attributes.first { $0.lowercased() == wanted } ?? name
  }
}

/// Users and groups, in memory.
struct Directory: Sendable {
  struct Resource: Sendable, Equatable {
    var id: String
    /// What clients wrote, in their order; nothing that is read-only, and no password.
    var attributes: JSONObject
    var created: Stamp
    /// A date and time (RFC 7643 section 2.3.5).
    var lastModified: String
    /// How often it was changed.
    var revision = 0
  }

  /// When, and for whom, a resource is written.
  struct Stamp: Sendable, Equatable {
    /// Of the loop's clock.
    var instant: Duration
    var timestamp: String
    /// nil where the app itself made the resource.
    var author: Author?
  }

  /// The access token of a write: its grant, and how many refreshes came before it.
  struct Author: Sendable, Equatable {
    var grant: Int
    var generation: Int
  }

  /// The resources of one kind, in the order of their creation.
  private struct Table {
    var order: [String] = []
    var byID: [String: Resource] = [:]
    /// Ids by the unique attribute in lower case; a right app has one for each.
    var byName: [String: [String]] = [:]

    mutating func removeName(_ name: String, of id: String) {
      byName[name]?.removeAll { $0 == id }
      if byName[name]?.isEmpty == true { byName[name] = nil }
    }
  }

  private var users = Table()
  private var groups = Table()
  /// The groups of each user, in the order in which the user came in.
  private var groupsByMember: [String: [String]] = [:]
  private var random: SeededRandom

  init(seed: UInt64) {
    random = SeededRandom(seed: seed).stream(named: "directory")
  }

  /// All ids of a kind, oldest first; stable from page to page (RFC 7644 section 3.4.2.4).
  func ids(_ kind: ResourceKind) -> [String] { table(kind).order }

  func resource(_ id: String, _ kind: ResourceKind) -> Resource? { table(kind).byID[id] }

  /// The ids under the unique attribute's value, whatever its case.
  func ids(named name: String, _ kind: ResourceKind) -> [String] {
    table(kind).byName[name.lowercased()] ?? []
  }

  /// The resources that have the name which `attributes` give, whatever its case.
  func namesakes(of attributes: JSONObject, _ kind: ResourceKind) -> [Resource] {
    ids(named: Self.key(attributes, kind), kind).compactMap { resource($0, kind) }
  }

  /// The ids of all that a filter accepts, oldest first.
  func ids(matching filter: Filter, _ kind: ResourceKind) -> [String] {
    if filter.attribute == kind.uniqueAttribute { return ids(named: filter.value, kind) }
    if filter.attribute == Filter.lastModified {
      // Both to the second, so that their texts stand in the order of time.
      return ids(kind).filter { resource($0, kind).map { $0.lastModified > filter.value } ?? false }
    }
    if filter.attribute == "id" { return resource(filter.value, kind).map { [$0.id] } ?? [] }
    return ids(kind).filter { id in
      guard let attributes = resource(id, kind)?.attributes else { return false }
      return filter.accepts(attributes)
    }
  }

  /// The groups that have the user as a member.
  func groups(of user: String) -> [Resource] {
    (groupsByMember[user] ?? []).compactMap { groups.byID[$0] }
  }

  /// Adds a resource, whose attributes `check` has seen.
  mutating func create(_ attributes: JSONObject, _ kind: ResourceKind, _ stamp: Stamp) -> Resource {
    // Twenty characters, as Okta's own ids have.
    let id = random.lowercaseAlphanumerics(20)
    let resource = Resource(
      id: id,
      attributes: attributes,
      created: stamp,
      lastModified: stamp.timestamp
    )
    change(kind) { $0.order.append(id) }
    store(resource, kind)
    return resource
  }

  /// Gives a resource other attributes, which `check` has seen.
  mutating func update(
    _ resource: Resource,
    to attributes: JSONObject,
    _ kind: ResourceKind,
    _ stamp: Stamp
  ) -> Resource {
    // RFC 7644 section 3.5.2.1: what changes nothing does not change the modify timestamp.
    if attributes == resource.attributes { return resource }
    var resource = resource
    resource.attributes = attributes
    resource.lastModified = stamp.timestamp
    resource.revision += 1
    store(resource, kind)
    return resource
  }

  /// Keeps a resource as it is given, in place of what was there under its id.
  mutating func store(_ resource: Resource, _ kind: ResourceKind) {
    let old = self.resource(resource.id, kind)?.attributes
    change(kind) { table in
      if let old { table.removeName(Self.key(old, kind), of: resource.id) }
      table.byName[Self.key(resource.attributes, kind), default: []].append(resource.id)
      table.byID[resource.id] = resource
    }
    if kind == .group {
      updateMembership(of: resource.id, from: old ?? [:], to: resource.attributes)
    }
  }

  /// Removes the resource, and with a user also its memberships.
  ///
  /// - Returns: Whether there was one.
  mutating func delete(_ id: String, _ kind: ResourceKind) -> Bool {
    guard let resource = resource(id, kind) else { return false }
    change(kind) { table in
      table.order.removeAll { $0 == id }
      table.byID[id] = nil
      table.removeName(Self.key(resource.attributes, kind), of: id)
    }
    if kind == .group { updateMembership(of: id, from: resource.attributes, to: [:]) }
    for group in groupsByMember.removeValue(forKey: id) ?? [] {
      let members = groups.byID[group]?.attributes["members"]?.array ?? []
      groups.byID[group]?.attributes["members"] = .array(
        members.filter { $0["value"]?.string != id }
      )
    }
    return true
  }

  /// The attributes of users that nobody knows; the number makes each name the only one of its
  /// kind.
  static func madeUpUsers(_ count: Int) -> [JSONObject] {
    let given = ["Ada", "Alan", "Barbara", "Donald", "Edsger", "Frances", "Grace", "Ken"]
    let family = ["Allen", "Dijkstra", "Hopper", "Knuth", "Liskov", "Lovelace", "Turing"]
    return (0..<max(0, count)).map { number in
      let givenName = given[number % given.count]
      let familyName = family[number % family.count]
      let address = "\(givenName).\(familyName).\(number + 1)@example.com".lowercased()
      return [
        "userName": .string(address),
        "name": ["givenName": .string(givenName), "familyName": .string(familyName)],
        "displayName": .string("\(givenName) \(familyName)"),
        "emails": [["value": .string(address), "type": "work", "primary": true]],
        "active": true,
      ]
    }
  }

  /// Whether it has a user or a group with that id.
  func hasMember(_ id: String) -> Bool { users.byID[id] != nil || groups.byID[id] != nil }

  /// The attributes of groups without members.
  static func madeUpGroups(_ count: Int) -> [JSONObject] {
    (0..<max(0, count)).map { ["displayName": .string("Team \($0 + 1)")] }
  }

  // MARK: Checks

  /// Refuses attributes that no resource of the kind may have.
  func check(_ attributes: JSONObject, _ kind: ResourceKind) throws(SCIMRefusal) {
    let required = kind.uniqueAttribute
    guard let name = attributes[required]?.string, !name.trimmingSpaces.isEmpty else {
      throw .invalidValue("\(required) is required and has to be a text")
    }
    if let active = attributes["active"], active.boolean == nil {
      throw .invalidValue("active has to be true or false, not \(active.kindInWords)")
    }
    if kind == .user { try Catalogue.check(attributes) }
    if kind == .user, let value = attributes["name"], value.object == nil {
      throw .invalidValue("name has to be an object, not \(value.kindInWords)")
    }
    for attribute in kind.multiValuedAttributes {
      guard let value = attributes[attribute] else { continue }
      guard let elements = value.array, elements.allSatisfy({ $0.object != nil }) else {
        throw .invalidValue("\(attribute) has to be an array of objects")
      }
    }
    for member in kind == .group ? attributes["members"]?.array ?? [] : [] {
      guard member["value"]?.string != nil else {
        throw .invalidValue("a member's value has to be the id of a user or a group")
      }
    }
  }

  /// Refuses a name that another resource has.
  func checkName(
    in attributes: JSONObject,
    of resource: Resource,
    _ kind: ResourceKind
  ) throws(SCIMRefusal) {
    if Self.key(attributes, kind) == Self.key(resource.attributes, kind) { return }
    if !namesakes(of: attributes, kind).isEmpty { throw .taken(attributes, kind) }
  }

  private static func key(_ attributes: JSONObject, _ kind: ResourceKind) -> String {
    attributes[kind.uniqueAttribute]?.string?.lowercased() ?? ""
  }

  // MARK: Tables

  private func table(_ kind: ResourceKind) -> Table { kind == .user ? users : groups }

  private mutating func change(_ kind: ResourceKind, _ body: (inout Table) -> Void) {
    switch kind {
    case .user: body(&users)
    case .group: body(&groups)
    }
  }

  private mutating func updateMembership(
    of group: String,
    from old: JSONObject,
    to new: JSONObject
  ) {
    let before = Self.members(old)
    let after = Self.members(new)
    let stay = Set(before).intersection(after)
    for member in before where !stay.contains(member) {
      groupsByMember[member]?.removeAll { $0 == group }
    }
    for member in after where !stay.contains(member) {
      groupsByMember[member, default: []].append(group)
    }
  }

  private static func members(_ attributes: JSONObject) -> [String] {
    (attributes["members"]?.array ?? []).compactMap { $0["value"]?.string }
  }
}

extension String {
  /// The text without white space at both ends.
  var trimmingSpaces: String {
    var rest = self[...].drop(while: \.isWhitespace)
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
