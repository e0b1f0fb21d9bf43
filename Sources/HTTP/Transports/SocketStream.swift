import Loop

/// A connected socket, read and written by async code on its loop.
///
/// What goes at once is done by `readAvailable` and `writeAvailable`; only `wait` suspends.
///
/// Belongs to the loop's thread, hence unchecked: every method is called there, and so is
/// `becameReady`.
final class SocketStream: ReadinessObserver, @unchecked Sendable {
  enum Reading {
    case more
    /// The other side has closed its direction.
    case end
    case wouldWait
  }

  private static let readSize = 16 << 10
  /// After twice as long at most a wait notices that its task is cancelled.
  private static let brief = Duration.milliseconds(50)

  let loop: EventLoop
  let descriptor: Int32
  private var tls: (any TLSSession)?
  private(set) var isOpen = true

  /// What has come and is not yet consumed.
  @exclusivity(unchecked) var input = InputBuffer()
  /// Whether the other side's direction ended without its having said so: what came may be cut.
  private(set) var wasCut = false

  private var mayRead = false
  private var mayWrite = false
  private var hasEnded = false
  /// What reading and writing wait for: a TLS session may have to write before it can read.
  private(set) var readNeeds = Readiness.readable
  private(set) var writeNeeds = Readiness.writable
  private var waiter: (wanted: Readiness, continuation: UnsafeContinuation<Void, Never>)?
  private var abortion: TransportFailure?
  /// Counts the waits, so that a cancellation that comes late does not hit the next one.
  private var waitCount = 0

  private var slownessTimer: EventLoop.Timer?
  private var isSlow = false

  // One timer a stream, moved lazily: a timer for each wait would fill the heap with dead ones.
  private var timer: EventLoop.Timer?
  private var timerDeadline: Duration = .zero
  private var deadline: Duration?
  private var deadlineFailure = TransportFailure.cancelled
  /// Whether a limit was put off once, since the loop was late.
  private var wasExcused = false

  /// Takes the descriptor, which it closes where it cannot be watched.
  init(descriptor: Int32, loop: EventLoop) throws(SystemError) {
    self.descriptor = descriptor
    self.loop = loop
    do throws(SystemError) {
      try loop.watch(descriptor, self)
    } catch {
      isOpen = false
      Sys.close(descriptor)
      throw error
    }
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    tls?.sendCloseNotify()
    for timer in [timer, slownessTimer].compactMap(\.self) { loop.cancel(timer) }
    timer = nil
    slownessTimer = nil
    loop.forget(descriptor)
    Sys.close(descriptor)
    resumeWaiter()
  }

  /// Says that nothing more comes; reading goes on.
  func endWriting() {
    guard isOpen else { return }
    tls?.sendCloseNotify()
    Sys.endWriting(descriptor)
  }

  // MARK: Limits

  /// Ends what waits with `failure`; the stream is of no use afterwards.
  private func abort(_ failure: TransportFailure) {
    if abortion == nil { abortion = failure }
    resumeWaiter()
  }

  /// Throws where the stream was aborted or closed.
  private func check() throws(TransportFailure) {
    if let abortion { throw abortion }
    guard isOpen else { throw .cancelled }
  }

  /// What waits longer than to `instant` ends with `failure`; nil for no limit.
  func limit(to instant: Duration?, failure: TransportFailure = .cancelled) {
    deadline = instant
    deadlineFailure = failure
    wasExcused = false
    guard let instant, timer == nil || timerDeadline > instant else { return }
    if let timer { loop.cancel(timer) }
    arm(at: instant)
  }

  private func arm(at instant: Duration) {
    timerDeadline = instant
    // Not weakly: the loop keeps a stream until it is closed, which takes the timer back, and an
    // object that was once referred to weakly is retained and released the slow way ever after.
    timer = loop.schedule(at: instant) { self.timerFired() }
  }

