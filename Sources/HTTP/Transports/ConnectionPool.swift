import Loop

/// How many connections there may be, and what each is good for.
package struct ConnectionPolicy: Sendable, Equatable {
  /// To one origin at once; nil for as many as there are exchanges at once.
  package var most: Int?
  /// Whether one serves more than one exchange.
  package var isKept: Bool

  package init(most: Int? = nil, isKept: Bool = true) {
    self.most = most
    self.isKept = isKept
  }
}

/// Connections that wait for their next request, by origin, and the making of new ones.
///
/// Belongs to its loop's thread, hence unchecked.
final class ConnectionPool: @unchecked Sendable {
  /// How many connections to one origin are kept while unused.
  private static let keptAtMost = 1024

  /// The connections to one origin.
  final class Shelf {
    let origin: Origin
    fileprivate var connections: [ClientConnection] = []
    fileprivate var addresses: [SocketAddress]?
    /// Exchanges that have a connection or make one; counted where their number has a limit.
    fileprivate var inUse = 0
    /// Exchanges that wait until one of those is over, from the first on that still waits.
    fileprivate var waiting: [Waiter] = []
    fileprivate var firstWaiting = 0

    fileprivate init(origin: Origin) { self.origin = origin }
  }

  /// An exchange that waits until there may be one more.
  ///
  /// Belongs to the loop's thread, hence unchecked.
  fileprivate final class Waiter: @unchecked Sendable {
    private var continuation: UnsafeContinuation<Bool, Never>?
    /// Whether it may go on; nil while it waits.
    private(set) var outcome: Bool?

    func wait(_ continuation: UnsafeContinuation<Bool, Never>) {
      if let outcome { return continuation.resume(returning: outcome) }
      self.continuation = continuation
    }

    func end(_ mayGoOn: Bool) {
      guard outcome == nil else { return }
      outcome = mayGoOn
      continuation?.resume(returning: mayGoOn)
      continuation = nil
    }
  }

  private let loop: EventLoop
  private let limits: MessageLimits
  private let policy: ConnectionPolicy
  private let connectLimit: Duration
  private let hosts: HostPolicy
  private let routes: [ConnectTo]
  private let lookUp: LookUp
  private let secured: SecureTransportSettings?
  private var shelves: [Origin: Shelf] = [:]
  /// The one used last: most runs have one origin, and hashing it takes longer than comparing it.
  private var lastShelf: Shelf?
  private let buffers = SharedBuffers()
  private var nextNumber = 1
  private var isClosed = false

  init(
    loop: EventLoop,
    limits: MessageLimits,
    policy: ConnectionPolicy = ConnectionPolicy(),
    connectLimit: Duration,
    hosts: HostPolicy = HostPolicy(),
    routes: [ConnectTo] = [],
    lookUp: @escaping LookUp = SocketTransport.systemLookUp,
    secured: SecureTransportSettings?
  ) {
    self.loop = loop
    self.limits = limits
    self.policy = policy
    self.connectLimit = connectLimit
    self.hosts = hosts
    self.routes = routes
    self.lookUp = lookUp
    self.secured = secured
  }

  /// Closes what is kept, and what is taken back later.
  func close() {
    isClosed = true
    for shelf in shelves.values {
      for connection in shelf.connections { connection.close() }
      shelf.connections = []
    }
  }

  func shelf(_ origin: Origin) -> Shelf {
    if let lastShelf, lastShelf.origin == origin { return lastShelf }
    let shelf = shelves[origin] ?? Shelf(origin: origin)
    shelves[origin] = shelf
    lastShelf = shelf
    return shelf
  }

  /// Whether an exchange may have to wait for a connection.
  var isLimited: Bool { policy.most != nil }

  /// Waits until one more exchange with the origin may be under way; to be followed by `leave`.
  func enter(_ shelf: Shelf) async throws(TransportFailure) {
    guard let most = policy.most else { return }
    if shelf.inUse < most {
      shelf.inUse += 1
      return
    }
    let waiter = Waiter()
    shelf.waiting.append(waiter)
    let mayGoOn = await withTaskCancellationHandler {
      await withUnsafeContinuation { waiter.wait($0) }
    } onCancel: { [loop] in
      loop.onLoop { waiter.end(false) }
    }
    if !mayGoOn { throw .cancelled }
  }

