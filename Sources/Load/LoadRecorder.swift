import HTTP
import Okta
import Synchronization

/// Counts what the orgs of one loop do.
package final class LoadRecorder: Sendable {
  fileprivate struct State {
    /// Without what the open interval holds.
    var figures: LoadFigures
    /// The interval that is under way.
    var open = OpenInterval()
    var openIndex = 0
    var lateness = OpenHistogram()
    var unfinished = 0
    /// The events that nothing held back and that were due last, at one instant: how late the first of
    /// them was, and when the last began.
    var crowd: (due: Duration, late: Duration, at: Duration)?
    /// Of the events that ended since somebody asked.
    var slowest: Duration?
  }

  /// The instant of the run at which the load begins.
  private let start: Duration
  /// What is due before it is not measured, since the start of the load.
  private let warmUp: Duration
  private let state: Mutex<State>
  private static let partsOfInterval = 100

  package init(start: Duration, warmUp: Duration, interval: Duration) {
    self.start = start
    self.warmUp = warmUp
    state = Mutex(State(figures: LoadFigures(interval: interval)))
  }

  package var figures: LoadFigures {
    state.withLock { state in
      state.close()
      return state.figures
    }
  }

  package var unfinished: Int { state.withLock(\.unfinished) }

  /// Adds how it is going to what other loops do.
  func add(to progress: inout LoadProgress) {
    state.withLock { state in
      progress.due += state.figures.due
      progress.ended += state.figures.ended
      progress.failed += state.figures.failed
      progress.refreshes += state.figures.refreshes
      progress.unfinished += state.unfinished
      if let slowest = state.slowest { progress.slowest = max(progress.slowest ?? .zero, slowest) }
      state.slowest = nil
    }
  }

  // MARK: Events

  func noteDue(_ event: QueuedEvent) {
    state.withLock { state in
      state.unfinished += 1
      guard event.due >= warmUp else { return }
      state.figures.due += 1
      state.figures.lastDue = max(state.figures.lastDue, event.due)
      state.note(at: event.due) { interval in interval.due += 1 }
    }
  }

  /// One that is given up before it is anybody's.
  func noteDrop(_ kind: EventMix.Kind, due: Duration) {
    state.withLock { state in
      guard due >= warmUp else { return }
      state.figures.due += 1
      state.note(at: due) { interval in
        interval.due += 1
        interval.gone += 1
      }
      state.figures.dropped += 1
      if kind == .deactivate { state.figures.leaversLeft += 1 }
    }
  }

  func noteFailedAct(_ reason: String) { state.withLock { $0.figures.failedActs.append(reason) } }

  func noteUnstarted(_ event: QueuedEvent, at now: Duration) {
    state.withLock { state in
      state.unfinished -= 1
      guard event.due >= warmUp else { return }
      state.note(at: now - start) { interval in interval.gone += 1 }
      state.figures.unstarted += 1
      if event.kind == .deactivate { state.figures.leaversLeft += 1 }
    }
  }

  /// Of a crowd, events that are due at one instant, one can begin only when the loop has begun the one
  /// before it: it is late from then on, or as late as the first of them.
  ///
  /// - Parameter now: By the run's clock.
  func noteStart(_ event: QueuedEvent, at now: Duration) {
    guard event.due >= warmUp else { return }
    state.withLock { state in
      state.figures.started += 1
      if event.wasHeldBack {
        state.figures.heldBack += 1
      } else {
        let begun = now - start
        var late = begun - event.due
        if let crowd = state.crowd, crowd.due == event.due {
          state.figures.longestCrowd = max(state.figures.longestCrowd, late)
          late = max(crowd.late, begun - crowd.at)
          state.crowd?.at = begun
        } else {
          state.crowd = (event.due, late, begun)
        }
        state.lateness.record(late)
        if late > .milliseconds(1) { state.figures.startedLate += 1 }
      }
      state.note(at: now - start) { interval in interval.started += 1 }
    }
  }

  func noteEnd(
    _ event: QueuedEvent,
    _ ending: Outcome.Ending,
    _ progress: EventProgress,
    of org: OrgPlace,
    at now: Duration
  ) {
    state.withLock { state in
      state.unfinished -= 1
      if org.isFirstSuccess {
        state.figures.linked += 1
        state.figures.lastLinked = max(state.figures.lastLinked, now - start)
      }
      guard event.due >= warmUp else { return }
      state.figures.ended += 1
      // One that sent nothing has been done when it was looked at.
      let last = progress.lastEnd ?? now
      var error: String?
      switch ending {
      case .success:
        state.figures.succeeded += 1
        if progress.wasRejected { state.figures.repaired += 1 }
      case .task where progress.isCut, .noGrant where progress.isCut:
        // By us, when the load was over.
        state.figures.notMade += 1
        error = Exchange.cutAtEnd
      case .task(let task) where task.exchange == nil && task.tokenError == nil:
        state.figures.failed += 1
        error = progress.lastError ?? SeriesFigures.notProvisioned
      case .task, .noGrant:
        state.figures.failed += 1
        error = progress.lastError ?? "task"
      case .notMade:
        state.figures.notMade += 1
        error = "not made"
      }
      if progress.wasPaused, !event.wasHeldBack { state.figures.heldBack += 1 }
      if event.kind == .deactivate {
        if error == nil {
          state.figures.leavers.record(last - start - event.due)
        } else {
          state.figures.leaversLeft += 1
        }
      }
      let response = last - start - event.due
      let service = last - (progress.firstSent ?? last)
      state.slowest = max(state.slowest ?? .zero, response)
      state.figures.lastEnd = max(state.figures.lastEnd, last - start)
      state.record(.event(event.kind), response, service, error, at: now - start)
      if org.isBystander { state.record(.others, response, service, error, at: now - start) }
      state.note(at: now - start) { interval in
        interval.ended += 1
        interval.gone += 1
      }
    }
  }

  // MARK: Exchanges

  /// Notes when a refresh was under way, by the run's clock.
  private static func note(refreshFrom begun: Duration, to end: Duration, _ state: inout State) {
    let part = state.figures.interval / LoadRecorder.partsOfInterval
    func place(_ instant: Duration) -> Int { max(0, Int(instant.inSeconds / part.inSeconds)) }
    for place in place(begun)...max(place(begun), place(end)) {
      let (index, hundredth) = place.quotientAndRemainder(dividingBy: LoadRecorder.partsOfInterval)
      state.note(at: state.figures.interval * index) { interval in
        interval.refreshing[hundredth, default: 0] += 1
      }
    }
  }

  func note(_ exchange: Exchange) {
    guard exchange.received - start >= warmUp else { return }
    state.withLock { state in
      if exchange.failure?.isForWantOfMeans ?? false { state.figures.unsent += 1 }
      if exchange.intent.act == .refresh {
        state.figures.refreshes += 1
        LoadRecorder.note(
          refreshFrom: exchange.sent - start,
          to: exchange.received - start,
          &state
        )
      }
      if exchange.intent.act == .page, exchange.intent.resource == .user, exchange.status == 200,
        let query = exchange.intent.query
      {
        state.figures.pages.record(query.startIndex, exchange.received - exchange.sent)
      }
      state.record(
        LoadSeries(exchange.intent),
        exchange.received - exchange.due,
        exchange.received - exchange.sent,
        exchange.errorClass,
        at: exchange.received - start
      )
    }
  }
}

