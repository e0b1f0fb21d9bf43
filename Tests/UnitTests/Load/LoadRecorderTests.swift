import OAuth
@testable import Okta
import Profiles
import Testing
import World

@testable import Load

@Suite struct LoadRecorderTests {
  private func event(_ number: Int, due: Duration, free: Duration? = nil) -> QueuedEvent {
    var event = QueuedEvent(
      number: number,
      kind: .update,
      event: LifecycleEvent(Authorization(Clauses())),
      due: due,
      subject: nil
    )
    event.free = free ?? due
    return event
  }

  private func figures(_ starts: [(event: QueuedEvent, at: Duration)]) -> LoadFigures {
    let recorder = LoadRecorder(start: .seconds(5), warmUp: .zero, interval: .seconds(1))
    for one in starts {
      recorder.noteDue(one.event)
      recorder.noteStart(one.event, at: .seconds(5) + one.at)
    }
    return recorder.figures
  }

  /// A loop begins 200 events one after the other, however it is written.
  @Test func `of a crowd each event is late from when the one before it began`() {
    let figures = figures(
      (0..<200).map { (event($0, due: .seconds(2)), .seconds(2) + .microseconds(85 * $0)) }
    )
    #expect(figures.startedLate == 0)
    #expect(figures.lateness.maximum == .microseconds(85))
    #expect(figures.longestCrowd == .microseconds(85 * 199))
  }

  @Test func `a stall in a crowd is late, and so is a crowd whose first event is`() {
    let stalled = figures(
      (0..<10).map { (event($0, due: .zero), .milliseconds($0 < 5 ? 0 : 4)) }
    )
    #expect(stalled.startedLate == 1)
    let late = figures(
      (0..<10).map { (event($0, due: .zero), .milliseconds(4) + .nanoseconds($0)) }
    )
    #expect(late.startedLate == 10)
  }

  @Test func `an event of another instant is late from its own`() {
    let figures = figures([
      (event(0, due: .zero), .milliseconds(3)), (event(1, due: .milliseconds(1)), .milliseconds(3)),
    ])
    #expect(figures.startedLate == 2)
    #expect(figures.longestCrowd == .zero)
  }

  /// Whatever the order of the ends, and whoever reads meanwhile.
  @Test(arguments: 0..<20)
  func `each event is counted once in its series, its interval and among all`(seed: Int) throws {
    var chance = SeededRandom(seed: UInt64(seed))
    let start = Duration.seconds(5)
    let recorder = LoadRecorder(start: start, warmUp: .zero, interval: .seconds(1))
    var expected = LoadFigures(interval: .seconds(1))
    expected.intervals = Array(repeating: LoadInterval(), count: 6)
    for number in 0..<500 {
      // Most ends come in order.
      let base = number / 100 + (Int.random(in: 0..<20, using: &chance) == 0 ? -1 : 0)
      let end =
        Duration.seconds(max(0, base)) + .milliseconds(.random(in: 500..<1600, using: &chance))
      let took = Duration.microseconds(
        Int64.random(in: 0...(number % 7 == 0 ? 400_000 : 300), using: &chance)
      )
      let service = took / 2
      var ended = event(number, due: end - took)
      if Bool.random(using: &chance) { ended.kind = .deactivate }
      var progress = EventProgress(due: start + ended.due)
      progress.firstSent = start + end - service
      progress.lastEnd = start + end
      let fails = Int.random(in: 0..<5, using: &chance) == 0
      if fails { progress.lastError = "HTTP 500" }
      let place = OrgPlace(isBystander: Bool.random(using: &chance))
      recorder.noteEnd(
        ended,
        fails ? .task(ProvisioningTask(message: "")) : .success,
        progress,
        of: place,
        at: start + end
      )
      if Int.random(in: 0..<60, using: &chance) == 0 { _ = recorder.figures }
      let second = Int(end.components.seconds)
      func count(in figures: inout SeriesFigures) {
        figures.response.record(took)
        figures.service.record(service)
        if fails { figures.errors["HTTP 500", default: 0] += 1 }
      }
      for series in [.events, .event(ended.kind)] + (place.isBystander ? [LoadSeries.others] : []) {
        count(in: &expected.series[series, default: SeriesFigures()])
        count(in: &expected.intervals[second].series[series, default: SeriesFigures()])
      }
    }
    let figures = recorder.figures
    #expect(figures.series == expected.series)
    #expect(figures.intervals.map(\.series) == expected.intervals.map(\.series))
    #expect(recorder.figures == figures, "to read it twice adds nothing")
  }

  @Test(arguments: [1, 2, 9, 10, 40])
  func `what a page takes at the end of a list is told of a list of any length`(count: Int) throws {
    var pages = PageTimes()
    for page in 0..<count { pages.record(1 + page * 100, .milliseconds(1 + page)) }
    let ends = try #require(pages.ends)
    #expect(ends.first <= ends.last && (count > 1) == (ends.first < ends.last))
    #expect(pages.areTelling == (count >= 10))
  }

  /// After an outage of ours no update reaches whom a lost assignment did not bring to the app.
  ///
  /// A dead link has no request either, and is another thing.
  @Test(arguments: [nil, .grantEnded(because: "")] as [TokenSessionError?])
  func `an app that is not asked has not failed to come back`(link: TokenSessionError?) {
    let recorder = LoadRecorder(start: .zero, warmUp: .zero, interval: .seconds(1))
    var task = ProvisioningTask(message: "")
    task.tokenError = link
    for second in 0..<60 {
      let due = Duration.seconds(second)
      recorder.noteEnd(
        event(second, due: due),
        second < 10 ? .success : .task(task),
        EventProgress(due: due),
        of: OrgPlace(),
        at: due
      )
    }
    var result = LoadResult(figures: recorder.figures, orgs: 1, took: .seconds(60))
    result.disturbance = .seconds(10)..<(.seconds(11))
    #expect(result.value(of: .recovered) == (link == nil ? 0 : .infinity))
    #expect(result.figures.failed == 50)
  }

  /// How long the slowest event of a second took, and how many failed.
  ///
  /// At 3 s something happens.
  @Test(
    arguments: [
      ([(4, 0)], 0),
      // Whoever is refused a connection knows it at once.
      ([(1, 9), (1, 9), (4, 0)], 2), ([(90, 0), (4, 3), (40, 1), (4, 0)], 3),
      ([(4, 2)], nil), ([(90, 0)], nil),
    ] as [([(slowest: Int, failed: Int)], Double?)]
  )
  func `it is as before when events are as fast, and no more of them fail`(
    seconds: [(slowest: Int, failed: Int)],
    recovered: Double?
  ) {
    var figures = LoadFigures(interval: .seconds(1))
    let before = Array(repeating: (slowest: 4, failed: 0), count: 3)
    let last = Array(repeating: seconds[seconds.count - 1], count: 20)
    figures.intervals = (before + seconds + last).map { second in
      var events = SeriesFigures()
      for _ in 0..<10 { events.response.record(.milliseconds(second.slowest)) }
      if second.failed > 0 { events.errors["unreachable"] = second.failed }
      var interval = LoadInterval()
      interval.series[.events] = events
      return interval
    }
    var result = LoadResult(figures: figures, orgs: 1, took: .seconds(60))
    result.disturbance = .seconds(3)..<(.seconds(3))
    #expect(result.value(of: .recovered) == recovered ?? .infinity)
  }
}
