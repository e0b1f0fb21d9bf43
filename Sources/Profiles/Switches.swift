/// What Okta's public record leaves open, each as a named switch with a default and its evidence.
package struct Switches: Sendable {
  /// Values by switch name; a switch that is not there has its default.
  private var values: [String: String]

  package init(_ values: [String: String] = [:]) {
    self.values = values
  }

  /// Names whose values differ from their default, in the order of the table.
  package var set: [String] {
    Switch.all.map(\.name).filter { values[$0] != nil }
  }

  package subscript(name: Switch.Name) -> String {
    let definition = Switch.definition(of: name)
    return values[name.rawValue] ?? definition.defaultValue
  }
}

/// One switch: what it may say, what it says by default, and why.
package struct Switch: Sendable {
  package enum Name: String, Sendable, CaseIterable {
    case pkce, state, scopePosition, tokenRequestUserAgent, createPassword, clearedAttribute
    case locale, filterSpace, deactivatePath, reassignLookUp, groupCreateMembers
    case groupRenameWithMembers, groupFullPush, membersPerPatch, requestTimeout, rateLimitScale
  }

  /// How sure the record is (reference: okta-behaviour, Marks).
  package enum Mark: String, Sendable {
    case confirmed, reported, inferred, unknown
  }

  package enum Values: Sendable, Equatable {
    case words([String])
    case boolean
    case positiveInteger
    case positiveNumber
    case duration
  }

  package var name: String
  package var values: Values
  package var defaultValue: String
  package var mark: Mark
  package var evidence: String
}
