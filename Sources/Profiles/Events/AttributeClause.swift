import JSON

extension Clause {
  /// `title Countess  nickName none`: names and values in turn, or nothing.
  static let attributes = attributes(withEntitlements: false)

  /// The same with `role Editor  entitlement "Pro license"` among them, each as often as wanted.
  static let attributesAndEntitlements = attributes(withEntitlements: true)

  private static func attributes(withEntitlements: Bool) -> Clause {
    Clause(
      noun: "an attribute",
      example: nil,
      separator: "  ",
      keys: ["attributes"] + entitlementKeys,
      read: { reader, clauses throws(SourceError) in
        var seen: Set<String> = []
        while let name = reader.take() {
          if let kind = Entitlement.Kind(rawValue: name.text), !name.isQuoted {
            guard withEntitlements else {
              throw reader.source.mistake(
                "'\(name.text)' has no place there",
                at: name.span,
                help: "roles and entitlements are given by 'assign' and 'update'"
              )
            }
            try entitlement(kind, name, &reader, &clauses)
            continue
          }
          let change = try change(name, &reader)
          guard seen.insert(change.name).inserted else {
            throw reader.source.mistake("'\(change.name)' stands here twice", at: name.span)
          }
          clauses.changes.append(change)
        }
      },
      text: { clauses in
        (clauses.changes.map(\.description) + clauses.entitlements.map(\.description))
          .joined(separator: "  ")
      },
      members: { clauses in
        let members = clauses.changes.map { change in
          JSONObject.Member(key: change.name, value: change.value.map { .string($0) } ?? .null)
        }
        let attributes = JSONObject.Member(
          key: "attributes",
          value: .object(JSONObject(members))
        )
        return (members.isEmpty ? [] : [attributes]) + clauses.entitlements.map(member)
      },
      words: { line throws(SourceError) in
        var words = try line.attributes()
        // Where they have no place the reading says so.
        for kind in Entitlement.Kind.allCases { words += try line.entitlements(kind) }
        return words
      }
    )
  }

  private static func change(
    _ name: Word,
    _ reader: inout WordReader
  ) throws(SourceError) -> AttributeChange {
    let source = reader.source
    let isName =
      !name.isQuoted && name.text.first?.isLetter == true
      && name.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
    guard isName else {
      throw source.mistake(
        "'\(name.text)' is not the name of an attribute",
        at: name.span,
        help: "after the person stand names and values in turn; quote a value with spaces"
      )
    }
    guard let value = reader.take() else {
      throw source.mistake(
        "'\(name.text)' has no value",
        at: name.span,
        help: "write a value behind it, or none to clear it"
      )
    }
    if name.text == "login", value.is("none") {
      throw source.mistake("a login cannot be cleared", at: value.span)
    }
    return AttributeChange(name: name.text, value: value.is("none") ? nil : value.text)
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
