import Loop

/// A connected socket, read and written by async code on its loop.
///
/// Belongs to the loop's thread, hence unchecked: every method is called there, and so is
/// `becameReady`.
final class SocketStream: ReadinessObserver, @unchecked Sendable {
  private static let readSize = 16 << 10

  let loop: EventLoop
  let descriptor: Int32
  private var tls: (any TLSSession)?
  private(set) var isOpen = true

  /// What has come and is not yet consumed.
  var input = InputBuffer()
  /// Whether the other side has closed its direction.
  private(set) var isAtEnd = false

  private var mayRead = false
  private var mayWrite = false
  private var waiter: (direction: Readiness, continuation: UnsafeContinuation<Void, Never>)?
  private var abortion: TransportFailure?

  // One timer a stream, moved lazily: a timer for each wait would fill the heap with dead ones.
  private var timer: EventLoop.Timer?
  private var timerDeadline: Duration = .zero
  private var deadline: Duration?
  private var deadlineFailure = TransportFailure.cancelled

  init(descriptor: Int32, loop: EventLoop) throws(SystemError) {
    self.descriptor = descriptor
    self.loop = loop
    try loop.watch(descriptor, self)
  }

  func close() {
    guard isOpen else { return }
    isOpen = false
    tls?.sendCloseNotify()
    if let timer { loop.cancel(timer) }
    timer = nil
    loop.forget(descriptor)
    Sys.close(descriptor)
    resumeWaiter()
  }

  /// Ends what waits with `failure`; the stream is of no use afterwards.
  func abort(_ failure: TransportFailure) {
    if abortion == nil { abortion = failure }
    resumeWaiter()
  }

  /// What waits longer than to `instant` ends with `failure`; nil for no limit.
  func limit(to instant: Duration?, failure: TransportFailure = .cancelled) {
    deadline = instant
    deadlineFailure = failure
    guard let instant, timer == nil || timerDeadline > instant else { return }
    if let timer { loop.cancel(timer) }
    arm(at: instant)
  }

  private func arm(at instant: Duration) {
    timerDeadline = instant
    timer = loop.schedule(at: instant) { [weak self] in self?.timerFired() }
  }

  private func timerFired() {
    timer = nil
    guard let deadline else { return }
    if loop.now >= deadline { abort(deadlineFailure) } else { arm(at: deadline) }
  }

  // MARK: Readiness

  func becameReady(_ readiness: Readiness) {
    if readiness.contains(.readable) { mayRead = true }
    if readiness.contains(.writable) { mayWrite = true }
    guard let waiter, readiness.contains(waiter.direction) else { return }
    resumeWaiter()
  }

  /// Whether bytes or the end have come while nobody asked for them.
  var hasUnexpectedInput: Bool { mayRead }

  private func resumeWaiter() {
    guard let continuation = waiter?.continuation else { return }
    waiter = nil
    continuation.resume()
  }

  private func wait(for direction: Readiness) async throws(TransportFailure) {
    if abortion == nil, isOpen {
      await withUnsafeContinuation { waiter = (direction, $0) }
    }
    if let abortion { throw abortion }
    guard isOpen else { throw .cancelled }
  }

  /// Waits until a connection that was begun stands.
  func finishConnecting(to origin: Origin) async throws(TransportFailure) {
    while !mayWrite { try await wait(for: .writable) }
    if let error = Sys.socketError(descriptor) {
      throw .unreachable(origin, reason: error.words)
    }
  }

  // MARK: Bytes

  /// Reads more into `input`; gives false at the end.
  func fill() async throws(TransportFailure) -> Bool {
    while true {
      while !mayRead, !(tls?.hasPendingBytes ?? false) { try await wait(for: .readable) }
      if let tls {
        if let isMore = try await fillSecurely(tls) { return isMore }
        continue
      }
      let outcome: Sys.Outcome
      do throws(SystemError) {
        outcome = try readOnce()
      } catch {
        isAtEnd = true
        return false
      }
      switch outcome {
      case .wouldWait: mayRead = false
      case .done(0):
        isAtEnd = true
        return false
      case .done(let count):
        // Edge-triggered: a short read has emptied the socket.
        if count < SocketStream.readSize { mayRead = false }
        return true
      }
    }
  }

  private func readOnce() throws(SystemError) -> Sys.Outcome {
    var outcome = Sys.Outcome.wouldWait
    _ = try input.append(capacity: SocketStream.readSize) { room throws(SystemError) in
      outcome = try Sys.read(descriptor, room)
      if case .done(let count) = outcome { return count }
      return 0
    }
    return outcome
  }

  func write(_ bytes: [UInt8]) async throws(TransportFailure) {
    var offset = 0
    while offset < bytes.count {
      let outcome: Sys.Outcome
      if let tls {
        switch try writeSecurely(tls, bytes, from: offset).get() {
        case .done(let count): outcome = .done(count)
        case .closed, .cut: throw .closedBeforeAnswer
        case .wantsRead:
          mayRead = false
          try await wait(for: .readable)
          continue
        case .wantsWrite: outcome = .wouldWait
        }
      } else {
        outcome = try writePlainly(bytes, from: offset).get()
      }
      switch outcome {
      case .done(let count): offset += count
      case .wouldWait:
        mayWrite = false
        while !mayWrite { try await wait(for: .writable) }
      }
    }
  }

  private func writePlainly(
    _ bytes: [UInt8],
    from offset: Int
  ) -> Result<Sys.Outcome, TransportFailure> {
    bytes.withUnsafeBytes { raw in
      do throws(SystemError) {
        let rest = UnsafeRawBufferPointer(rebasing: raw[offset...])
        return .success(try Sys.write(descriptor, rest))
      } catch {
        // What the other side said before it closed may still be read.
        return .failure(.closedBeforeAnswer)
      }
    }
  }

  // MARK: TLS

  private func writeSecurely(
    _ tls: any TLSSession,
    _ bytes: [UInt8],
    from offset: Int
  ) -> Result<TLSProgress, TransportFailure> {
    bytes.withUnsafeBytes { raw in
      do throws(TLSError) {
        return .success(try tls.write(UnsafeRawBufferPointer(rebasing: raw[offset...])))
      } catch {
        return .failure(.secureConnection("\(error)"))
      }
    }
  }

  /// Runs the handshake; from then on bytes go through `session`.
  func secure(with session: any TLSSession) async throws(TransportFailure) {
    tls = session
    while true {
      let progress = try secured { () throws(TLSError) in try session.handshake() }
      switch progress {
      case .done: return
      case .closed, .cut: throw .secureConnection("the app closed the connection in the handshake")
      case .wantsRead:
        mayRead = false
        try await wait(for: .readable)
      case .wantsWrite:
        mayWrite = false
        try await wait(for: .writable)
      }
    }
  }

  /// nil where it has to be tried again.
  private func fillSecurely(_ tls: any TLSSession) async throws(TransportFailure) -> Bool? {
    var progress = TLSProgress.wantsRead
    _ = try input.append(capacity: SocketStream.readSize) { room throws(TransportFailure) in
      progress = try secured { () throws(TLSError) in try tls.read(into: room) }
      if case .done(let count) = progress { return count }
      return 0
    }
    switch progress {
    case .done: return true
    case .closed, .cut:
      isAtEnd = true
      return false
    case .wantsRead:
      mayRead = false
      return nil
    case .wantsWrite:
      mayWrite = false
      while !mayWrite { try await wait(for: .writable) }
      return nil
    }
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