  /// Lets the next exchange go on, in the order in which they came.
  func leave(_ shelf: Shelf) {
    guard policy.most != nil else { return }
    while shelf.firstWaiting < shelf.waiting.count {
      let next = shelf.waiting[shelf.firstWaiting]
      shelf.firstWaiting += 1
      if shelf.firstWaiting * 2 > shelf.waiting.count {
        shelf.waiting.removeFirst(shelf.firstWaiting)
        shelf.firstWaiting = 0
      }
      if next.outcome == nil { return next.end(true) }
    }
    shelf.inUse -= 1
  }

  /// How long a connection may have waited for a request that cannot be sent twice.
  ///
  /// The app may close a connection that waits (RFC 9112 section 9.5), and what is sent at that
  /// moment is lost without a sign. Idempotent requests go out again; a POST takes a new one.
  private static let restAtMost = Duration.seconds(1)

  /// A connection that can be used again, the caller's own until it is taken back.
  func keptConnection(on shelf: Shelf, toBeRepeatable isRepeatable: Bool) -> ClientConnection? {
    while let connection = shelf.connections.last {
      if connection.isUsable {
        // The others have waited longer.
        let isFresh = loop.now - connection.idleSince <= ConnectionPool.restAtMost
        guard isRepeatable || isFresh else { return nil }
        shelf.connections.removeLast()
        return connection
      }
      shelf.connections.removeLast()
      connection.close()
    }
    return nil
  }

  /// Keeps the connection for the next request, or closes it.
  func takeBack(_ connection: ClientConnection, on shelf: Shelf) {
    if policy.isKept, !isClosed, shelf.connections.count < ConnectionPool.keptAtMost,
      connection.isKept
    {
      shelf.connections.append(connection)
    } else {
      connection.close()
    }
  }

