import HTTP
import JSON

/// What the app may hold for one attribute of one user.
struct AttributeState: Sendable {
  /// Beyond so many possible values it is unclear until the next read.
  static let most = 64
  /// How many values that were replaced, or refused, are remembered.
  private static let remembered = 8

  struct Version: Sendable {
    /// nil: no value.
    var value: JSONValue?
    /// The exchange that sent or showed it.
    var exchange: Int
    /// When the write that sent it was answered, or given up; nil where an answer showed it first.
    ///
    /// Until then it may have been done, and so after whatever was sent before that.
    var heardAt: CompactInstant?
  }

  struct Past: Sendable {
    var version: Version
    /// When the write that replaced it had been answered.
    var until: CompactInstant
    var replacedBy: Int
  }

  struct Refused: Sendable {
    var version: Version
    var status: Int
    var sent: CompactInstant
  }

  struct Write: Sendable {
    var exchange: Int
    var act: Intent.Act
  }

  /// More than one after a write whose answer is unclear.
  private(set) var possible: [Version]
  private(set) var past: [Past] = []
  private(set) var refused: [Refused] = []
  /// Whether Okta wrote it, other than by putting back what the app itself had shown.
  var isOurs = false
  /// Whether an answer has shown the value as it was sent.
  private(set) var isKept = false
  /// Whether an answer has shown any value.
  private(set) var isShown = false
  private(set) var shown: JSONValue?
  /// The last write that was acknowledged.
  private(set) var lastWrite: Write?
  /// Whether a write that was acknowledged gave it a value.
  private(set) var wasGiven = false
  /// Whether another answer than the last write's own has shown what it wrote.
  private(set) var isConfirmed = false
  /// Nothing is known for sure: it was never acknowledged nor shown, or it may be too much.
  private(set) var isUnclear = true
  /// Whether there were ever more possible values than are told apart.
  private(set) var wasOverfull = false
  /// The exchange that first sent it, for what is never shown.
  let firstSent: Int

  init(_ version: Version) {
    possible = [version]
    firstSent = version.exchange
  }

  /// A representation of the user has shown that there is none.
  mutating func knowAbsent() { isUnclear = false }

  mutating func acknowledge(_ value: JSONValue?, _ reading: Reading) {
    acknowledge(value, .acknowledged(by: reading))
  }

  private mutating func acknowledge(_ value: JSONValue?, _ echo: Echo) {
    let beside = beside(echo.exchange, echo.sent, value)
    for version in possible where !isUnclear {
      bury(version, until: echo.received, replacedBy: echo.exchange)
    }
    possible =
      beside + [Version(value: value, exchange: echo.exchange, heardAt: echo.received)]
    lastWrite = Write(exchange: echo.exchange, act: echo.act)
    if value != nil { wasGiven = true }
    isConfirmed = false
    isUnclear = false
  }

  /// What other writes may make of it that were under way when an exchange was sent: they may come
  /// after that, in whatever order the answers do.
  private func beside(_ exchange: Int, _ sent: CompactInstant, _ value: JSONValue?) -> [Version] {
    possible.filter { version in
      version.value != value && version.exchange != exchange
        && version.heardAt.map { $0 > sent } ?? false
    }
  }

  private mutating func bury(_ version: Version, until instant: CompactInstant, replacedBy: Int) {
    // A value that is written again and again is one.
    if let last = past.last, last.version.value == version.value { past.removeLast() }
    past.append(Past(version: version, until: instant, replacedBy: replacedBy))
    if past.count > AttributeState.remembered { past.removeFirst() }
  }

  /// The app may have done it or not.
  mutating func doubt(_ value: JSONValue?, _ reading: Reading, _ key: AttributeKey) {
    let heardAt = CompactInstant(reading.exchange.received)
    if let index = possible.firstIndex(where: { ResourceValues.isSame(key, $0.value, value) }) {
      // It may come anew.
      possible[index].heardAt = heardAt
    } else {
      add(Version(value: value, exchange: reading.number, heardAt: heardAt))
    }
  }

  private mutating func add(_ version: Version) {
    guard possible.count < AttributeState.most else {
      isUnclear = true
      wasOverfull = true
      return
    }
    possible.append(version)
  }

  /// The answer to a write shows something else than was written: which of them is there the next
  /// read tells.
  mutating func distrust(_ value: JSONValue?, _ reading: Reading) {
    add(Version(value: value, exchange: reading.number))
    if value != nil {
      shown = value
      isShown = true
    }
  }

