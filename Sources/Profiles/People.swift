import JSON
import World

/// One person in Okta.
package struct OktaUser: Sendable, Equatable {
  package struct Attribute: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The scenario's name for the person.
  package let name: String
  /// Okta's user id, `00u` and 17 letters and digits; goes to the app as `externalId`.
  package let id: String
  /// Okta's user profile by its own attribute names, in a fixed order; empty ones are not there.
  package private(set) var attributes: [Attribute]
  /// What an admin has given the person at an app that has entitlements, by kind; a kind that nobody
  /// has spoken of is not there.
  package private(set) var entitlements: [Entitlement.Kind: [Entitlement]] = [:]
  /// What stands for `{namespace}` and the like in a line's values.
  private let placeholders: [String: String]
  /// A display name that a line gave stays when the names change.
  private var hasGivenDisplayName = false

  package init(
    name: String,
    id: String,
    attributes: [Attribute],
    placeholders: [String: String] = [:]
  ) {
    self.placeholders = placeholders
    self.name = name
    self.id = id
    self.attributes = attributes
  }

  package subscript(attribute: String) -> String? {
    attributes.first { $0.name.isExactly(attribute) }?.value
  }

  /// Changes attributes as a line says, and what follows from them.
  package mutating func apply(_ changes: [AttributeChange]) {
    for change in changes {
      set(change.name, change.value.map(filled))
      if change.name == "displayName" { hasGivenDisplayName = true }
    }
    let hasNewName = changes.contains { $0.name == "firstName" || $0.name == "lastName" }
    guard hasNewName, !hasGivenDisplayName else { return }
    let names = [self["firstName"], self["lastName"]].compactMap(\.self)
    set("displayName", names.isEmpty ? nil : names.joined(separator: " "))
  }

  /// Gives these, in place of all that the person has of the kind.
  package mutating func give(_ given: [Entitlement], _ kind: Entitlement.Kind) {
    entitlements[kind] = given
  }

  /// The value with `{namespace}` and `{domain}` filled in, so that a line's own login keeps apart
  /// from those of other runs.
  private func filled(_ value: String) -> String {
    guard value.utf8.contains(UInt8(ascii: "{")) else { return value }
    return placeholders.sorted { $0.key < $1.key }.reduce(value) { text, placeholder in
      text.replacing("{\(placeholder.key)}", with: placeholder.value)
    }
  }

  private mutating func set(_ name: String, _ value: String?) {
    let place = attributes.firstIndex { $0.name.isExactly(name) }
    // A load has a million people: room for one more, not for twice as many.
    if place == nil, value != nil, attributes.count == attributes.capacity {
      attributes.reserveCapacity(attributes.count + 1)
    }
    switch (place, value) {
    case (let place?, let value?): attributes[place].value = value
    case (let place?, nil): attributes.remove(at: place)
    case (nil, let value?): attributes.append(Attribute(name: name, value: value))
    case (nil, nil): break
    }
  }
}

/// Makes people's Okta profiles from their names, the seed and the run's namespace.
package struct People: Sendable {
  private let random: SeededRandom
  private let namespace: String
  private let domain: String
  private let locale: String

  /// - Parameters:
  ///   - namespace: Keeps the people of two runs apart; see `Namespace`.
  ///   - domain: `people.domain` of the profile.
  ///   - locale: The switch `locale`: the form of made-up values.
  package init(seed: UInt64, namespace: String, domain: String, locale: String) {
    random = SeededRandom(seed: seed)
    self.namespace = namespace
    self.domain = domain
    self.locale = locale
  }

  /// The person as Okta knows them when the line that assigns them has been obeyed.
  package func make(_ person: String, changes: [AttributeChange] = []) -> OktaUser {
    // The namespace too: an app that keeps its database, and finds users by externalId, must not
    // take the people of two runs with the same seed for the same.
    var ids = random.stream(named: "okta user id \(namespace) \(person)")
    var names = random.stream(named: "last name \(person)")
    let login = "\(person).\(namespace)@\(domain)"
    let given = changes.first { $0.name == "login" }.flatMap(\.value)
    let firstName = person.prefix(1).uppercased() + person.dropFirst()
    let lastName = Self.lastNames.randomElement(using: &names) ?? "Lovelace"
    var user = OktaUser(
      name: person,
      id: "00u" + ids.alphanumerics(17),
      attributes: [
        OktaUser.Attribute(name: "login", value: login),
        OktaUser.Attribute(
          name: "email",
          value: given?.contains("@") == true ? given ?? "" : login
        ),
        OktaUser.Attribute(name: "firstName", value: firstName),
        OktaUser.Attribute(name: "lastName", value: lastName),
        OktaUser.Attribute(name: "displayName", value: "\(firstName) \(lastName)"),
        OktaUser.Attribute(name: "locale", value: locale),
      ],
      placeholders: ["namespace": namespace, "domain": domain]
    )
    user.apply(changes)
    if given?.contains("{") == true, !changes.contains(where: { $0.name == "email" }) {
      user.apply([AttributeChange(name: "email", value: given)])
    }
    return user
  }

  /// What a group is called in Okta and at the app: kept apart from those of other runs.
  package func groupName(_ name: String) -> String { "\(name) (\(namespace))" }

  private static let lastNames = [
    "Allen", "Babbage", "Booth", "Clarke", "Easley", "Franklin", "Hamilton", "Hopper", "Jennings",
    "Johnson", "Keller", "Kilburn", "Lamarr", "Liskov", "Meitner", "Noether", "Perlman", "Ritchie",
    "Shannon", "Sinclair", "Turing", "Vaughan", "Wilkes", "Wing",
  ]
}

/// What keeps the users of one run from those of another in the same app.
package enum Namespace {
  package static let maximumLength = 16

  /// At most 16 letters and digits.
  package static func isValid(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= maximumLength
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }

  /// 4 to 6 lower-case letters and digits.
  package static func random(using generator: inout some RandomNumberGenerator) -> String {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    let length = Int.random(in: 4...6, using: &generator)
    return String(
      (0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
    )
  }
}