  /// A new connection, the caller's own until it is taken back.
  func connect(
    to origin: Origin,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> ClientConnection {
    if origin.scheme == .https, secured == nil {
      throw .secureConnection("https is not available in this run")
    }
    let begun = loop.now
    if let most = policy.most { makeRoom(on: shelf(origin), for: most) }
    let addresses = try await addresses(of: origin, &timings)
    var lastFailure = TransportFailure.unreachable(origin, reason: "no address was found for it")
    for address in addresses {
      let begunHere = loop.now
      // Whether it answers or not.
      timings.serverAddress = address.numericHost
      do throws(TransportFailure) {
        let stream = try await connect(to: address, origin, deadline: begun + connectLimit)
        timings.connect = loop.now - begunHere
        let connection = ClientConnection(
          stream: stream,
          number: nextNumber,
          address: address.numericHost,
          limits: limits,
          buffers: buffers
        )
        nextNumber += 1
        timings.connection = connection.number
        try await secure(stream, origin, &timings)
        return connection
      } catch {
        lastFailure = error
        if case .unreachable = error { continue }
        throw error
      }
    }
    // The name may stand for another machine by now.
    shelf(origin).addresses = nil
    throw told(lastFailure, of: origin)
  }

  /// Closes what waits beyond what may be open with those in use, the one to be made among them.
  private func makeRoom(on shelf: Shelf, for most: Int) {
    while !shelf.connections.isEmpty, shelf.connections.count + shelf.inUse > most {
      shelf.connections.removeFirst().close()
    }
  }

  /// With where the connection went, where that is not where the URL says.
  private func told(_ failure: TransportFailure, of origin: Origin) -> TransportFailure {
    let place = ConnectTo.place(of: origin, by: routes)
    guard case .unreachable(_, let reason) = failure,
      place != .host(origin.host, port: origin.port)
    else { return failure }
    return .unreachable(origin, reason: "\(reason) at \(place) (--connect-to)")
  }

  /// The addresses of an origin, all of which may be connected to: no other is ever tried.
  private func addresses(
    of origin: Origin,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> [SocketAddress] {
    if let known = shelf(origin).addresses { return known }
    // What counts is where the connection goes, not what the URL says.
    let found: [SocketAddress]
    switch ConnectTo.place(of: origin, by: routes) {
    case .socket(let path): found = SocketAddress(path: path).map { [$0] } ?? []
    case .host(let host, let port):
      guard hosts.mayReach(host) else { throw .foreignHost(host, address: nil) }
      found = try await lookUp(host, port, of: origin, &timings)
      if let stranger = hosts.stranger(among: found, of: host) {
        let address = stranger.numericHost
        throw .foreignHost(host, address: address == host ? nil : address)
      }
    }
    if origin.scheme == .https, secured?.trust.verification == TLSTrust.Verification.none {
      guard found.allSatisfy({ $0.isLocal || NetworkAddress($0.octets).isLoopback }) else {
        throw .secureConnection("\(TLSError.verificationRequired(host: origin.host))")
      }
    }
    shelf(origin).addresses = found
    return found
  }

  private func lookUp(
    _ wanted: String,
    _ port: Int,
    of origin: Origin,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> [SocketAddress] {
    let begun = loop.now
    do {
      // Names below localhost are this machine, whatever the system's resolver knows (RFC 6761
      // section 6.3).
      let host = wanted.lowercased().trimmingSuffix(".")
      let name = host == "localhost" || host.hasSuffix(".localhost") ? "localhost" : wanted
      let found = try await loop.offload(until: begun + connectLimit) { [lookUp] in
        try lookUp(name, port)
      }
      timings.lookUp = loop.now - begun
      return found
    } catch is CancellationError {
      if Task.isCancelled { throw .cancelled }
      throw .unreachable(origin, reason: "its name was not found within \(connectLimit.inSeconds)")
    } catch let error as NameError where error.isForWantOfDescriptors {
      throw .outOfDescriptors
    } catch {
      let words = (error as? NameError)?.words ?? "\(error)"
      throw told(
        .unreachable(origin, reason: words.prefix(1).lowercased() + words.dropFirst()),
        of: origin
      )
    }
  }

  private func connect(
    to address: SocketAddress,
    _ origin: Origin,
    deadline: Duration
  ) async throws(TransportFailure) -> SocketStream {
    let stream = try await stream(to: address, origin, deadline: deadline)
    do throws(TransportFailure) {
      stream.limit(to: deadline, failure: .connectTimedOut(origin, after: connectLimit))
      try await stream.finishConnecting(to: origin)
      return stream
    } catch {
      stream.close()
      throw error
    }
  }

  private func stream(
    to address: SocketAddress,
    _ origin: Origin,
    deadline: Duration
  ) async throws(TransportFailure) -> SocketStream {
    while true {
      do throws(SystemError) {
        return try SocketStream(descriptor: Sys.connect(to: address), loop: loop)
      } catch {
        if error.isOutOfDescriptors { throw .outOfDescriptors }
        if error.isOutOfPorts { throw .outOfPorts }
        // Where many wait to be accepted by a socket of this machine, connect(2) does not wait with them,
        // and nothing tells when there is room.
        guard address.isLocal, error.isTemporary else {
          throw .unreachable(origin, reason: error.words)
        }
        guard loop.now < deadline else { throw .connectTimedOut(origin, after: connectLimit) }
        do { try await loop.sleep(for: .milliseconds(1)) } catch { throw .cancelled }
      }
    }
  }

  private func secure(
    _ stream: SocketStream,
    _ origin: Origin,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) {
    guard origin.scheme == .https, let secured else { return stream.limit(to: nil) }
    let begun = loop.now
    do throws(TransportFailure) {
      let session: any TLSSession
      do throws(TLSError) {
        session = try secured.provider.makeClientSession(
          descriptor: stream.descriptor,
          host: origin.host,
          trust: secured.trust
        )
      } catch {
        throw TransportFailure.secureConnection("\(error)")
      }
      try await stream.secure(with: session)
    } catch {
      stream.close()
      throw error
    }
    stream.limit(to: nil)
    timings.handshake = loop.now - begun
  }
}

extension String {
  /// Without one `suffix` at its end.
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
