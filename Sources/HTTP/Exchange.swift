/// One request and what came of it, and when.
///
/// All instants are time since the start of the run.
package struct Exchange: Sendable {
  /// All there is of it, in one object: an exchange goes through many hands, and each would copy some
  /// twenty fields.
  private var box: Box

  package var request: HTTPRequest {
    _read { yield parts.request }
    _modify { yield &parts.request }
  }
  package var result: Result<HTTPResponse, TransportFailure> {
    _read { yield parts.result }
    _modify { yield &parts.result }
  }
  /// When it was meant to be sent.
  package var due: Duration {
    get { parts.due }
    set { parts.due = newValue }
  }
  /// When the first byte of the request was handed to the network.
  package var sent: Duration {
    get { parts.sent }
    set { parts.sent = newValue }
  }
  /// When the last byte of the answer had come, or when it failed.
  package var received: Duration {
    get { parts.received }
    set { parts.received = newValue }
  }
  package var timings: Timings {
    _read { yield parts.timings }
    _modify { yield &parts.timings }
  }
  /// What it was sent for.
  package var intent: Intent {
    _read { yield parts.intent }
    _modify { yield &parts.intent }
  }
  /// The answer's body as its sender read it; empty where no answer came, or a page.
  package var document: JSONBody {
    get {
      switch parts.document {
      case .read(let document): document
      case .deferred(let body): body.document
      case .anew: JSONBody(response?.body ?? [])
      }
    }
    set { parts.document = .read(newValue) }
  }
  /// Its number in the scenario, from 1; the log gives it.
  package var number: Int {
    get { parts.number }
    set { parts.number = newValue }
  }
  /// Whether this program was itself late meanwhile: when an answer came is not known then.
  package var wasDelayed: Bool {
    get { parts.wasDelayed }
    set { parts.wasDelayed = newValue }
  }
  /// A token response that a scenario has thrown away: what is a secret in it is one all the same.
  package var lost: HTTPResponse? {
    get { parts.lost }
    set { parts.lost = newValue }
  }
  /// How it was made to go wrong on purpose (`FaultTransport`); nil where it was not.
  package var fault: String? {
    get { parts.fault }
    set { parts.fault = newValue }
  }

  package init(
    request: HTTPRequest,
    result: Result<HTTPResponse, TransportFailure>,
    due: Duration,
    sent: Duration,
    received: Duration,
    timings: Timings = Timings(),
    intent: Intent,
    document: JSONBody = .empty,
    number: Int = 0
  ) {
    box = Box(
      Parts(
        request: request,
        result: result,
        due: due,
        sent: sent,
        received: received,
        timings: timings,
        intent: intent,
        document: .read(document),
        number: number
      )
    )
  }

  private enum Document {
    case read(JSONBody)
    case deferred(DeferredBody)
    /// By each who asks: the tree of a large body takes many times its room.
    case anew
  }

  private struct Parts {
    var request: HTTPRequest
    var result: Result<HTTPResponse, TransportFailure>
    var due: Duration
    var sent: Duration
    var received: Duration
    var timings: Timings
    var intent: Intent
    var document: Document
    var number: Int
    var wasDelayed = false
    var lost: HTTPResponse?
    var fault: String?
  }

  /// Changed by its only owner alone, and so sendable as a value is.
  private final class Box: @unchecked Sendable {
    @exclusivity(unchecked) var parts: Parts

    init(_ parts: Parts) { self.parts = parts }
  }

  private var parts: Parts {
    _read { yield box.parts }
    _modify {
      if !isKnownUniquelyReferenced(&box) { box = Box(box.parts) }
      yield &box.parts
    }
  }

  /// Has the answer's body read by whoever first asks.
  mutating func deferDocument() {
    guard let body = response?.body, !body.isEmpty else { return }
    parts.document = .deferred(DeferredBody(body))
  }

  mutating func dropDocument() { parts.document = .anew }

  /// Whether only the beginning of a body was kept, so that nothing can be said of the rest.
  package var isCut: Bool { request.cut != nil || response?.cut != nil }

  package var response: HTTPResponse? { try? result.get() }

  package var status: Int? {
    if case .success(let response) = result { response.status } else { nil }
  }

  package var failure: TransportFailure? {
    if case .failure(let failure) = result { failure } else { nil }
  }

  /// Where its time went.
  ///
  /// A phase that did not happen, such as a look-up on a kept connection, is nil.
  package struct Timings: Sendable, Equatable {
    package var lookUp: Duration?
    package var connect: Duration?
    package var handshake: Duration?
    package var send: Duration
    package var wait: Duration
    package var receive: Duration
    /// The connection's number within the run, the same for all exchanges that shared it.
    package var connection: Int?
    package var serverAddress: String?

    package init(
      lookUp: Duration? = nil,
      connect: Duration? = nil,
      handshake: Duration? = nil,
      send: Duration = .zero,
      wait: Duration = .zero,
      receive: Duration = .zero,
      connection: Int? = nil,
      serverAddress: String? = nil
    ) {
      self.lookUp = lookUp
      self.connect = connect
      self.handshake = handshake
      self.send = send
      self.wait = wait
      self.receive = receive
      self.connection = connection
      self.serverAddress = serverAddress
    }
  }
}

