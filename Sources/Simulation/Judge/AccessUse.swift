import HTTP

/// An access token, and what the service provider made of it.
struct AccessUse: Sendable {
  /// As many as a finding names: an event that ended on one more would be told by itself.
  private static let most = Observations.mostExchanges

  struct Forbidden: Sendable {
    var exchange: Int
    var isWrite: Bool
    var speaksOfScope: Bool
    var request: String
  }

  /// Other lives of the same value.
  private struct OtherLives {
    var first: AccessLife?
    var again: AccessLife?
    var before: AccessLife?
  }

  var life: AccessLife
  /// One at most: few tokens are given again, and none of them is to be larger for it.
  private var others: [OtherLives] = []
  /// The life that the same value had at first.
  var first: AccessLife? {
    get { others.first?.first }
    set { change { $0.first = newValue } }
  }
  /// The life with which it was given again the first time.
  var again: AccessLife? {
    get { others.first?.again }
    set { change { $0.again = newValue } }
  }
  /// The life that the same value had before it was given again.
  var before: AccessLife? {
    get { others.first?.before }
    set { change { $0.before = newValue } }
  }
  private(set) var hasSucceeded = false
  /// What it was good for.
  private(set) var goodFor: [Intent.Act] = []
  private(set) var lastSuccessSent: Duration?
  private(set) var refusals: [Int] = []
  private(set) var forbidden: [Forbidden] = []

  init(life: AccessLife) {
    self.life = life
  }

  private mutating func change(_ change: (inout OtherLives) -> Void) {
    if others.isEmpty { others.append(OtherLives()) }
    change(&others[0])
  }

  mutating func note(_ reading: Reading, speaksOfScope: Bool) {
    if reading.isSuccess {
      hasSucceeded = true
      if !goodFor.contains(reading.intent.act) { goodFor.append(reading.intent.act) }
      lastSuccessSent = max(lastSuccessSent ?? .zero, reading.exchange.sent)
    } else if reading.status == 401 {
      noteRefusal(reading.number)
    } else if reading.status == 403, forbidden.count < AccessUse.most {
      forbidden.append(
        Forbidden(
          exchange: reading.number,
          isWrite: reading.intent.act.isWrite,
          speaksOfScope: speaksOfScope,
          request: reading.request
        )
      )
    }
  }

  mutating func noteRefusal(_ exchange: Int) {
    if refusals.count < AccessUse.most { refusals.append(exchange) }
  }
}

/// A good access token that was answered 401.
struct EarlyRefusal: Sendable {
  /// A request that is sent once more is at the same place.
  struct Place: Hashable, Sendable {
    var event: Int?
    var act: Intent.Act
    var subject: String?
  }

  var exchange: Int
  var life: AccessLife
  var sent: Duration
  var received: Duration
  /// Whether the request was sent once more since another token was rejected.
  var isReplay: Bool
  var place: Place
  /// Whether the token had been good for something before.
  var wasGood: Bool
  /// Whether it had been good for a request of this kind.
  var wasGoodForThis: Bool
  /// Whether another token may have replaced it meanwhile.
  var isReplaced: Bool
  /// Whether the run has shown it to see what a grant beside it does to it.
  var isProbe: Bool

  init(_ reading: Reading, _ use: AccessUse?, _ life: AccessLife, isReplaced: Bool) {
    wasGood = use?.hasSucceeded ?? false
    wasGoodForThis = use?.goodFor.contains(reading.intent.act) ?? false
    self.isReplaced = isReplaced
    isProbe =
      reading.intent.occasion == .probe && reading.intent.act == .page
      && reading.intent.deviation == nil
    exchange = reading.number
    self.life = life
    sent = reading.exchange.sent
    received = reading.exchange.received
    isReplay = reading.intent.repetition == .rejection
    place = Place(
      event: reading.intent.event,
      act: reading.intent.act,
      subject: reading.intent.subject
    )
  }
}

/// How the app answers tokens that are good, to compare with how it answers dead ones.
struct LivingAnswers: Sendable {
  private(set) var isAnswered = false
  private(set) var isServed = false
  /// Acts that a good token was served, and whether any write or read was.
  private var served: [Intent.Act] = []
  private var isWriteServed = false
  private var isReadServed = false
  /// Which statuses each act was answered with, and by which exchanges; a few are enough.
  private var statuses: [Intent.Act: [Int: [Int]]] = [:]