  mutating func refuse(_ value: JSONValue?, _ reading: Reading, _ key: AttributeKey) {
    guard let status = reading.status,
      !possible.contains(where: { ResourceValues.isSame(key, $0.value, value) })
    else { return }
    refused.append(
      Refused(
        version: Version(value: value, exchange: reading.number),
        status: status,
        sent: CompactInstant(reading.exchange.sent)
      )
    )
    if refused.count > AttributeState.remembered { refused.removeFirst() }
  }

  /// Takes what an answer shows for what is there.
  ///
  /// - Parameter isSent: Whether that is what had been sent, as it was or in the app's own form.
  mutating func adopt(_ value: JSONValue?, _ reading: Reading, isSent: Bool) {
    let known = possible.first { $0.value == value }
    let beside = beside(reading.number, CompactInstant(reading.exchange.sent), value)
    if !isUnclear || possible.count > 1 {
      // What the answer excludes is over.
      for version in possible where version.value != value {
        bury(version, until: CompactInstant(reading.exchange.received), replacedBy: reading.number)
      }
    }
    possible = beside + [known ?? Version(value: value, exchange: reading.number)]
    refused = []
    isUnclear = false
    if value != nil {
      shown = value
      isShown = true
    }
    if isSent, value != nil { isKept = true }
    if isSent, reading.number != lastWrite?.exchange { isConfirmed = true }
  }
}

extension AttributeState {
  /// An answer or a write that has just the value that is there.
  struct Echo: Sendable {
    var exchange: Int
    var sent: CompactInstant
    var received: CompactInstant
    var act: Intent.Act
    var isWrite: Bool
    /// Whether its answer shows the value.
    var isShown: Bool

    static func acknowledged(by reading: Reading) -> Echo { Echo(reading, isWrite: true) }
    static func shown(by reading: Reading) -> Echo { Echo(reading, isWrite: false) }

    private init(_ reading: Reading, isWrite: Bool) {
      exchange = reading.number
      act = reading.intent.act
      sent = CompactInstant(reading.exchange.sent)
      received = CompactInstant(reading.exchange.received)
      self.isWrite = isWrite
      isShown = !isWrite
    }
  }

  /// Whether this is the one value that may be there, and the last answer has shown it: the same once
  /// more only confirms it.
  func isSettled(at value: JSONValue?) -> Bool {
    guard let value, !isUnclear, possible.count == 1, refused.isEmpty else { return false }
    return shown == value && possible[0].value == value
  }

  /// Takes echoes of the value of a settled state, in their order.
  mutating func take(_ echoes: ArraySlice<Echo>) {
    guard !echoes.isEmpty, let value = shown else { return }
    for echo in echoes {
      if echo.isWrite { acknowledge(value, echo) }
      if echo.isShown { noteShown(by: echo.exchange) }
    }
  }

  /// The value was shown as it was sent.
  private mutating func noteShown(by exchange: Int) {
    isKept = true
    if exchange != lastWrite?.exchange { isConfirmed = true }
  }

  /// What was acknowledged, where something else is shown; nil where it fits, or may, and is taken for
  /// what is there.
  mutating func contradicted(
    _ key: AttributeKey,
    _ shown: JSONValue?,
    _ reading: Reading
  ) -> Version? {
    if possible.contains(where: { ResourceValues.isSame(key, $0.value, shown) }) {
      adopt(shown, reading, isSent: true)
      return nil
    }
    let overlaps = past.contains { past in
      past.replacedBy != reading.number && past.until > CompactInstant(reading.exchange.sent)
        && ResourceValues.isSame(key, past.version.value, shown)
    }
    if overlaps { return nil }
    guard !isUnclear, isOurs || !refused.isEmpty else {
      adopt(shown, reading, isSent: false)
      return nil
    }
    return possible.last
  }

  /// Takes what became of a write that gives it this value; nil is none.
  mutating func take(
    _ value: JSONValue?,
    _ key: AttributeKey,
    _ reception: Reception,
    _ reading: Reading
  ) {
    switch reception {
    case .acknowledged:
      acknowledge(value, reading)
      isOurs = true
    case .unclear: doubt(value, reading, key)
    case .refused: refuse(value, reading, key)
    case .unsent: break
    }
  }
}
