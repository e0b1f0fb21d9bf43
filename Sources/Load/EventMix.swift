import Profiles

/// Which lifecycle events come how often, by weight: `assign=5,update=20`.
package struct EventMix: Sendable, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable, CaseIterable {
    case assign, update, deactivate, reactivate, password, group
    case importUsers = "import"
    /// All tasks of the org's admin.
    case retry

    /// What the profile must have switched on; nil for nothing.
    package var capability: Capability? {
      switch self {
      case .assign: .createUsers
      case .update: .updateUsers
      case .deactivate, .reactivate: .deactivateUsers
      case .password: .syncPassword
      case .group: .pushGroups
      case .importUsers: .importUsers
      case .retry: nil
      }
    }

    package func isSwitchedOn(in profile: IntegrationProfile) -> Bool {
      capability.map(profile.scim.capabilities.contains) ?? true
    }
  }

  /// In the order of the kinds; each above zero.
  package private(set) var weights: [(kind: Kind, weight: Int)]

  /// What people do most: profiles change, some come, some go.
  package static let standard = EventMix([.assign: 5, .update: 20, .deactivate: 3, .reactivate: 2])

  package init(_ weights: [Kind: Int]) {
    self.weights = Kind.allCases.compactMap { kind in
      weights[kind].flatMap { $0 > 0 ? (kind, $0) : nil }
    }
  }

  package enum Problem: Error, Equatable {
    case unknown(String)
    case weight(String)
    case twice(String)
    case empty
  }

  package init(_ text: String) throws(Problem) {
    var weights: [Kind: Int] = [:]
    for part in text.split(separator: ",") {
      let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let kind = Kind(rawValue: String(words[0])) else { throw .unknown(String(words[0])) }
      guard words.count == 2, let weight = Int(words[1]), (1...1_000_000).contains(weight) else {
        throw .weight(String(part))
      }
      guard weights[kind] == nil else { throw .twice(kind.rawValue) }
      weights[kind] = weight
    }
    if weights.isEmpty { throw .empty }
    self.init(weights)
  }

  /// Draws one.
  package func next<Chance: RandomNumberGenerator>(using chance: inout Chance) -> Kind {
    let total = weights.reduce(0) { $0 + $1.weight }
    var drawn = Int.random(in: 0..<total, using: &chance)
    for (kind, weight) in weights {
      drawn -= weight
      if drawn < 0 { return kind }
    }
    preconditionFailure("what is drawn lies below the sum of the weights")
  }

  package static func == (left: EventMix, right: EventMix) -> Bool {
    left.description == right.description
  }

  package var description: String {
    weights.map { "\($0.kind.rawValue)=\($0.weight)" }.joined(separator: ",")
  }
}