  private func timerFired() {
    timer = nil
    guard let deadline else { return }
    let now = loop.now
    guard now >= deadline else { return arm(at: deadline) }
    // Whoever waited is on the way to what has come meanwhile, and sets a new limit.
    let isAboutToRead = waiter == nil
    // A stall of our own is nobody's silence: nobody looked while it lasted.
    let wasLate = loop.wasLate(since: now - EventLoop.tolerance) && !wasExcused
    guard isAboutToRead || wasLate else { return abort(deadlineFailure) }
    wasExcused = !isAboutToRead
    arm(at: now + EventLoop.tolerance)
  }

  // MARK: Readiness

  func becameReady(_ readiness: Readiness) {
    if readiness.contains(.readable) { mayRead = true }
    if readiness.contains(.writable) { mayWrite = true }
    if readiness.contains(.ended) { hasEnded = true }
    guard let waiter, !readiness.isDisjoint(with: waiter.wanted) else { return }
    resumeWaiter()
  }

  private func resumeWaiter() {
    guard let continuation = waiter?.continuation else { return }
    waiter = nil
    continuation.resume()
  }

  /// Waits until the stream may get on, or the task is cancelled: what is left to do then is to be
  /// tried again.
  ///
  /// Inherits its caller's isolation, which spares the way to the executor and back that every
  /// other async function takes.
  func wait(for wanted: Readiness) async throws(TransportFailure) {
    waitCount += 1
    if isSlow {
      isSlow = false
      await waitCancellably(for: wanted)
    } else {
      if slownessTimer == nil { watchForSlowness() }
      await withUnsafeContinuation { begin($0, wanted) }
    }
    waitCount += 1
    readNeeds = .readable
    writeNeeds = .writable
    try check()
  }

  private func begin(_ continuation: UnsafeContinuation<Void, Never>, _ wanted: Readiness) {
    // Aborted already, or closed by someone else.
    guard abortion == nil, isOpen else { return continuation.resume() }
    waiter = (wanted, continuation)
  }

  private func waitCancellably(for wanted: Readiness) async {
    let number = waitCount
    await withTaskCancellationHandler {
      await withUnsafeContinuation { begin($0, wanted) }
    } onCancel: {
      loop.onLoop { [self] in
        if waitCount == number { abort(.cancelled) }
      }
    }
  }

  /// Ends a wait that has lasted for `brief`, so that it begins again as one that can be cancelled.
  ///
  /// To listen for cancellation takes as long as to read an answer (measured), and most waits are
  /// over before anybody could cancel them.
  private func watchForSlowness() {
    let number = waitCount
    slownessTimer = loop.schedule(at: loop.now + SocketStream.brief) { [self] in
      slownessTimer = nil
      guard waiter != nil else { return }
      guard waitCount == number else { return watchForSlowness() }
      isSlow = true
      resumeWaiter()
    }
  }

  /// Waits until a connection that was begun stands.
  func finishConnecting(to origin: Origin) async throws(TransportFailure) {
    while !mayWrite { try await wait(for: .writable) }
    if let error = Sys.socketError(descriptor) {
      throw .unreachable(origin, reason: error.words)
    }
  }

  // MARK: Bytes

  /// Reads what is there into `input`.
  func readAvailable() throws(TransportFailure) -> Reading {
    try check()
    if let tls { return try readSecurely(tls) }
    guard mayRead else { return .wouldWait }
    var outcome = Sys.Outcome.wouldWait
    do throws(SystemError) {
      try input.append(capacity: SocketStream.readSize) { room throws(SystemError) in
        outcome = try Sys.read(descriptor, room)
        if case .done(let count) = outcome { return count }
        return 0
      }
    } catch {
      wasCut = true
      return .end
    }
    switch outcome {
    case .wouldWait:
      mayRead = false
      return .wouldWait
    case .done(0):
      return .end
    case .done(let count):
      // Edge-triggered: a short read has emptied the socket, and what comes next is told. But an
      // end that was told together with the bytes is not told again.
      if count < SocketStream.readSize, !hasEnded { mayRead = false }
      return .more
    }
  }