  mutating func note(_ reading: Reading) {
    guard let status = reading.status else { return }
    isAnswered = true
    if reading.isSuccess {
      isServed = true
      if !served.contains(reading.intent.act) {
        served.append(reading.intent.act)
        if reading.intent.act.isWrite { isWriteServed = true } else { isReadServed = true }
      }
      // A status of success tells nothing more.
      return
    }
    if statuses[reading.intent.act]?[status]?.count ?? 0 < 2 {
      statuses[reading.intent.act, default: [:]][status, default: []].append(reading.number)
    }
  }

  /// Whether the app answers so whatever the token.
  ///
  /// It serves nothing at all at this base URL, or refuses each request of this kind with this
  /// status. A 200 is no refusal of living tokens.
  func answersSoAnyway(_ act: Intent.Act, _ status: Int?, besides exchange: Int? = nil) -> Bool {
    guard let status else { return false }
    if isAnswered, !isServed { return true }
    if (200..<300).contains(status) { return false }
    guard statuses[act]?[status]?.contains(where: { $0 != exchange }) ?? false else { return false }
    // A user that the app has is there whatever the token; a route may be missing.
    if status == 404, [.read, .replace, .patch].contains(act) { return false }
    if [404, 405, 501].contains(status) { return !served.contains(act) }
    return act.isWrite ? !isWriteServed : !isReadServed
  }
}

/// What the app answered to a token after its end, or to one that it never gave.
struct DeadAnswer: Sendable {
  var exchange: Int
  var act: Intent.Act
  var status: Int?
  var isServed: Bool
  var isAltered: Bool
  private var isWithout: Bool
  private var failure: String?
  private var request: String
  private var token: String

  init?(_ reading: Reading) {
    let exchange = reading.exchange
    switch exchange.failure {
    case nil, .closedBeforeAnswer, .closedInsideAnswer, .malformedAnswer, .silent: break
    case .unreachable, .connectTimedOut, .answerTooLarge, .secureConnection, .foreignHost,
      .unfinished, .outOfDescriptors, .outOfPorts, .cancelled:
      return nil
    }
    self.exchange = reading.number
    act = reading.intent.act
    status = reading.status
    isServed = reading.isServed
    isAltered = reading.intent.deviation == .alteredToken
    isWithout = reading.intent.deviation?.isWithoutToken ?? false
    failure = exchange.failure.map { "\($0)" }
    request = reading.request
    let alias = reading.intent.token ?? "the access token"
    token =
      isAltered
      ? "an altered access token"
      : isWithout
        ? "no access token"
        : alias
          + (reading.overdue.map { ", which had expired \($0.inSeconds) before" }
            ?? ", which had been revoked")
  }

  /// What is wrong about it, unless the app answers so anyway.
  var observation: Observation? {
    guard let status else {
      return Observation(
        .noAnswerToDead,
        "the app gave no proper answer to \(request) with \(token): \(failure ?? "nothing came")",
        [exchange]
      )
    }
    // A rate limit or an outage in front of the app says nothing about the token.
    if [401, 429, 503].contains(status) { return nil }
    if isServed {
      return Observation(
        isWithout
          ? .noTokenAccepted
          : isAltered ? .alteredAccepted : act.isWrite ? .expiredAcceptedOnWrite : .expiredAccepted,
        "the app answered \(request) with HTTP \(status) to \(token)",
        [exchange]
      )
    }
    return Observation(
      act.isWrite ? .wrongStatusOnWrite : .wrongStatus,
      "the app refused \(token), on \(request) with HTTP \(status)"
        + ((200..<300).contains(status) ? " and nothing of what was asked for," : "")
        + " instead of 401",
      [exchange]
    )
  }
}

/// A refusal of a token that reached its end on the way there.
struct EndAnswer: Sendable {
  var exchange: Int
  var event: Int?
  var act: Intent.Act
  var status: Int
  var alias: String
  var end: Duration
  var request: String
}
