import Synchronization

/// A value that nobody may read by accident: wherever it is printed, its alias stands instead.
package struct Secret: Sendable, Hashable {
  private let value: String
  /// What stands for it in reports and recordings: `access_token#2`.
  package let alias: String

  package init(_ value: String, alias: String) {
    self.value = value
    self.alias = alias
  }

  /// The value itself, for the one place that puts it on the wire.
  package func exposed() -> String { value }

  package static func == (left: Secret, right: Secret) -> Bool { left.value == right.value }
  package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { alias }
  package var debugDescription: String { alias }
  /// Keeps `dump` and test failures from showing the stored value.
  package var customMirror: Mirror { Mirror(self, children: ["alias": alias]) }
}

/// The secrets that one scenario has met and the aliases that stand for them.
///
/// The same value has the same alias everywhere; numbers go by the order of first sight, so that
/// in a recording a rotated token can be told from a repeated one.
package final class SecretAliases: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case accessToken = "access_token"
    case refreshToken = "refresh_token"
    case idToken = "id_token"
    case code
    case codeVerifier = "code_verifier"
    case clientSecret = "client_secret"
    case credentials
    case password
    case cookie
  }

  private struct State {
    var aliases: [String: String] = [:]
    var counts: [Kind: Int] = [:]
    /// In the order of first sight, those that are looked for.
    var values: [String] = []
    var index = SecretIndex()

    mutating func add(_ value: String, alias: String) -> Secret {
      aliases[value] = alias
      // A value of a few characters would be found inside ordinary words.
      if value.utf8.count >= SecretIndex.shortestInQuotes { values.append(value) }
      index.add(value, alias: alias)
      return Secret(value, alias: alias)
    }
  }

  private let state = Mutex(State())

  package init() {}

  /// The secret for `value`, with the alias that it already has or the next one of its kind.
  @discardableResult
  package func secret(_ value: String, kind: Kind) -> Secret {
    state.withLock { state in
      if let alias = state.aliases[value] { return Secret(value, alias: alias) }
      let number = state.counts[kind, default: 0] + 1
      state.counts[kind] = number
      return state.add(value, alias: "\(kind.rawValue)#\(number)")
    }
  }

  /// The secret for `value` under an alias of the caller's choice, if it has none yet.
  @discardableResult
  package func secret(_ value: String, alias: String) -> Secret {
    state.withLock { state in
      state.aliases[value].map { Secret(value, alias: $0) } ?? state.add(value, alias: alias)
    }
  }

  /// The alias of a value that has been met, or nil.
  package func alias(of value: String) -> String? {
    state.withLock { $0.aliases[value] }
  }

  /// Every value met so far with its alias, longest value first, so that a secret that contains
  /// another is replaced whole.
  ///
  /// All of them are copied: what goes over many texts asks `index`.
  package var known: [(value: String, alias: String)] {
    state.withLock { state in
      state.values.sorted { $0.utf8.count > $1.utf8.count }
        .map { (value: $0, alias: state.aliases[$0] ?? "secret") }
    }
  }

  /// Finds the values met so far in texts.
  package var index: SecretIndex { state.withLock { $0.index } }
}
