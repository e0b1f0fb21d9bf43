import Loop
import Synchronization
import TestSupport
import Testing
import World

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A list that tasks of one loop write to.
private actor Transcript {
  var lines: [String] = []
  func note(_ line: String) { lines.append(line) }
}

@Suite struct VirtualTimeTests {
  @Test func `time jumps to what is due and stands still between`() async throws {
    let seen = try await onLoop { loop in
      var seen = [loop.now]
      try await loop.sleep(for: .seconds(3600))
      seen.append(loop.now)
      for _ in 0..<100 { await Task.yield() }
      seen.append(loop.now)
      try await loop.sleep(until: .seconds(10))
      seen.append(loop.now)
      try await loop.sleep(until: .seconds(3601))
      return seen + [loop.now]
    }
    #expect(seen == [.zero, .seconds(3600), .seconds(3600), .seconds(3600), .seconds(3601)])
  }

  @Test func `sleepers wake by deadline, and by their start where deadlines tie`() async throws {
    let order = try await onLoop { loop in
      let transcript = Transcript()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (name, seconds) in [("a", 3), ("b", 1), ("c", 2), ("d", 1), ("e", 3), ("f", 1)] {
          group.addTask {
            try await loop.sleep(until: .seconds(seconds))
            await transcript.note("\(name) \(loop.now)")
          }
        }
        try await group.waitForAll()
      }
      return await transcript.lines
    }
    func second(_ name: String, _ instant: Int) -> String {
      "\(name) \(Duration.seconds(instant))"
    }
    #expect(
      order == [
        second("b", 1), second("d", 1), second("f", 1), second("c", 2), second("a", 3),
        second("e", 3),
      ]
    )
  }

  @Test func `what a timer wakes runs before the next timer of the same instant`() async throws {
    let order = try await onLoop { loop in
      let transcript = Transcript()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for name in ["a", "b"] {
          group.addTask {
            try await loop.sleep(until: .seconds(1))
            for step in 1...3 {
              await transcript.note("\(name)\(step)")
              await Task.yield()
            }
          }
        }
        try await group.waitForAll()
      }
      return await transcript.lines
    }
    #expect(order == ["a1", "a2", "a3", "b1", "b2", "b3"])
  }

  @Test func `a deadline between two nanoseconds has come when its sleep ends`() async throws {
    try await onLoop { loop in
      let third = Duration.seconds(1) / 3
      try await loop.sleep(until: third)
      #expect(loop.now >= third)
      #expect(loop.now - third < .nanoseconds(1))
    }
  }

  @Test func `a cancelled sleep ends at once and leaves no timer`() async throws {
    let ended = try await onLoop { loop in
      let sleeper = Task(executorPreference: loop) { () -> Duration in
        do throws(CancellationError) {
          try await loop.sleep(for: .seconds(100))
          return .seconds(-1)
        } catch {
          return loop.now
        }
      }
      try await loop.sleep(for: .seconds(5))
      sleeper.cancel()
      let ended = await sleeper.value
      try await loop.sleep(for: .seconds(1))
      return [ended, loop.now]
    }
    #expect(ended == [.seconds(5), .seconds(6)])
  }

  @Test func `a sleep of a cancelled task does not begin`() async throws {
    try await onLoop { loop in
      let sleeper = Task(executorPreference: loop) {
        while !Task.isCancelled { await Task.yield() }
        try await loop.sleep(for: .seconds(100))
      }
      sleeper.cancel()
      await #expect(throws: CancellationError.self) { try await sleeper.value }
      #expect(loop.now == .zero)
    }
  }

  @Test func `a sleep may be cancelled from another thread at any moment`() async throws {
    let loop = try EventLoop.start(clock: .real)
    defer { loop.stop() }
    for round in 0..<300 {
      let sleeper = Task(executorPreference: loop) {
        // Some end by themselves while they are cancelled.
        try await loop.sleep(for: round % 2 == 0 ? .seconds(100) : .microseconds(round))
      }
      for _ in 0..<(round % 20) { await Task.yield() }
      sleeper.cancel()
      _ = await sleeper.result
    }
  }

  @Test func `time stands still while a helper works`() async throws {
    let order = try await onLoop { loop in
      let transcript = Transcript()
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          try await loop.sleep(for: .milliseconds(1))
          await transcript.note("timer \(loop.now)")
        }
        group.addTask {
          let isOnLoop = try await loop.offload {
            // Long enough that a loop which did not wait would have gone on.
            for _ in 0..<2_000 { sched_yield() }
            return loop.isCurrent
          }
          await transcript.note("helper \(loop.now) \(isOnLoop) \(loop.isCurrent)")
        }
        try await group.waitForAll()
      }
      return await transcript.lines
    }
    #expect(order == ["helper \(Duration.zero) false true", "timer \(Duration.milliseconds(1))"])
  }

  @Test func `helper work ends in the order in which it was begun, one after the other`()
    async throws
  {
    let order = try await onLoop { loop in
      let transcript = Transcript()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask {
            _ = try await loop.offload { number }
            await transcript.note("\(number)a")
            await Task.yield()
            await transcript.note("\(number)b")
          }
        }
        try await group.waitForAll()
      }
      return await transcript.lines
    }
    #expect(order == (0..<8).flatMap { ["\($0)a", "\($0)b"] })
  }

  @Test func `helper work that fails throws where it was asked for`() async throws {
    struct Failed: Error {}
    try await onLoop { loop in
      await #expect(throws: Failed.self) { try await loop.offload { throw Failed() } }
      #expect(loop.isCurrent)
    }
  }

  /// Tasks that draw, sleep, yield, meet in an actor and hand work to a helper.
  private static func program(seed: UInt64) async throws -> [String] {
    try await onLoop { loop in
      let transcript = Transcript()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for worker in 0..<6 {
          group.addTask {
            var random = SeededRandom(seed: seed).stream(named: "\(worker)")
            for step in 0..<12 {
              switch Int.random(in: 0..<4, using: &random) {
              case 0:
                try await loop.sleep(for: .milliseconds(Int.random(in: 0..<4, using: &random)))
              case 1:
                _ = try await loop.offload { step }
              case 2:
                async let first: Void = transcript.note("\(worker).\(step) child")
                async let second: Void = loop.sleep(for: .milliseconds(1))
                _ = try await (first, second)
              default:
                await Task.yield()
              }
              await transcript.note("\(worker).\(step) \(loop.now)")
            }
          }
        }
        try await group.waitForAll()
      }
      return await transcript.lines
    }
  }

  @Test func `the same program gives the same transcript every time`() async throws {
    let first = try await VirtualTimeTests.program(seed: 42)
    #expect(first.count > 72)
    for _ in 0..<99 {
      let again = try await VirtualTimeTests.program(seed: 42)
      #expect(again == first)
    }
    #expect(try await VirtualTimeTests.program(seed: 43) != first)
  }
}
