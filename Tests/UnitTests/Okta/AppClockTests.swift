import Loop
import Okta
import Testing

/// The app's clock, which hooks move on.
@Suite struct AppClockTests {
  @Test func `what was before a move was so by the clock of then`() async throws {
    let loop = try EventLoop.start(clock: .virtual)
    defer { loop.stop() }
    try await Task(executorPreference: loop) {
      let clock = AppClock(run: loop)
      #expect(!clock.isMoved)
      for _ in 0..<3 {
        try await loop.sleep(for: .seconds(10))
        clock.move(by: .seconds(100))
      }
      #expect(clock.isMoved)
      #expect(!clock.hasReplacedWait)
      #expect(clock.now == .seconds(330))
      #expect(clock.runNow == .seconds(30))
      let instants = [0, 9, 10, 19, 20, 30, 31].map { clock.instant(atRun: .seconds($0)) }
      #expect(instants == [0, 9, 110, 119, 220, 330, 331].map { .seconds($0) })
      let org = OrgClock(run: clock)
      org.skip(.seconds(5))
      #expect(org.now == .seconds(335))
      #expect(org.runNow == .seconds(30))
    }.value
  }
}