extension Exchange {
  /// Whether it went wrong by our doing: made to on purpose, for a limit that is not Okta's, or for
  /// want of an answer at a time at which we were late ourselves.
  package var isDisturbed: Bool {
    switch failure {
    case .unfinished, .outOfDescriptors, .outOfPorts: true
    default: fault != nil || isMissedByUs
    }
  }

  /// Whether an answer may have been there, and we did not look.
  package var isMissedByUs: Bool {
    switch failure {
    case .silent, .connectTimedOut: wasDelayed
    default: false
    }
  }

  /// When the work on it began: before the request was sent a connection may have been made.
  package var begun: Duration {
    let setUp = [timings.lookUp, timings.connect, timings.handshake].compactMap(\.self)
    return sent - setUp.reduce(.zero, +)
  }
}

/// Why no answer came, or none that can be read.
package enum TransportFailure: Error, Sendable, Equatable {
  case unreachable(Origin, reason: String)
  case connectTimedOut(Origin, after: Duration)
  /// Not one byte came for so long.
  case silent(for: Duration)
  /// Bytes came until our own limit for the whole of an answer.
  case unfinished(after: Duration)
  /// The connection was closed before the first byte of an answer.
  case closedBeforeAnswer
  /// The connection was closed in the middle of an answer.
  case closedInsideAnswer
  case malformedAnswer(String)
  /// The answer is larger than is read; the limit is in bytes.
  case answerTooLarge(String, limit: Int)
  case secureConnection(String)
  /// A host that is neither near nor the person's own; the address that it stands for, where it was
  /// looked up.
  case foreignHost(String, address: String?)
  /// This program may open nothing more, which says nothing about the app.
  case outOfDescriptors
  /// This machine has no port left for another connection: those that were closed keep theirs a while.
  case outOfPorts
  case cancelled
}

extension TransportFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreachable(let origin, let reason):
      "could not reach \(origin): \(reason); is the app running?"
    case .connectTimedOut(let origin, let limit):
      "could not reach \(origin): no connection after \(limit.inSeconds); "
        + (origin.scheme == .https ? "does it speak https?" : "is the app running?")
    case .silent(let limit):
      "the app sent no byte for \(limit.inSeconds)"
    case .unfinished(let limit):
      "the app's answer was not complete after \(limit.inSeconds), which is as long as is waited "
        + "for it"
    case .closedBeforeAnswer:
      "the app closed the connection without an answer"
    case .closedInsideAnswer:
      "the app closed the connection in the middle of its answer"
    case .malformedAnswer(let problem):
      "the app's answer breaks HTTP/1.1: \(problem)"
    case .answerTooLarge(let what, let limit):
      "the app's answer has \(what) of more than \(limit >> 10) KiB, which is not read"
    case .secureConnection(let problem):
      "no secure connection: \(problem)"
    case .foreignHost(let host, let address):
      "nothing was sent to \(host), which \(address.map { "stands for \($0) and " } ?? "")"
        + "is not on this machine or in a private network; if it is yours, add --i-own \(host)"
    case .outOfDescriptors:
      "oktasim has run out of descriptors (too many open files); raise the limit with ulimit -n, or "
        + "ask for less at once (--jobs, --connections)"
    case .outOfPorts:
      "this machine has no port left for another connection; keep connections (without "
        + "--new-connections), or ask for less at once (--connections)"
    case .cancelled:
      "the request was given up"
    }
  }
}

extension TransportFailure {
  /// What a person can do about it, where the description does not say so.
  package var advice: String? {
    switch self {
    case .silent: "its log should tell where it hangs"
    case .unfinished: "limits.wholeAnswer in the profile allows more"
    case .closedBeforeAnswer, .closedInsideAnswer: "its log should tell why"
    case .malformedAnswer: "is it a web server that listens there?"
    case .answerTooLarge: "look at what it sends there"
    case .unreachable, .connectTimedOut, .secureConnection, .foreignHost, .outOfDescriptors,
      .outOfPorts, .cancelled:
      nil
    }
  }

  /// Whether this program, or its machine, had no means to send more.
  package var isForWantOfMeans: Bool { self == .outOfDescriptors || self == .outOfPorts }

  /// Whether there never was a connection to send a request on.
  package var isUnreached: Bool {
    switch self {
    case .unreachable, .connectTimedOut, .secureConnection, .foreignHost, .outOfDescriptors,
      .outOfPorts:
      true
    default: false
    }
  }

  /// Whether it says nothing about how the app answers: it was not reached, or we did not wait.
  package var isNoAnswerOfTheApp: Bool {
    if case .unfinished = self { return true }
    return isUnreached
  }

  /// What happened, and what to do about it.
  package var withAdvice: String { advice.map { "\(self); \($0)" } ?? "\(self)" }
}

extension Duration {
  /// Seconds as a number.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }

  /// `2 s`, `0.5 s`: for a message.
  package var inSeconds: String {
    let milliseconds = (nanoseconds / 100_000 + 5) / 10
    if milliseconds % 1000 == 0 { return "\(milliseconds / 1000) s" }
    let fraction = String(1000 + abs(milliseconds) % 1000).dropFirst()
    var text = "\(milliseconds / 1000).\(fraction)"
    while text.last == "0" { text.removeLast() }
    return text + " s"
  }
}
