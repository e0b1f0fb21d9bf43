import Loop

/// An HTTP/1.1 server that listens on 127.0.0.1 and nowhere else.
///
/// Belongs to its loop's thread, hence unchecked.
package final class LoopbackServer: ReadinessObserver, @unchecked Sendable {
  private let loop: EventLoop
  private let handler: any RequestHandler
  private let limits: MessageLimits
  private let secured: (provider: any TLSProvider, identity: TLSIdentity)?
  private let listener: Int32
  package let port: Int
  private var mayAccept = true
  private var acceptor: UnsafeContinuation<Void, Never>?
  private var isStopped = false
  private var streams: [Int32: SocketStream] = [:]

  /// Listens at once; connections are served by `run`.
  ///
  /// Only on the loop's thread.
  ///
  /// - Parameter port: 0 for any free one.
  package init(
    loop: EventLoop,
    port: Int,
    handler: any RequestHandler,
    limits: MessageLimits = MessageLimits(),
    secured: (provider: any TLSProvider, identity: TLSIdentity)? = nil
  ) throws(SystemError) {
    self.loop = loop
    self.handler = handler
    self.limits = limits
    self.secured = secured
    (listener, self.port) = try Sys.listenOnLoopback(port: port)
    do throws(SystemError) {
      try loop.watch(listener, self)
    } catch {
      Sys.close(listener)
      throw error
    }
  }

  package var baseURL: String {
    "\(secured == nil ? "http" : "https")://127.0.0.1:\(port)"
  }

  package func becameReady(_ readiness: Readiness) {
    mayAccept = true
    acceptor?.resume()
    acceptor = nil
  }

  /// Serves until `stop`, or until the task is cancelled; ends when the last connection has ended.
  package func run() async {
    await withTaskCancellationHandler {
      await acceptConnections()
    } onCancel: {
      stop()
    }
  }

  private func acceptConnections() async {
    await withDiscardingTaskGroup { connections in
      while !isStopped {
        do throws(SystemError) {
          guard let descriptor = try Sys.accept(listener) else {
            mayAccept = false
            await waitForConnection()
            continue
          }
          Sys.setNoDelay(descriptor)
          let stream = try SocketStream(descriptor: descriptor, loop: loop)
          streams[descriptor] = stream
          connections.addTask { await self.serve(stream) }
        } catch {
          // Out of descriptors: one must be free before another can come, and nobody tells when
          // that is. The listener does not either: what waits there has been told.
          try? await loop.sleep(for: .milliseconds(50))
        }
      }
      // Their connections are closed: nobody waits for what a handler still does.
      connections.cancelAll()
    }
  }

  /// Ends `run`: no more connections, and those that are open are closed.
  package func stop() {
    loop.onLoop { [self] in
      guard !isStopped else { return }
      isStopped = true
      loop.forget(listener)
      Sys.close(listener)
      acceptor?.resume()
      acceptor = nil
      for stream in Array(streams.values) { stream.close() }
    }
  }

  private func waitForConnection() async {
    guard !mayAccept, !isStopped else { return }
    await withUnsafeContinuation { acceptor = $0 }
  }

  private func serve(_ stream: SocketStream) async {
    defer {
      streams[stream.descriptor] = nil
      stream.close()
      // A descriptor is free again.
      becameReady(.readable)
    }
    do throws(TransportFailure) {
      if let secured { try await secure(stream, secured) }
      while !isStopped, try await serveOne(stream) {}
    } catch {
      // The client is gone or broke the protocol; there is nobody left to tell.
    }
  }

  private func secure(
    _ stream: SocketStream,
    _ secured: (provider: any TLSProvider, identity: TLSIdentity)
  ) async throws(TransportFailure) {
    let session: any TLSSession
    do throws(TLSError) {
      session = try secured.provider.makeServerSession(
        descriptor: stream.descriptor,
        identity: secured.identity
      )
    } catch {
      throw .secureConnection("\(error)")
    }
    try await stream.secure(with: session)
  }

  /// Serves one request; gives whether another may follow on the connection.
  private func serveOne(_ stream: SocketStream) async throws(TransportFailure) -> Bool {
    var parser = MessageParser(.request, limits: limits)
    var wasInvited = false
    do throws(MessageParser.Failure) {
      while try !parser.advance(&stream.input) {
        let isMore: Bool
        do throws(TransportFailure) {
          // A client that asks before it sends a body waits for this (RFC 9110 section 10.1.1).
          if parser.hasHead, !wasInvited, parser.head.fields.contains("Expect") {
            try await stream.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
          }
          wasInvited = parser.hasHead
          isMore = try await stream.fill()
        } catch {
          return false
        }
        guard isMore else { return false }
      }
    } catch {
      try await refuse(error, on: stream)
      return false
    }
    let request = HTTPRequest(
      method: parser.head.method,
      url: url(parser.head.target),
      fields: parser.head.fields,
      body: parser.body
    )
    var response = await handler.respond(to: request)
    if !parser.keepsConnection {
      response.fields.set("Connection", "close")
    } else if parser.head.minorVersion == 0 {
      response.fields.set("Connection", "keep-alive")
    }
    try await stream.write(LoopbackServer.encode(response, toMethod: request.method))
    return parser.keepsConnection
  }

  /// The URL of a request target, which is a path or, from a client that takes this for a proxy, a
  /// whole URL (RFC 9112 section 3.2.2).
  private func url(_ target: String) -> HTTPURL {
    if !target.hasPrefix("/"), let url = HTTPURL(target) { return url }
    let scheme: Origin.Scheme = secured == nil ? .http : .https
    return HTTPURL(origin: Origin(scheme: scheme, host: "127.0.0.1", port: port), target: target)
  }

  private func refuse(
    _ failure: MessageParser.Failure,
    on stream: SocketStream
  ) async throws(TransportFailure) {
    let status = if case .tooLarge = failure { 413 } else { 400 }
    let refusal = HTTPResponse(status: status, fields: ["Connection": "close"])
    try await stream.write(LoopbackServer.encode(refusal, toMethod: "GET"))
    // Closing while the client still sends would reset the connection, and could cost it the
    // refusal (RFC 9112 section 9.6).
    stream.endWriting()
    stream.limit(to: loop.now + .seconds(1))
    var rest = 16 << 20
    while rest > 0, try await stream.fill() {
      rest -= stream.input.count
      stream.input.consume(stream.input.count)
    }
  }

  private static func encode(_ response: HTTPResponse, toMethod method: String) -> [UInt8] {
    var fields = response.fields
    let hasBody = response.status != 204 && response.status != 304
    if hasBody { fields.set("Content-Length", String(response.body.count)) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(64 + fields.bytes.count + response.body.count)
    bytes.append(contentsOf: "HTTP/1.1 \(response.status) \(response.reason)\r\n".utf8)
    bytes.append(contentsOf: fields.bytes)
    bytes.append(contentsOf: "\r\n".utf8)
    if hasBody, method != "HEAD" { bytes.append(contentsOf: response.body) }
    return bytes
  }
}
