import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import Loop

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

private actor Guest {
  let loop: EventLoop
  init(_ loop: EventLoop) { self.loop = loop }

  func isOnLoop() async throws -> Bool {
    let before = loop.isCurrent
    try await loop.sleep(for: .microseconds(10))
    return before && loop.isCurrent
  }
}

/// Numbers noted from any thread.
private final class Notes: Sendable {
  private let numbers = Mutex<[Int]>([])
  var all: [Int] { numbers.withLock { $0 } }
  func note(_ number: Int) { numbers.withLock { $0.append(number) } }
}

@Suite struct EventLoopTests {
  @Test(arguments: [EventLoop.ClockKind.real, .virtual])
  func `code stays on its loop`(clock: EventLoop.ClockKind) async throws {
    let loop = try EventLoop.start(clock: clock)
    defer { loop.stop() }
    #expect(!loop.isCurrent)

    let places = try await Task(executorPreference: loop) {
      var places = [loop.isCurrent]
      try await loop.sleep(for: .microseconds(10))
      places.append(loop.isCurrent)
      await Task.yield()
      places.append(loop.isCurrent)
      _ = try await loop.offload { 1 }
      places.append(loop.isCurrent)
      places.append(try await Guest(loop).isOnLoop())
      places.append(loop.isCurrent)

      async let child = { () async throws -> Bool in
        try await loop.sleep(for: .microseconds(10))
        return loop.isCurrent
      }()
      places.append(try await child)

      try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<3 {
          group.addTask {
            try await loop.sleep(for: .microseconds(10))
            return try await Guest(loop).isOnLoop() && loop.isCurrent
          }
        }
        for try await place in group { places.append(place && loop.isCurrent) }
      }
      return places + [await Task(executorPreference: loop) { loop.isCurrent }.value]
    }.value

