import Loop

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

    fileprivate init(origin: Origin) { self.origin = origin }
  }

  private let loop: EventLoop
  private let limits: MessageLimits
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
    connectLimit: Duration,
    hosts: HostPolicy = HostPolicy(),
    routes: [ConnectTo] = [],
    lookUp: @escaping LookUp = SocketTransport.systemLookUp,
    secured: SecureTransportSettings?
  ) {
    self.loop = loop
    self.limits = limits
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
    if !isClosed, shelf.connections.count < ConnectionPool.keptAtMost, connection.isKept {
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

  /// With where the connection went, where that is not where the URL says.
  private func told(_ failure: TransportFailure, of origin: Origin) -> TransportFailure {
    let place = ConnectTo.place(of: origin, by: routes)
    guard case .unreachable(_, let reason) = failure, place != (origin.host, origin.port) else {
      return failure
    }
    return .unreachable(origin, reason: "\(reason) at \(place.host):\(place.port) (--connect-to)")
  }

  /// The addresses of an origin, all of which may be connected to: no other is ever tried.
  private func addresses(
    of origin: Origin,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> [SocketAddress] {
    if let known = shelf(origin).addresses { return known }
    // What counts is where the connection goes, not what the URL says.
    let place = ConnectTo.place(of: origin, by: routes)
    guard hosts.mayReach(place.host) else { throw .foreignHost(place.host, address: nil) }
    let found = try await lookUp(place, of: origin, &timings)
    if let stranger = hosts.stranger(among: found, of: place.host) {
      let address = stranger.numericHost
      throw .foreignHost(place.host, address: address == place.host ? nil : address)
    }
    if origin.scheme == .https, secured?.trust.verification == TLSTrust.Verification.none {
      guard found.allSatisfy({ NetworkAddress($0.octets).isLoopback }) else {
        throw .secureConnection("\(TLSError.verificationRequired(host: origin.host))")
      }
    }
    shelf(origin).addresses = found
    return found
  }

  private func lookUp(
    _ place: (host: String, port: Int),
    of origin: Origin,
    _ timings: inout Exchange.Timings
  ) async throws(TransportFailure) -> [SocketAddress] {
    let begun = loop.now
    do {
      // Names below localhost are this machine, whatever the system's resolver knows (RFC 6761
      // section 6.3).
      let host = place.host.lowercased().trimmingSuffix(".")
      let name = host == "localhost" || host.hasSuffix(".localhost") ? "localhost" : place.host
      let found = try await loop.offload(until: begun + connectLimit) { [lookUp] in
        try lookUp(name, place.port)
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
    let stream: SocketStream
    do throws(SystemError) {
      stream = try SocketStream(descriptor: Sys.connect(to: address), loop: loop)
    } catch {
      if error.isOutOfDescriptors { throw .outOfDescriptors }
      throw .unreachable(origin, reason: error.words)
    }
    do throws(TransportFailure) {
      stream.limit(to: deadline, failure: .connectTimedOut(origin, after: connectLimit))
      try await stream.finishConnecting(to: origin)
      return stream
    } catch {
      stream.close()
      throw error
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
