/// The names of Okta's user profile, apart from the custom ones that an org may add.
package enum OktaUserSchema {
  package static let names = [
    "login", "email", "secondEmail", "firstName", "lastName", "middleName", "honorificPrefix",
    "honorificSuffix", "title", "displayName", "nickName", "profileUrl", "primaryPhone",
    "mobilePhone", "streetAddress", "city", "state", "zipCode", "countryCode", "postalAddress",
    "preferredLanguage", "locale", "timezone", "userType", "employeeNumber", "costCenter",
    "organization", "division", "department", "managerId", "manager",
  ]
}

extension AttributeMapping {
  /// What is mapped before a profile says anything, the same for all families.
  ///
  /// secondEmail is not mapped. An attribute without a value is not sent, so a long table costs
  /// nothing (okta-behaviour 4.2: unmapped or empty attributes are omitted).
  package static let defaults: [AttributeMapping] = [
    // Okta, "Prepare your SCIM API service": the minimum that a server must store.
    AttributeMapping(from: "login", to: "userName"),
    AttributeMapping(from: "firstName", to: "name.givenName"),
    AttributeMapping(from: "lastName", to: "name.familyName"),
    // Reported: in the list pieced together from OroCommerce's guide and a lab's captures.
    AttributeMapping(from: "middleName", to: "name.middleName"),
    // Reported: the same list.
    AttributeMapping(from: "honorificPrefix", to: "name.honorificPrefix"),
    // Reported: the same list.
    AttributeMapping(from: "honorificSuffix", to: "name.honorificSuffix"),
    // Okta, "Prepare your SCIM API service": minimum. Type work: OroCommerce's guide maps
    // emailType to work where an email is present.
    AttributeMapping(from: "email", to: #"emails[type eq "work"].value"#),
    // Okta, "SCIM 2.0 reference", Create Users: in the body of the sample request.
    AttributeMapping(from: "displayName", to: "displayName"),
    // Reported: OroCommerce's guide and a lab's captures, for this and the next five.
    AttributeMapping(from: "nickName", to: "nickName"),
    AttributeMapping(from: "profileUrl", to: "profileUrl"),
    AttributeMapping(from: "title", to: "title"),
    AttributeMapping(from: "userType", to: "userType"),
    AttributeMapping(from: "preferredLanguage", to: "preferredLanguage"),
    AttributeMapping(from: "timezone", to: "timezone"),
    // Okta, "SCIM 2.0 reference", Create Users: in the body of the sample request.
    AttributeMapping(from: "locale", to: "locale"),
    // Reported: primaryPhone has a type of its own, work like emailType in OroCommerce's guide.
    AttributeMapping(from: "primaryPhone", to: #"phoneNumbers[type eq "work"].value"#),
    // Reported: the list names it without a type; mobile is RFC 7643 section 4.1.2's word.
    AttributeMapping(from: "mobilePhone", to: #"phoneNumbers[type eq "mobile"].value"#),
    // Reported: "address fields" in the list; the names below are RFC 7643 section 4.1.2's.
    AttributeMapping(from: "streetAddress", to: #"addresses[type eq "work"].streetAddress"#),
    AttributeMapping(from: "city", to: #"addresses[type eq "work"].locality"#),
    AttributeMapping(from: "state", to: #"addresses[type eq "work"].region"#),
    AttributeMapping(from: "zipCode", to: #"addresses[type eq "work"].postalCode"#),
    AttributeMapping(from: "countryCode", to: #"addresses[type eq "work"].country"#),
    // Assumed: no Okta document says where postalAddress goes; formatted is the one text field.
    AttributeMapping(from: "postalAddress", to: #"addresses[type eq "work"].formatted"#),
    // Captured for department (a lab's AIW app, 2026): the extension's URN is the key. Reported
    // for the four beside it; their names are RFC 7643 section 4.3's.
    AttributeMapping(from: "employeeNumber", to: enterprise + "employeeNumber"),
    AttributeMapping(from: "costCenter", to: enterprise + "costCenter"),
    AttributeMapping(from: "organization", to: enterprise + "organization"),
    AttributeMapping(from: "division", to: enterprise + "division"),
    AttributeMapping(from: "department", to: enterprise + "department"),
    // Assumed: the form of the manager object on the wire is unknown; RFC 7643 section 4.3.
    AttributeMapping(from: "managerId", to: enterprise + "manager.value"),
    AttributeMapping(from: "manager", to: enterprise + "manager.displayName"),
  ]

  /// The table for an app that speaks this version: 1.1 has another name for the extension of
  /// enterprises (draft-scim-core-schema-01, section 7).
  package static func defaults(_ version: SCIMSettings.Version) -> [AttributeMapping] {
    guard version == .v1 else { return defaults }
    return defaults.map { mapping in
      var mapping = mapping
      if mapping.to.hasPrefix(enterprise) {
        let name = mapping.to.dropFirst(enterprise.count)
        mapping.to = "urn:scim:schemas:extension:enterprise:1.0:" + name
      }
      return mapping
    }
  }

  /// Okta's own notation of an element, `roles.^[type=='Primary'].value` (Okta, support article on
  /// multi-valued attributes), as a SCIM path.
  static func path(_ text: String) -> String {
    text.replacing(/\.\^\[([A-Za-z]+)\s*==\s*'([^']*)'\]/) { match in
      "[\(match.1) eq \"\(match.2)\"]"
    }
  }

  /// A path is written by hand, and no resource is deep; the URN of a schema has a few dots more.
  private static let maximumPathBytes = 1000
  private static let maximumPathNames = 15

  /// No app has as many attributes; each entry is looked for among those before it.
  static let maximumEntries = 1000

  private static let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:"

  /// Lays one entry of a profile over a table.
  ///
  /// An entry for a `to` that the table has replaces its `from`; SCIM's attribute names do not
  /// tell case apart (RFC 7643 section 2.1).
  static func lay(_ entry: AttributeMapping, over table: inout [AttributeMapping]) {
    let wanted = entry.to.lowercased()
    if let place = table.firstIndex(where: { $0.to.lowercased() == wanted }) {
      table[place] = entry
    } else {
      table.append(entry)
    }
  }

  /// Whether `path` has the form of a SCIM path: names joined by dots, a filter in brackets.
  static func isPath(_ path: String) -> Bool {
    guard path.utf8.count <= maximumPathBytes else { return false }
    var outside = ""
    var isInside = false
    for character in path {
      switch character {
      case "[" where !isInside: isInside = true
      case "]" where isInside: isInside = false
      case "[", "]": return false
      default: if !isInside { outside.append(character) }
      }
    }
    guard !isInside, let first = outside.first, let last = outside.last else { return false }
    return (first.isLetter || first == "$") && last != "." && last != ":"
      && !outside.contains("..") && outside.count { $0 == "." } < maximumPathNames
      && outside.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "$-_.:".contains($0)) }
  }
}
