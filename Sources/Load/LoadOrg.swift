import HTTP
import Loop
import Okta
import Profiles
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

  init(
    name: String,
    provisioner: Provisioner,
    traffic: OrgTraffic,
    log: ExchangeLog,
    recorder: LoadRecorder,
    loop: EventLoop,
    start: Duration,
    jobsAtOnce: Int
  ) {
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
        recorder.noteUnstarted(event)
      } else {
        await perform(event)
      }
      next = queue.withLock { $0.end(event, at: loop.now - start) }
    }
  }

  func perform(_ event: QueuedEvent) async {
    recorder.noteStart(event, at: loop.now)
    traffic.begin(event.number, due: start + event.due)
    let outcome = await provisioner.perform(event.event, number: event.number)
    log.forget(event: event.number)
    let progress = traffic.end(event.number) ?? EventProgress(due: start + event.due)
    recorder.noteEnd(event, outcome.ending, progress, at: loop.now)
  }
}

/// What an org sends: each exchange with its due instant, counted when it has ended.
final class OrgTraffic: Transport {
  private let transport: any Transport
  private let recorder: LoadRecorder
  private let loop: EventLoop
  private let events = Mutex<[Int: EventProgress]>([:])

  init(_ transport: any Transport, recorder: LoadRecorder, loop: EventLoop) {
    self.transport = transport
    self.recorder = recorder
    self.loop = loop
  }

  func begin(_ number: Int, due: Duration) {
    events.withLock { $0[number] = EventProgress(due: due) }
  }

  func end(_ number: Int) -> EventProgress? { events.withLock { $0.removeValue(forKey: number) } }

  /// The first exchange is due with its event, each later one when the one before has ended; after an
  /// answer 429 when Okta's pause is over.
  nonisolated(nonsending) func send(
    _ request: consuming HTTPRequest,
    due: Duration?,
    intent: Intent
  ) async -> Exchange {
    guard let number = intent.event,
      let progress = events.withLock({ $0[number] })
    else { return await transport.send(request, due: due, intent: intent) }
    let isRefresh = intent.act == .refresh
    let due = progress.isLimited ? loop.now : progress.lastEnd ?? progress.due
    if isRefresh { recorder.noteRefresh(isUnderWay: true) }
    let exchange = await transport.send(request, due: due, intent: intent)
    if isRefresh { recorder.noteRefresh(isUnderWay: false) }
    recorder.note(exchange)
    events.withLock { $0[number]?.note(exchange) }
    return exchange
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
