import HTTP
import Loop
import Okta
import Profiles
import Simulation
import Synchronization

/// What has come of an event so far.
struct EventProgress: Sendable {
  /// Since the start of the run.
  var due: Duration
  var firstSent: Duration?
  var lastEnd: Duration?
  var lastError: String?
  var wasRejected = false
  var wasPaused = false
  var isLimited = false
  /// It was under way when the load had to end: by us, whatever came of it.
  var isCut = false
}

/// What an event's org is to the story.
struct OrgPlace: Sendable {
  /// Whether nothing particular happens to it, where something does to others.
  var isBystander = false
  /// Whether it is the first that came through.
  var isFirstSuccess = false
}

/// One org of a load: its provisioner, its queue, and what its events have come to.
final class LoadOrg: Sendable {
  let name: String
  let provisioner: Provisioner
  private let traffic: OrgTraffic
  private let log: ExchangeLog
  private let recorder: LoadRecorder
  private let loop: EventLoop
  private let start: Duration
  private let queue: Mutex<OrgQueue>
  private let isBystander: Bool
  private let hasSucceeded = Atomic(false)

  init(
    name: String,
    provisioner: Provisioner,
    traffic: OrgTraffic,
    log: ExchangeLog,
    recorder: LoadRecorder,
    loop: EventLoop,
    start: Duration,
    jobsAtOnce: Int,
    isBystander: Bool
  ) {
    self.isBystander = isBystander
    self.name = name
    self.provisioner = provisioner
    self.traffic = traffic
    self.log = log
    self.recorder = recorder
    self.loop = loop
    self.start = start
    queue = Mutex(OrgQueue(limit: jobsAtOnce))
  }

  /// Takes an event that is due; gives it back where it may start.
  func admit(_ event: QueuedEvent) -> QueuedEvent? { queue.withLock { $0.add(event) } }

  /// Performs an event and those that it made wait, one after the other.
  ///
  /// - Parameter isOver: Whether what has not begun is given up.
  func work(_ first: QueuedEvent, isOver: () -> Bool) async {
    var next: QueuedEvent? = first
    while let event = next {
      if isOver() {
        recorder.noteUnstarted(event, at: loop.now)
      } else {
        await perform(event)
      }
      next = queue.withLock { $0.end(event, at: loop.now - start) }
    }
  }

  func perform(_ event: QueuedEvent) async {
    recorder.noteStart(event, at: loop.now)
    traffic.begin(event, due: start + event.due)
    let outcome = await provisioner.perform(event.event, number: event.number)
    log.forget(event: event.number)
    if case .success = outcome.ending {
    } else {
      // What the app said may be told at the end.
      ShownText.learn(from: log.exchanges, provisioner.aliases)
    }
    log.forgetExchanges()
    var progress = traffic.end(event) ?? EventProgress(due: start + event.due)
    progress.isCut = Task.isCancelled
    var place = OrgPlace(isBystander: isBystander)
    if case .success = outcome.ending, progress.lastEnd != nil {
      place.isFirstSuccess = !hasSucceeded.exchange(true, ordering: .relaxed)
    }
    recorder.noteEnd(event, outcome.ending, progress, of: place, at: loop.now)
  }
}

/// What an org sends: each exchange with its due instant, counted when it has ended.
final class OrgTraffic: Transport {
  private let transport: any Transport
  private let recorder: LoadRecorder
  private let loop: EventLoop
  private let start: Duration
  private let outages: [LoadStory.Outage]
  private let events = Mutex<[Int: EventProgress]>([:])
  /// The event that tries tasks again: what it does has the number of the event that left the task.
  private let retrying = Mutex<Int?>(nil)

  /// - Parameters:
  ///   - start: The instant of the run at which the load begins.
  ///   - outages: What is kept from the app meanwhile.
  init(
    _ transport: any Transport,
    recorder: LoadRecorder,
    loop: EventLoop,
    start: Duration,
    outages: [LoadStory.Outage]
  ) {
    self.transport = transport
    self.recorder = recorder
    self.loop = loop
    self.start = start
    self.outages = outages
  }

  func begin(_ event: QueuedEvent, due: Duration) {
    events.withLock { $0[event.number] = EventProgress(due: due) }
    if event.kind == .retry { retrying.withLock { $0 = event.number } }
  }

  func end(_ event: QueuedEvent) -> EventProgress? {
    if event.kind == .retry { retrying.withLock { $0 = nil } }
    return events.withLock { $0.removeValue(forKey: event.number) }
  }

  /// The first exchange is due with its event, each later one when the one before has ended; after an
  /// answer 429 when Okta's pause is over.
  func send(
    _ request: consuming HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    guard let number = number(of: intent), let progress = events.withLock({ $0[number] }) else {
      return await transport.send(request, due: due, intent: intent)
    }
    let due = progress.isLimited ? loop.now : progress.lastEnd ?? progress.due
    let exchange = await deliver(request, due, intent)
    recorder.note(exchange)
    events.withLock { $0[number]?.note(exchange) }
    return exchange
  }
}

extension OrgTraffic {
  /// The event under way that sends it.
  private func number(of intent: Intent) -> Int? {
    guard let number = intent.event else { return nil }
    if events.withLock({ $0[number] != nil }) { return number }
    return number >= 0 ? retrying.withLock(\.self) : nil
  }

  /// Sends a request, if the story does not keep it from the app just now.
  private func deliver(
    _ request: consuming HTTPRequest,
    _ due: Duration,
    _ intent: Intent
  ) async -> Exchange {
    for outage in outages where outage.part.contains(loop.now - start) {
      switch outage.kind {
      case .holdTokenRequests where intent.act.party == .tokenEndpoint:
        try? await loop.sleep(for: start + outage.part.upperBound - loop.now)
      case .holdTokenRequests: break
      case .loseRequests:
        var exchange = Exchange(
          request: request,
          result: .failure(.closedBeforeAnswer),
          due: due,
          sent: loop.now,
          received: loop.now,
          intent: intent
        )
        exchange.fault = outage.kind.rawValue
        return exchange
      }
    }
    return await transport.send(request, due: due, intent: intent)
  }
}

extension EventProgress {
  fileprivate mutating func note(_ exchange: Exchange) {
    firstSent = firstSent ?? exchange.sent
    lastEnd = exchange.received
    lastError = exchange.errorClass
    if exchange.status == 401, exchange.intent.act.party == .serviceProvider { wasRejected = true }
    isLimited = exchange.status == 429
    if isLimited { wasPaused = true }
  }
}
