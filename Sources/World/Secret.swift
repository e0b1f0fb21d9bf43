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

  /// The same with one character changed: no app may accept it.
  ///
  /// Some way before the end, since the last character of a signature in Base64 can hold unused bits,
  /// and the start of a JWT is its header.
  package func altered() -> Secret {
    var characters = Array(value)
    let place = max(0, characters.count - 1 - min(8, characters.count / 2))
    if characters.indices.contains(place) {
      characters[place] = characters[place] == "A" ? "B" : "A"
    }
    return Secret(String(characters), alias: alias + " altered")
  }

  package static func == (left: Secret, right: Secret) -> Bool { left.value == right.value }
  package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { alias }
  package var debugDescription: String { alias }
  /// Keeps `dump` and test failures from showing the stored value.
  package var customMirror: Mirror { Mirror(self, children: ["alias": alias]) }
}

/// The secrets that all scenarios of a run have met: an app may tell one what it gave another.
package final class RunSecrets: Sendable {
  /// What stands for a secret of another scenario.
  static let ofAnother = "secret-of-another-scenario"

  private struct State {
    /// What no index has yet: many an org of a load has nothing searched.
    var new: [MetSecret] = []
    var known: Set<String> = []
    /// nil before anything is searched.
    var index: SecretIndex?
    var indexInAnyCase: SecretIndex?
    /// Those that it does not have yet: only names of fields and reports are searched with it.
    var missingInAnyCase: [String] = []

    mutating func takeNew() {
      var index = self.index.take() ?? SecretIndex()
      for secret in new {
        for value in secret.texts where known.insert(value).inserted {
          index.add(value)
          missingInAnyCase.append(value)
        }
      }
      new = []
      self.index = index
    }
  }

  private let state = Mutex(State())
  private let end = Mutex<@Sendable () -> Bool>({ false })

  package init() {}

  /// What tells that the run has to end, and no large text is searched any more.
  package func end(when isOver: @escaping @Sendable () -> Bool) { end.withLock { $0 = isOver } }

  fileprivate var isOver: Bool { end.withLock(\.self)() }

  fileprivate func add(_ secret: MetSecret) { state.withLock { $0.new.append(secret) } }

  fileprivate var index: SecretIndex {
    state.withLock { state in
      state.takeNew()
      return state.index ?? SecretIndex()
    }
  }

  fileprivate var indexInAnyCase: SecretIndex {
    state.withLock { state in
      state.takeNew()
      var index = state.indexInAnyCase.take() ?? SecretIndex()
      for value in state.missingInAnyCase { index.add(value.asciiLowercased) }
      state.missingInAnyCase = []
      state.indexInAnyCase = index
      return index
    }
  }
}

/// A secret as it was met.
private struct MetSecret: Sendable {
  var value: String
  /// nil for what nothing else tells.
  var kind: SecretAliases.Kind?

  /// What else tells it.
  var derived: [String] { kind.map { DerivedSecrets.of(value, $0) } ?? [] }
  var texts: [String] { [value] + derived }
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
    case clientAssertion = "client_assertion"
    case credentials
    case password
    case cookie
    case state
    /// What stands under another name that speaks of one.
    case secret
  }

  /// A secret, and what its alias is made of.
  private struct Met {
    var secret: MetSecret
    /// Among those of its kind, from 1; where it has no kind, the place of its name.
    var number: Int32
  }

  /// Many an org of a load has a dozen secrets, which are sooner looked through than hashed.
  private struct State {
    private static let few = 24

    /// In the order of first sight.
    private var met: [Met] = []
    /// By value, where they are more than a few.
    private var places: [String: Int] = [:]
    /// Aliases of a caller's choice.
    private var names: [String] = []
    /// Of what else tells the first of them.
    private var derived: [String: String] = [:]
    private var derivedCount = 0
    var received = 0

    private func alias(at place: Int) -> String {
      let one = met[place]
      guard let kind = one.secret.kind else { return names[Int(one.number)] }
      return "\(kind.rawValue)#\(one.number)"
    }

    func alias(of value: String) -> String? {
      let place =
        met.count > State.few
        ? places[value] : met.firstIndex { $0.secret.value == value }
      return place.map(alias)
    }

    /// Takes a value that has no alias yet, and gives it the next one of its kind.
    mutating func add(_ secret: MetSecret, _ kind: Kind) -> String {
      let last = met.last { $0.secret.kind == kind }?.number ?? 0
      return add(Met(secret: secret, number: last + 1))
    }

    mutating func add(_ secret: MetSecret, named name: String) -> String {
      names.append(name)
      return add(Met(secret: secret, number: Int32(names.count - 1)))
    }

    private mutating func add(_ one: Met) -> String {
      met.append(one)
      if met.count > State.few {
        let first = places.isEmpty ? 0 : met.count - 1
        for place in first..<met.count { places[met[place].secret.value] = place }
      }
      return alias(at: met.count - 1)
    }

    /// The alias of a value, or of what else tells one.
    mutating func replacement(for found: String) -> String? {
      for place in derivedCount..<met.count {
        let (secret, alias) = (met[place].secret, alias(at: place))
        for text in secret.derived { derived[text] = derived[text] ?? alias }
        for text in secret.texts where text != text.asciiLowercased {
          let small = text.asciiLowercased
          derived[small] = derived[small] ?? alias
        }
      }
      derivedCount = met.count
      return alias(of: found) ?? derived[found]
    }
  }

  private let state = Mutex(State())
  private let run: RunSecrets

  /// - Parameter run: Where the secrets of all scenarios are found.
  package init(run: RunSecrets = RunSecrets()) {
    self.run = run
  }

  /// The secret for `value`, with the alias that it already has or the next one of its kind.
  ///
  /// - Parameter isOurs: Whether the run made it up, so that no app can have shown it before.
  @discardableResult
  package func secret(_ value: String, kind: Kind, isOurs: Bool = false) -> Secret {
    state.withLock { state in
      if let alias = state.alias(of: value) { return Secret(value, alias: alias) }
      if !isOurs { state.received += 1 }
      let secret = MetSecret(value: value, kind: kind)
      run.add(secret)
      return Secret(value, alias: state.add(secret, kind))
    }
  }

  /// The secret for `value` under an alias of the caller's choice, if it has none yet.
  @discardableResult
  package func secret(_ value: String, alias: String) -> Secret {
    state.withLock { state in
      if let alias = state.alias(of: value) { return Secret(value, alias: alias) }
      let secret = MetSecret(value: value)
      run.add(secret)
      return Secret(value, alias: state.add(secret, named: alias))
    }
  }

  /// The alias of a value that has been met, or nil.
  package func alias(of value: String) -> String? {
    state.withLock { $0.alias(of: value) }
  }

  /// What is written in the place of a text that was found.
  package func replacement(for found: String) -> String {
    state.withLock { $0.replacement(for: found) } ?? RunSecrets.ofAnother
  }

  /// How many secrets the app has given so far; one that is given later may have been shown before.
  package var received: Int { state.withLock { $0.received } }

  /// Whether the run has to end, and no large text is searched any more.
  package var isOver: Bool { run.isOver }

  /// Finds the values met so far in texts.
  package var index: SecretIndex { run.index }

  /// Finds them in texts whose ASCII letters are small.
  package var indexInAnyCase: SecretIndex { run.indexInAnyCase }
}

extension String {
  /// Letters of ASCII alone: the text keeps its length in bytes.
  fileprivate var asciiLowercased: String {
    guard utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return self }
    return String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