    #expect(places == Array(repeating: true, count: 11))
  }

  /// The end before the wait, meanwhile, twice, and after it; on the real clock from another thread.
  @Test(arguments: [EventLoop.ClockKind.real, .virtual])
  func `a wait ends when its time has come, or when it is ended`(
    clock: EventLoop.ClockKind
  ) async throws {
    try await onLoop(clock: clock) { loop in
      let far = loop.now + .seconds(3600)
      let before = EventLoop.Wait(on: loop)
      before.end()
      await before.until(far)
      let meanwhile = EventLoop.Wait(on: loop)
      // To the virtual clock another thread's work is nothing to wait for.
      let end = Task(executorPreference: clock == .real ? globalConcurrentExecutor : loop) {
        meanwhile.end()
        meanwhile.end()
      }
      await meanwhile.until(far)
      await end.value
      #expect(loop.now < far)
      let after = EventLoop.Wait(on: loop)
      let near = loop.now + .microseconds(10)
      await after.until(near)
      #expect(loop.now >= near)
      after.end()
    }
  }

  @Test func `a sleep in real time is not early`() async throws {
    try await onLoop(clock: .real) { loop in
      for microseconds in [0, 1, 50, 700, 2000, 3, 900] {
        let deadline = loop.now + .microseconds(microseconds)
        try await loop.sleep(until: deadline)
        #expect(loop.now >= deadline)
      }
      let deadline = loop.now + Duration.milliseconds(1) / 3
      try await loop.sleep(until: deadline)
      #expect(loop.now >= deadline)
    }
  }

  @Test func `timers in real time fire by deadline, whichever was set first`() async throws {
    let order = try await onLoop(clock: .real) { loop in
      // The alarm moves later, earlier and away while it is set.
      let order = Notes()
      let start = loop.now + .milliseconds(1)
      return try await withThrowingTaskGroup(of: Void.self) { group in
        for step in [5, 1, 4, 2, 3] {
          group.addTask {
            try await loop.sleep(until: start + .microseconds(step * 300))
            order.note(step)
          }
        }
        let cancelled = loop.schedule(at: start) { order.note(-1) }
        _ = loop.schedule(at: start + .microseconds(100)) { order.note(0) }
        loop.cancel(cancelled)
        // Jobs keep the loop from waiting.
        while loop.now < start + .microseconds(500) { await Task.yield() }
        try await group.waitForAll()
        return order.all
      }
    }
    #expect(order == [0, 1, 2, 3, 4, 5])
  }

  @Test func `a sleep that outlasts the clock can be cancelled`() async throws {
    try await onLoop(clock: .real) { loop in
      let sleeper = Task(executorPreference: loop) {
        try await loop.sleep(for: .seconds(Int64.max))
      }
      try await loop.sleep(for: .milliseconds(1))
      sleeper.cancel()
      await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
  }

  @Test func `calls from other threads run on the loop, in their order`() async throws {
    let loop = try EventLoop.start()
    defer { loop.stop() }
    let seen = Notes()
    for number in 0..<1000 {
      loop.onLoop { seen.note(loop.isCurrent ? number : -1) }
    }
    await Task(executorPreference: loop) {}.value
    #expect(seen.all == Array(0..<1000))
  }

  @Test func `helpers work side by side in real time`() async throws {
    // Two pieces of work of which each waits for the other.
    try await onLoop(clock: .real) { loop in
      for _ in 0..<20 {
        let notes = Notes()
        let meet: @Sendable () -> Bool = {
          notes.note(1)
          for _ in 0..<100_000 where notes.all.count < 2 { usleep(20) }
          return notes.all.count == 2
        }
        async let first = loop.offload(meet)
        async let second = loop.offload(meet)
        let met = try await [first, second]
        #expect(met == [true, true])
      }
    }
  }

  /// A name look-up that hangs: nobody waits for it, and it keeps no other work from being done.
  @Test func `work that hangs is not waited for`() async throws {
    try await onLoop(clock: .real) { loop in
      let isLetGo = DispatchSemaphore(value: 0)
      defer { for _ in 0..<8 { isLetGo.signal() } }
      let hang: @Sendable () -> Int = {
        isLetGo.wait()
        return 1
      }
      for _ in 0..<4 {
        await #expect(throws: CancellationError.self) {
          try await loop.offload(until: loop.now + .milliseconds(10), hang)
        }
      }
      let cancelled = Task(executorPreference: loop) {
        try await loop.offload(until: loop.now + .seconds(3600), hang)
      }
      try await loop.sleep(for: .milliseconds(1))
      cancelled.cancel()
      await #expect(throws: CancellationError.self) { try await cancelled.value }
      let answer = try await loop.offload { 2 }
      #expect(answer == 2)
    }
  }

  @Test func `work that is done in time gives its result or its error`() async throws {
    struct Failed: Error {}
    try await onLoop(clock: .real) { loop in
      let end = loop.now + .seconds(3600)
      let result = try await loop.offload(until: end) { 3 }
      #expect(result == 3)
      await #expect(throws: Failed.self) {
        try await loop.offload(until: end) { throw Failed() }
      }
    }
  }

  @Test func `a queue that never runs dry leaves timers and descriptors their turn`() async throws {
    try await onLoop(clock: .real) { loop in
      let spinner = Task(executorPreference: loop) {
        while !Task.isCancelled { await Task.yield() }
      }
      try await loop.sleep(for: .milliseconds(1))
      spinner.cancel()
      await spinner.value
    }
  }

  @Test func `what is runnable when the loop is stopped still runs`() async throws {
    let loop = try EventLoop.start(clock: .virtual)
    let notes = Notes()
    await Task(executorPreference: loop) {
      // More than the loop runs between two looks at its inbox.
      for number in 0..<5000 {
        Task(executorPreference: loop) { notes.note(number) }
      }
      let last = Task(executorPreference: loop) { loop.isCurrent }
      loop.stop()
      #expect(await last.value)
    }.value
    #expect(notes.all == Array(0..<5000))
  }

  // MARK: Descriptors

  /// Notes what it is told.
  private final class Observer: ReadinessObserver, @unchecked Sendable {
    // Touched on the loop only.
    var seen: [Readiness] = []
    var action: ((Readiness) -> Void)?

    func becameReady(_ readiness: Readiness) {
      seen.append(readiness)
      action?(readiness)
    }
  }

  private static func send(_ text: String, to descriptor: Int32) throws {
    _ = try Array(text.utf8).withUnsafeBytes { try Sys.write(descriptor, $0) }
  }

  @Test func `a watched descriptor tells when it can be read and when its peer is gone`()
    async throws
  {
    try await onLoop(clock: .real) { loop in
      let (near, far) = try SocketPair.open()
      let observer = Observer()
      func next() async -> Readiness {
        await withCheckedContinuation { continuation in
          observer.action = { readiness in
            observer.action = nil
            continuation.resume(returning: readiness)
          }
        }
      }

      try loop.watch(near, observer)
      #expect(await next() == .writable)

      try EventLoopTests.send("ab", to: far)
      #expect(await next().contains(.readable))
      var buffer = [UInt8](repeating: 0, count: 8)
      let first = try buffer.withUnsafeMutableBytes { try Sys.read(near, $0) }
      let second = try buffer.withUnsafeMutableBytes { try Sys.read(near, $0) }
      #expect(first == .done(2))
      #expect(second == .wouldWait)

      SocketPair.end(far)
      #expect(await next().contains(.readable))
      let end = try buffer.withUnsafeMutableBytes { try Sys.read(near, $0) }
      #expect(end == .done(0))
      let error = #expect(throws: SystemError.self) { try EventLoopTests.send("a", to: near) }
      #expect(error?.code == EPIPE)

      loop.forget(near)
      Sys.close(near)
    }
  }

  @Test func `the end of a pair of sockets is seen though somebody has a copy`() throws {
    let (near, far) = try SocketPair.open()
    let copy = dup(far)
    SocketPair.end(far)
    var buffer = [UInt8](repeating: 0, count: 8)
    let end = try buffer.withUnsafeMutableBytes { try Sys.read(near, $0) }
    #expect(end == .done(0))
    [near, copy].forEach(Sys.close)
  }

  @Test func `a pipe can be watched`() async throws {
    try await onLoop(clock: .real) { loop in
      var ends: [Int32] = [0, 0]
      try Sys.check(pipe(&ends), "pipe")
      let observer = Observer()
      try loop.watch(ends[0], observer)
      try await loop.sleep(for: .milliseconds(1))
      #expect(observer.seen == [])

      await withCheckedContinuation { continuation in
        observer.action = { _ in continuation.resume() }
        _ = write(ends[1], "x", 1)
      }
      #expect(observer.seen == [.readable])

      loop.forget(ends[0])
      ends.forEach(Sys.close)
    }
  }

  @Test func `a descriptor that was forgotten tells nothing, nor does its number`() async throws {
    try await onLoop(clock: .real) { loop in
      let (near, far) = try SocketPair.open()
      let first = Observer()
      try loop.watch(near, first)
      try EventLoopTests.send("a", to: far)
      loop.forget(near)
      loop.forget(near)
      let second = Observer()
      try loop.watch(near, second)
      try await loop.sleep(for: .milliseconds(1))

      #expect(first.seen == [])
      #expect(second.seen == [[.readable, .writable]])
      loop.forget(near)
      [near, far].forEach(Sys.close)
      // One that was never watched.
      loop.forget(1000)
    }
  }

  /// Far above what the tests that run beside this one open.
  private static let neverOpen: Int32 = 200_000

  @Test func `a descriptor that is not open cannot be watched`() async throws {
    try await onLoop(clock: .real) { loop in
      let error = #expect(throws: SystemError.self) { try loop.watch(Self.neverOpen, Observer()) }
      #expect(error?.code == EBADF)
    }
  }
}