extension LoadRecorder.State {
  fileprivate mutating func record(
    _ series: LoadSeries,
    _ response: Duration,
    _ service: Duration,
    _ error: String?,
    at instant: Duration
  ) {
    let index = index(at: instant)
    if index != openIndex {
      close()
      openIndex = index
    }
    open.record(series, response: response, service: service, error: error)
  }

  /// Counts what the open interval holds where it is read: of itself, of the interval, and an event of
  /// any kind with all events.
  fileprivate mutating func close() {
    for (name, one) in open.close() {
      var names = [name]
      if case .event = name { names.append(.events) }
      for name in names {
        figures.series[name, default: SeriesFigures()].add(one)
        change(openIndex) { $0.series[name, default: SeriesFigures()].add(one) }
      }
    }
    figures.lateness.add(lateness.close())
  }

  /// Changes the interval of an instant of the load.
  fileprivate mutating func note(
    at instant: Duration,
    _ change: (inout LoadInterval) -> Void
  ) {
    self.change(index(at: instant), change)
  }

  private mutating func change(_ index: Int, _ change: (inout LoadInterval) -> Void) {
    while figures.intervals.count <= index { figures.intervals.append(LoadInterval()) }
    change(&figures.intervals[index])
  }

  /// Most instants are in the open interval.
  private func index(at instant: Duration) -> Int {
    let begin = figures.interval * openIndex
    if instant >= begin, instant < begin + figures.interval { return openIndex }
    return max(0, Int(instant.inSeconds / figures.interval.inSeconds))
  }
}

extension Exchange {
  /// The class of what was under way when a load had to end.
  static let cutAtEnd = "cut at the end"

  /// nil for what went as it should, a 401 that has a dead token refreshed among it.
  package var errorClass: String? {
    if fault != nil { return "kept from the app" }
    guard let status else { return failure.map(Exchange.errorClass) }
    return status < 400 || (status == 401 && intent.act.party == .serviceProvider)
      ? nil : "HTTP \(status)"
  }

  /// Without addresses and times, so that an app has few.
  private static func errorClass(_ failure: TransportFailure) -> String {
    switch failure {
    case .unreachable: "unreachable"
    case .connectTimedOut: "no connection in time"
    case .silent: "no answer in time"
    case .unfinished: "unfinished answer"
    case .closedBeforeAnswer: "closed without answer"
    case .closedInsideAnswer: "closed inside answer"
    case .malformedAnswer: "malformed answer"
    case .answerTooLarge: "answer too large"
    case .secureConnection: "no secure connection"
    case .foreignHost: "foreign host"
    case .outOfDescriptors: "out of descriptors"
    case .outOfPorts: "out of ports"
    case .cancelled: cutAtEnd
    }
  }
}