  /// Writes what goes of `bytes` from `offset` on; gives the offset of what is left.
  func writeAvailable(_ bytes: [UInt8], from offset: Int) throws(TransportFailure) -> Int {
    try check()
    if let tls { return try writeSecurely(tls, bytes, from: offset) }
    var offset = offset
    while offset < bytes.count {
      let outcome: Sys.Outcome
      do throws(SystemError) {
        outcome = try bytes.span.withUnsafeBytes { raw throws(SystemError) in
          try Sys.write(descriptor, UnsafeRawBufferPointer(rebasing: raw[offset...]))
        }
      } catch {
        // What the other side said before it closed may still be read.
        mayRead = true
        throw .closedBeforeAnswer
      }
      guard case .done(let count) = outcome else {
        mayWrite = false
        return offset
      }
      offset += count
    }
    return offset
  }

  /// Whether nothing came that nobody asked for; asked between two messages.
  func isQuiet() -> Bool {
    guard input.count == 0 else { return false }
    // A TLS session knows only by another read, which costs a system call, whether there was more.
    // The next answer is told anew, so nothing is lost; only an end is told once.
    if let tls, !tls.hasPendingBytes, !hasEnded { mayRead = false }
    guard mayRead || tls?.hasPendingBytes == true else { return true }
    do throws(TransportFailure) {
      if case .wouldWait = try readAvailable() { return true }
    } catch {}
    return false
  }

  // MARK: Whole steps

  /// Waits for more in `input`; gives false at the end.
  func fill() async throws(TransportFailure) -> Bool {
    while true {
      switch try readAvailable() {
      case .more: return true
      case .end: return false
      case .wouldWait: try await wait(for: readNeeds)
      }
    }
  }

  /// Writes all of `bytes`.
  func write(_ bytes: [UInt8]) async throws(TransportFailure) {
    var offset = 0
    while true {
      offset = try writeAvailable(bytes, from: offset)
      if offset == bytes.count { return }
      try await wait(for: writeNeeds)
    }
  }

  // MARK: TLS

  /// Runs the handshake; from then on bytes go through `session`.
  func secure(with session: any TLSSession) async throws(TransportFailure) {
    tls = session
    while true {
      let progress = try secured { () throws(TLSError) in try session.handshake() }
      switch progress {
      case .done: return
      case .closed:
        throw .secureConnection("the app closed the connection during the TLS handshake")
      case .wantsRead:
        mayRead = false
        try await wait(for: .readable)
      case .wantsWrite:
        mayWrite = false
        try await wait(for: .writable)
      }
    }
  }

  private func readSecurely(_ tls: any TLSSession) throws(TransportFailure) -> Reading {
    guard mayRead || tls.hasPendingBytes else { return .wouldWait }
    var progress = TLSProgress.wantsRead
    try input.append(capacity: SocketStream.readSize) { room throws(TransportFailure) in
      progress = try secured { () throws(TLSError) in try tls.read(into: room) }
      if case .done(let count) = progress { return count }
      return 0
    }
    switch progress {
    case .done: return .more
    case .closed:
      wasCut = tls.wasCut
      return .end
    case .wantsRead:
      mayRead = false
      return .wouldWait
    case .wantsWrite:
      mayRead = true
      mayWrite = false
      readNeeds = .writable
      return .wouldWait
    }
  }

  private func writeSecurely(
    _ tls: any TLSSession,
    _ bytes: [UInt8],
    from offset: Int
  ) throws(TransportFailure) -> Int {
    var offset = offset
    while offset < bytes.count {
      let progress = try secured { () throws(TLSError) in
        try bytes.span.withUnsafeBytes { raw throws(TLSError) in
          try tls.write(UnsafeRawBufferPointer(rebasing: raw[offset...]))
        }
      }
      switch progress {
      case .done(let count): offset += count
      case .closed:
        mayRead = true
        throw .closedBeforeAnswer
      case .wantsRead:
        mayRead = false
        writeNeeds = .readable
        return offset
      case .wantsWrite:
        mayWrite = false
        return offset
      }
    }
    return offset
  }

  private func secured(
    _ body: () throws(TLSError) -> TLSProgress
  ) throws(TransportFailure) -> TLSProgress {
    do throws(TLSError) {
      return try body()
    } catch {
      throw .secureConnection("\(error)")
    }
  }
}
