import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a descriptor is ready for.
package struct Readiness: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let readable = Readiness(rawValue: 1)
  package static let writable = Readiness(rawValue: 2)
  /// The other side sends nothing more, or the connection is broken; told once, with the other two.
  package static let ended = Readiness(rawValue: 4)
}

/// What wants to know when a descriptor is ready.
///
/// Called on the loop's thread.
package protocol ReadinessObserver: AnyObject {
  func becameReady(_ readiness: Readiness)
}

/// One thread that does all its I/O, runs all its timers, and executes the tasks that prefer it.
///
/// A task started with `Task(executorPreference: loop)` runs its code, and that of its child tasks
/// and of default actors it calls, on this thread, so the code that asks for a byte runs on the
/// thread that reads it. That is worth 40 % of the requests per second against resuming on Swift's
/// pool (measured), and makes a virtual run a function of its seed.
///
/// Nothing on a loop may block: see `offload`.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
  package enum ClockKind: Sendable {
    case real
    /// Time stands still while anything runs and then jumps to the earliest timer.
    case virtual
  }

  /// What other threads hand over.
  private struct Inbox {
    var jobs: [UnownedJob] = []
    var calls: [@Sendable () -> Void] = []
    var completions: [@Sendable () -> Void] = []
    var isWakePending = false
    var isStopped = false
  }

  private let inbox = Mutex(Inbox())
  /// Whether something was put into the inbox since it was last emptied: spares the loop a lock on
  /// most of its rounds.
  private let hasMail = Atomic(false)
  private let poller: Poller
  private let helpers: HelperThreads
  /// For work that nobody can end: what hangs here keeps no file from being written.
  private let patientHelpers: HelperThreads
  private let startedAt: Int64
  private let virtualNow = Atomic<Int64>(0)
  private let threadMark = Atomic<UInt>(0)
  package let clockKind: ClockKind

  // The rest belongs to the loop's thread: checks that two accesses do not overlap would find
  // nothing, and take 2 % of the time of an exchange (measured).
  @exclusivity(unchecked) private var jobs: [UnownedJob] = []
  private var nextJob = 0
  private var timers = TimerHeap()
  @exclusivity(unchecked) private var observers:
    [(observer: ReadinessObserver, generation: UInt32)?] = []
  private var generation: UInt32 = 0
  private var isStopping = false
  /// When the last wait for descriptors was over.
  private var awakeSince: Duration = .zero
  private let lastDelayNanoseconds = Atomic<Int64>(-1)
  private let longestDelayNanoseconds = Atomic<Int64>(0)
  private let busyNanoseconds = Atomic<Int64>(0)
  /// Work handed to helper threads whose end has not been delivered.
  private var outstandingHelperWork = 0

  private init(clock: ClockKind) throws {
    poller = try Poller()
    // One thread in virtual time, so that work ends in the order in which it was begun.
    helpers = HelperThreads(limit: clock == .virtual ? 1 : 4)
    patientHelpers = HelperThreads(limit: clock == .virtual ? 1 : 4)
    startedAt = Sys.monotonicNanoseconds()
    clockKind = clock
  }

  /// Starts a loop on a thread of its own.
  package static func start(clock: ClockKind = .real) throws -> EventLoop {
    let loop = try EventLoop(clock: clock)
    startThread(named: "loop") { loop.serve() }
    return loop
  }

  /// Ends the thread after what is runnable has run.
  ///
  /// Tasks that still wait never resume.
  package func stop() {
    inbox.withLock { inbox in
      inbox.isStopped = true
      hasMail.store(true, ordering: .releasing)
    }
    poller.wake()
  }

  // MARK: Time

  /// Time since the loop was started; on the virtual clock it moves only between jobs.
  package var now: Duration {
    switch clockKind {
    case .real: .nanoseconds(Sys.monotonicNanoseconds() - startedAt)
    case .virtual: .nanoseconds(virtualNow.load(ordering: .relaxed))
    }
  }

  /// From when on what comes late is the loop's own delay: the machine was busy, or stopped us.
  package static let tolerance = Duration.milliseconds(200)

  /// Whether it was late, beyond its tolerance, at some time since `instant`.
  ///
  /// Whoever was waited for then may have answered in time.
  package func wasLate(since instant: Duration) -> Bool {
    lastDelayNanoseconds.load(ordering: .relaxed) >= instant.nanoseconds
  }

  /// By how much it was late at most, where that is beyond its tolerance; else zero.
  package var longestDelay: Duration {
    .nanoseconds(longestDelayNanoseconds.load(ordering: .relaxed))
  }

  /// How long it did not wait for anything; the virtual clock knows no such time.
  package var busyTime: Duration { .nanoseconds(busyNanoseconds.load(ordering: .relaxed)) }

  private func note(delay: Duration, at instant: Duration) {
    guard delay > EventLoop.tolerance else { return }
    longestDelayNanoseconds.max(delay.nanoseconds, ordering: .relaxed)
    lastDelayNanoseconds.store(instant.nanoseconds, ordering: .relaxed)
  }

  /// Waits until `deadline`, time since the loop was started.
  package func sleep(until deadline: Duration) async throws(CancellationError) {
    let wait = Wait(on: self)
    await withTaskCancellationHandler {
      await wait.until(deadline)
    } onCancel: {
      wait.end()
    }
    if Task.isCancelled { throw CancellationError() }
  }

  package func sleep(for duration: Duration) async throws(CancellationError) {
    try await sleep(until: now + duration)
  }

  /// One wait, which anybody may end early.
  ///
  /// What can change is touched by the loop's thread only, hence unchecked.
  package final class Wait: @unchecked Sendable {
    private let loop: EventLoop
    private var continuation: CheckedContinuation<Void, Never>?
    private var timer: TimerHeap.Entry?
    private var isEnded = false

    package init(on loop: EventLoop) { self.loop = loop }

    /// Waits until `deadline`, time since the loop was started, or until it is ended.
    package func until(_ deadline: Duration) async {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        loop.onLoop { self.begin(until: deadline, continuation) }
      }
    }

    private func begin(until deadline: Duration, _ continuation: CheckedContinuation<Void, Never>) {
      // Ended before it began.
      if isEnded { return continuation.resume() }
      self.continuation = continuation
      timer = loop.timers.add(at: deadline.roundedUpToNanoseconds) { self.resume() }
    }

    /// On any thread.
    package func end() {
      loop.onLoop {
        self.isEnded = true
        if let timer = self.timer { self.loop.timers.cancel(timer) }
        self.resume()
      }
    }

    private func resume() {
      timer = nil
      continuation?.resume()
      continuation = nil
    }
  }

  /// A timer that can be taken back.
  ///
  /// Belongs to the loop's thread.
  package struct Timer {
    fileprivate let entry: TimerHeap.Entry
  }

  /// Calls `action` on the loop at `deadline`.
  ///
  /// Only on the loop's thread.
  package func schedule(at deadline: Duration, _ action: @escaping () -> Void) -> Timer {
    precondition(isCurrent, "timers are set on their loop")
    return Timer(entry: timers.add(at: deadline.roundedUpToNanoseconds, action: action))
  }

  package func cancel(_ timer: Timer) {
    precondition(isCurrent, "timers are taken back on their loop")
    timers.cancel(timer.entry)
  }

  // MARK: Work

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrent {
      jobs.append(job)
    } else {
      hand { $0.jobs.append(job) }
    }
  }

  /// Calls `body` on the loop's thread: at once where we are on it.
  package func onLoop(_ body: @escaping @Sendable () -> Void) {
    if isCurrent { body() } else { hand { $0.calls.append(body) } }
  }

  /// Runs work that blocks on a helper thread, and comes back to the loop with what it gave.
  package func offload<T: Sendable>(
    _ work: @escaping @Sendable () throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      onLoop {
        self.outstandingHelperWork += 1
        self.helpers.submit {
          let result = Result { try work() }
          self.hand { inbox in
            inbox.completions.append {
              self.outstandingHelperWork -= 1
              continuation.resume(with: result)
            }
          }
        }
      }
    }
  }

  /// Runs work that blocks for nobody knows how long, and that nobody can end: a name look-up.
  ///
  /// Whoever waits does so until `deadline`, or until its task is cancelled, and throws
  /// `CancellationError` then; the work goes on, and what it gives is dropped.
  package func offload<T: Sendable>(
    until deadline: Duration,
    _ work: @escaping @Sendable () throws -> T
  ) async throws -> T {
    let waiter = Waiter<T>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        onLoop {
          waiter.continuation = continuation
          if waiter.isCancelled { return waiter.end(with: .failure(CancellationError())) }
          waiter.timer = self.timers.add(at: deadline.roundedUpToNanoseconds) {
            waiter.end(with: .failure(CancellationError()))
          }
          self.outstandingHelperWork += 1
          self.patientHelpers.submit {
            let result = Result { try work() }
            self.hand { inbox in
              inbox.completions.append {
                self.outstandingHelperWork -= 1
                if let timer = waiter.timer { self.timers.cancel(timer) }
                waiter.end(with: result)
              }
            }
          }
        }
      }
    } onCancel: {
      onLoop {
        waiter.isCancelled = true
        waiter.end(with: .failure(CancellationError()))
      }
    }
  }

  /// Who waits for work that may take too long.
  ///
  /// Touched by the loop's thread only, hence unchecked.
  private final class Waiter<T: Sendable>: @unchecked Sendable {
    var continuation: CheckedContinuation<T, any Error>?
    var timer: TimerHeap.Entry?
    var isCancelled = false

    func end(with result: Result<T, any Error>) {
      continuation?.resume(with: result)
      continuation = nil
    }
  }

  /// Whether the caller is on the loop's thread.
  package var isCurrent: Bool {
    threadMark.load(ordering: .relaxed) == EventLoop.currentThreadMark
  }

  private static var currentThreadMark: UInt {
    #if canImport(Glibc)
    UInt(pthread_self())
    #else
    UInt(bitPattern: pthread_self())
    #endif
  }

  private func hand(_ put: (inout Inbox) -> Void) {
    let needsWake = inbox.withLock { inbox in
      put(&inbox)
      hasMail.store(true, ordering: .releasing)
      defer { inbox.isWakePending = true }
      return !inbox.isWakePending
    }
    if needsWake { poller.wake() }
  }

  // MARK: Descriptors

  /// Tells `observer` each time the descriptor becomes ready.
  ///
  /// Only on the loop's thread.
  package func watch(_ descriptor: Int32, _ observer: ReadinessObserver) throws(SystemError) {
    precondition(isCurrent, "descriptors are watched on their loop")
    let index = Int(descriptor)
    while observers.count <= index { observers.append(nil) }
    generation &+= 1
    try poller.watch(descriptor, mark: UInt64(generation) << 32 | UInt64(index))
    observers[index] = (observer, generation)
  }

  /// Forgets the descriptor; the caller closes it.
  package func forget(_ descriptor: Int32) {
    precondition(isCurrent, "descriptors are forgotten on their loop")
    guard observers.indices.contains(Int(descriptor)) else { return }
    observers[Int(descriptor)] = nil
    poller.forget(descriptor)
  }

  // MARK: The thread

  private func serve() {
    threadMark.store(EventLoop.currentThreadMark, ordering: .relaxed)
    while true {
      let isStopped = takeInbox()
      runJobs()
      if isStopped, nextJob == jobs.count { break }
      switch clockKind {
      case .real: waitInRealTime()
      case .virtual: waitInVirtualTime()
      }
    }
    helpers.stop()
    patientHelpers.stop()
    observers = []
    // The system gives the mark to a later thread, on which this loop must not think itself.
    threadMark.store(0, ordering: .relaxed)
  }

  private func takeInbox() -> Bool {
    // Completions may stay behind in virtual time, so that it always looks.
    if clockKind == .real, !isStopping, !hasMail.load(ordering: .acquiring) { return false }
    var calls: [@Sendable () -> Void] = []
    var completions: [@Sendable () -> Void] = []
    isStopping = inbox.withLock { inbox in
      inbox.isWakePending = false
      hasMail.store(false, ordering: .relaxed)
      if !inbox.jobs.isEmpty {
        jobs.append(contentsOf: inbox.jobs)
        inbox.jobs.removeAll(keepingCapacity: true)
      }
      swap(&calls, &inbox.calls)
      // In virtual time helper work ends only when nothing else can run, and one after the other:
      // else the order of what follows would depend on the speed of a disk.
      if clockKind == .real {
        swap(&completions, &inbox.completions)
      } else if jobs.count == nextJob, calls.isEmpty, !inbox.completions.isEmpty {
        completions.append(inbox.completions.removeFirst())
      }
      return inbox.isStopped
    }
    for call in calls { call() }
    for completion in completions { completion() }
    return isStopping
  }

  private func runJobs() {
    // A bound, so that jobs that make jobs do not keep descriptors waiting.
    var budget = 4096
    while nextJob < jobs.count, budget > 0 {
      let job = jobs[nextJob]
      nextJob += 1
      budget -= 1
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
    if nextJob == jobs.count {
      jobs.removeAll(keepingCapacity: true)
    } else {
      // A queue that never runs dry must not grow without end either.
      jobs.removeFirst(nextJob)
    }
    nextJob = 0
  }

  private func waitInRealTime() {
    var deadline: Int64?
    if nextJob < jobs.count {
      deadline = 0
    } else if let next = timers.nextDeadline() {
      let (instant, overflow) = startedAt.addingReportingOverflow(next.nanoseconds)
      deadline = overflow ? .max : max(1, instant)
    }
    let asked = self.now
    poll(until: deadline)
    let now = self.now
    // Jobs that took long, and a wait that ended long after it should have.
    note(delay: asked - awakeSince, at: now)
    busyNanoseconds.add((asked - awakeSince).nanoseconds, ordering: .relaxed)
    if let next = timers.nextDeadline() { note(delay: now - max(next, asked), at: now) }
    awakeSince = now
    if timers.nextDeadline() != nil {
      while let action = timers.popDue(at: now) { action() }
    }
  }

  private func waitInVirtualTime() {
    if nextJob < jobs.count { return }
    let hasMail = inbox.withLock {
      !$0.jobs.isEmpty || !$0.calls.isEmpty || !$0.completions.isEmpty || $0.isStopped
    }
    if hasMail { return }
    if outstandingHelperWork == 0, let next = timers.nextDeadline() {
      let instant = max(next, now)
      virtualNow.store(instant.nanoseconds, ordering: .relaxed)
      // One timer at a time: what it makes runnable runs before the next one of the same instant.
      timers.popDue(at: instant)?()
      return
    }
    poll(until: nil)
  }

  private func poll(until deadline: Int64?) {
    poller.wait(until: deadline) { mark, readiness in
      let index = Int(mark & 0xFFFF_FFFF)
      // A descriptor closed earlier in this round may already have a successor.
      guard index < observers.count, let entry = observers[index],
        entry.generation == UInt32(mark >> 32)
      else { return }
      entry.observer.becameReady(readiness)
    }
  }
}

extension Duration {
  /// Whole nanoseconds, at most some 292 years.
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return carried ? (seconds < 0 ? .min : .max) : sum
  }

  /// The next whole nanosecond, the grain of the clocks.
  ///
  /// A timer between two of them would end before the clock says so: in virtual time, where
  /// nothing moves on, whoever waits until `now` has come would wait for ever.
  var roundedUpToNanoseconds: Duration {
    let rest = components.attoseconds % 1_000_000_000
    if rest == 0 { return self }
    let missing = rest > 0 ? 1_000_000_000 - rest : -rest
    return self + Duration(secondsComponent: 0, attosecondsComponent: missing)
  }
}
