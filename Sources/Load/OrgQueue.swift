import Profiles

/// A lifecycle event that waits for its turn, or is under way.
package struct QueuedEvent: Sendable {
  /// Among all events of the load, from 0.
  package var number: Int
  package var kind: EventMix.Kind
  package var event: LifecycleEvent
  /// Since the start of the load.
  package var due: Duration
  /// From when on nothing of Okta's held it back; nil while something does.
  package var free: Duration?
  /// The person or group that it is about: what is about one comes in a row.
  package var subject: String?

  package init(
    number: Int,
    kind: EventMix.Kind,
    event: LifecycleEvent,
    due: Duration,
    subject: String?
  ) {
    self.number = number
    self.kind = kind
    self.event = event
    self.due = due
    self.subject = subject
  }

  /// As it is where nothing has it wait.
  var unblocked: QueuedEvent {
    var event = self
    event.free = due
    return event
  }

  /// Whether an Okta rule had it wait.
  package var wasHeldBack: Bool { free.map { $0 > due } ?? true }
}

/// What an org has to do: so many jobs in flight, and events of one person in a row.
///
/// Pure. Each event is looked at a bounded number of times, however many wait.
package struct OrgQueue: Sendable {
  /// `okta.jobsAtOnce`.
  private let limit: Int
  private var inFlight = 0
  private var waiting: [QueuedEvent] = []
  /// Where the queue begins in `waiting`.
  private var head = 0
  /// Those whose subject is under way, in order.
  private var behind: [String: [QueuedEvent]] = [:]
  private var busy: Set<String> = []

  package init(limit: Int) { self.limit = limit }

  /// How many wait.
  package private(set) var backlog = 0

  /// Takes an event that has become due.
  ///
  /// - Returns: It, where it may start.
  package mutating func add(_ event: QueuedEvent) -> QueuedEvent? {
    var event = event
    if inFlight < limit, !event.isBlocked(by: busy) {
      event.free = event.due
      start(event)
      return event
    }
    backlog += 1
    waiting.append(event)
    return nil
  }

  /// Takes the end of an event that was started.
  ///
  /// - Returns: The one that may start in its place.
  package mutating func end(_ event: QueuedEvent, at now: Duration) -> QueuedEvent? {
    inFlight -= 1
    var next: QueuedEvent?
    if let subject = event.subject {
      busy.remove(subject)
      if var others = behind[subject] {
        next = others.removeFirst()
        behind[subject] = others.isEmpty ? nil : others
      }
    }
    while next == nil, head < waiting.count {
      let first = waiting[head]
      head += 1
      if let subject = first.subject, busy.contains(subject) {
        behind[subject, default: []].append(first)
      } else {
        next = first
      }
    }
    // Half of it is used up: each event is moved once.
    if head > 1_024, head * 2 > waiting.count {
      waiting.removeFirst(head)
      head = 0
    }
    guard var next else { return nil }
    backlog -= 1
    next.free = max(now, next.due)
    start(next)
    return next
  }

  private mutating func start(_ event: QueuedEvent) {
    inFlight += 1
    if let subject = event.subject { busy.insert(subject) }
  }
}

extension QueuedEvent {
  fileprivate func isBlocked(by busy: Set<String>) -> Bool {
    subject.map(busy.contains) ?? false
  }
}
