import Loop
import TestSupport
import Testing
import World

@testable import HTTP

private func get(_ url: HTTPURL, method: String = "GET", body: [UInt8] = []) -> HTTPRequest {
  var fields: HTTPFields = ["Host": url.origin.hostField]
  if !body.isEmpty { fields.append("Content-Length", String(body.count)) }
  return HTTPRequest(method: method, url: url, fields: fields, body: body)
}

extension Transport {
  fileprivate func send(_ request: HTTPRequest) async -> Exchange {
    await send(request, due: nil, intent: Intent(.page))
  }
}

/// Runs `body` beside a scripted server.
private func withServer<T: Sendable>(
  _ scripts: [ScriptedServer.Step]...,
  silence: Duration = .seconds(20),
  wholeAnswer: Duration? = nil,
  limits: MessageLimits = MessageLimits(),
  connections: ConnectionPolicy = ConnectionPolicy(),
  _ body: @escaping @Sendable (ScriptedServer, SocketTransport, EventLoop) async throws -> T
) async throws -> T {
  try await onLoop(clock: .real) { loop in
    let server = try ScriptedServer(on: loop, scripts)
    defer { server.stop() }
    let transport = SocketTransport(
      loop: loop,
      timeouts: TransportTimeouts(
        connect: .seconds(20),
        silence: silence,
        wholeAnswer: wholeAnswer
      ),
      limits: limits,
      connections: connections
    )
    defer { transport.close() }
    return try await body(server, transport, loop)
  }
}

private let ok = ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

@Suite struct SocketTransportTests {
  // MARK: How many connections

  @Test(arguments: [1, 3])
  func `there are no more connections than were allowed, and everybody gets one`(
    most: Int
  ) async throws {
    let script = Array(
      repeating: [ScriptedServer.Step.takeRequest, .wait(.milliseconds(2)), ok],
      count: 20
    )
    let (exchanges, made) = try await withServer(
      script.flatMap(\.self) + [.takeAll],
      connections: ConnectionPolicy(most: most)
    ) { server, transport, loop in
      let exchanges = await withTaskGroup(of: Exchange.self) { group in
        for _ in 0..<12 {
          group.addTask(executorPreference: loop) { await transport.send(get(server.url)) }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      return (exchanges, server.connectionCount)
    }
    #expect(exchanges.compactMap(\.failure) == [])
    #expect(made == most)
    // Whoever waited was sent when there was a connection, not before.
    #expect(exchanges.count { $0.sent > $0.due } >= 12 - most)
  }

  @Test func `a connection for each exchange`() async throws {
    let made = try await withServer(
      [.takeRequest, ok, .takeAll],
      connections: ConnectionPolicy(isKept: false)
    ) { server, transport, _ in
      for _ in 0..<3 { #expect(await transport.send(get(server.url)).status == 200) }
      return server.connectionCount
    }
    #expect(made == 3)
  }

  @Test func `whoever is cancelled while waiting for a connection leaves it to the next`()
    async throws
  {
    try await withServer(
      [.takeRequest, .wait(.milliseconds(50)), ok, .takeRequest, ok, .takeAll],
      connections: ConnectionPolicy(most: 1)
    ) { server, transport, loop in
      let first = Task(executorPreference: loop) { await transport.send(get(server.url)) }
      await Task.yield()
      let second = Task(executorPreference: loop) { await transport.send(get(server.url)) }
      let third = Task(executorPreference: loop) { await transport.send(get(server.url)) }
      await Task.yield()
      second.cancel()
      #expect(await second.value.failure == .cancelled)
      #expect(await first.value.status == 200)
      #expect(await third.value.status == 200)
      #expect(server.connectionCount == 1)
    }
  }

  // MARK: Whom it connects to

  /// A name stands for what a look-up gives; one stranger among the addresses is enough.
  @Test(arguments: [
    (["127.0.0.1"], nil), (["::ffff:127.0.0.1"], nil),
    (["127.0.0.1", "93.184.216.34"], "93.184.216.34"),
    (["169.254.169.254"], "169.254.169.254"), (["fe80::1"], "fe80::1"),
    (["fd00:ec2::254", "127.0.0.1"], "fd00:ec2::254"), (["0.0.0.0"], "0.0.0.0"),
    (["::"], "::"), (["224.0.0.1"], "224.0.0.1"),
  ])
  func `a name is connected to where all its addresses are near`(
    addresses: [String],
    stranger: String?
  ) async throws {
    try await onLoop(clock: .real) { loop in
      let server = try ScriptedServer(on: loop, [[.takeRequest, ok, .takeAll]])
      defer { server.stop() }
      let transport = SocketTransport(loop: loop) { (host, port) throws(NameError) in
        #expect(host == "app")
        var found: [SocketAddress] = []
        for address in addresses { found += try Sys.lookUp(host: address, port: port) }
        return found
      }
      defer { transport.close() }
      var origin = server.url.origin
      origin.host = "app"
      let exchange = await transport.send(get(HTTPURL(origin: origin, target: "/")))
      #expect(exchange.failure == stranger.map { .foreignHost("app", address: $0) })
      #expect(server.connectionCount == (stranger == nil ? 1 : 0))
    }
  }

  @Test func `a name of the public tree is not even looked up`() async throws {
    try await onLoop(clock: .real) { loop in
      let transport = SocketTransport(loop: loop) { (_, _) throws(NameError) in
        Issue.record("it was looked up")
        return []
      }
      let url = try #require(HTTPURL("http://app.example.com/"))
      let exchange = await transport.send(get(url))
      #expect(exchange.failure == .foreignHost("app.example.com", address: nil))
    }
  }

  // MARK: Kept connections

  @Test func `a connection is kept for the next request`() async throws {
    try await withServer([.takeRequest, ok, .takeRequest, ok, .takeRequest, ok, .takeAll]) {
      server,
      transport,
      _ in
      var exchanges: [Exchange] = []
      for _ in 0..<3 { exchanges.append(await transport.send(get(server.url))) }

      #expect(exchanges.map(\.response?.text) == ["ok", "ok", "ok"])
      #expect(exchanges.map(\.timings.connection) == [1, 1, 1])
      #expect(exchanges.map { $0.timings.connect != nil } == [true, false, false])
      #expect(exchanges.map(\.timings.serverAddress) == Array(repeating: "127.0.0.1", count: 3))
      #expect(server.connectionCount == 1)
      for exchange in exchanges {
        #expect(exchange.due <= exchange.sent)
        #expect(exchange.sent <= exchange.received)
        let timings = exchange.timings
        #expect(timings.send >= .zero && timings.wait >= .zero && timings.receive >= .zero)
        #expect(timings.send + timings.wait + timings.receive <= exchange.received - exchange.sent)
      }
    }
  }

  @Test func `an answer that fills the reads exactly leaves its connection usable`() async throws {
    // 16 KiB are read at once; head and body together are that, and twice that.
    func text(_ size: Int) -> String {
      let head = "HTTP/1.1 200 OK\r\nContent-Length: \(size - 42)\r\n\r\n"
      #expect(head.utf8.count == 42)
      return head + String(repeating: "x", count: size - 42)
    }
    let script: [ScriptedServer.Step] = [
      .takeRequest, .send(text(16 << 10)), .takeRequest, .send(text(32 << 10)), .takeRequest, ok,
      .takeAll,
    ]
    try await withServer(script) { server, transport, _ in
      for size in [16 << 10, 32 << 10] {
        #expect(await transport.send(get(server.url)).response?.body.count == size - 42)
      }
      #expect(await transport.send(get(server.url)).timings.connection == 1)
    }
  }

  @Test(arguments: ["HTTP/1.1", "HTTP/1.0"])
  func `a connection that is to be closed is not used again`(version: String) async throws {
    let connection = version == "HTTP/1.1" ? "Connection: close\r\n" : ""
    let last = "\(version) 200 OK\r\n\(connection)Content-Length: 2\r\n\r\nok"
    try await withServer([.takeRequest, .send(last), .takeAll]) { server, transport, _ in
      #expect(await transport.send(get(server.url)).timings.connection == 1)
      #expect(await transport.send(get(server.url)).timings.connection == 2)
    }
  }

  @Test func `bytes that nobody asked for end a connection`() async throws {
    try await withServer(
      [.takeRequest, ok, .send("HTTP/1.1 500 Stray\r\n\r\n"), .takeAll],
      [.takeRequest, ok, .takeAll]
    ) { server, transport, loop in
      _ = await transport.send(get(server.url))
      try await loop.sleep(for: .milliseconds(20))
      let exchange = await transport.send(get(server.url))
      #expect(exchange.status == 200)
      #expect(exchange.timings.connection == 2)
    }
  }

  @Test func `a connection that the app closed while it was idle is not used`() async throws {
    try await withServer([.takeRequest, ok], [.takeRequest, ok, .takeAll]) {
      server,
      transport,
      loop in
      _ = await transport.send(get(server.url))
      while server.endedCount < 1 { try await loop.sleep(for: .milliseconds(1)) }
      try await loop.sleep(for: .milliseconds(5))
      let exchange = await transport.send(get(server.url, method: "POST"))
      #expect(exchange.status == 200)
      #expect(exchange.timings.connection == 2)
    }
  }

  @Test(arguments: [
    ("GET", true), ("PUT", true), ("DELETE", true), ("POST", false), ("PATCH", false),
  ])
  func `a request goes out again where a kept connection ends before a byte of its answer`(
    method: String,
    isRepeated: Bool
  ) async throws {
    try await withServer([.takeRequest, ok, .takeRequest], [.takeRequest, ok, .takeAll]) {
      server,
      transport,
      _ in
      _ = await transport.send(get(server.url))
      let exchange = await transport.send(get(server.url, method: method))
      if isRepeated {
        #expect(exchange.status == 200)
        #expect(exchange.timings.connection == 2)
        #expect(exchange.timings.connect != nil)
      } else {
        #expect(exchange.failure == .closedBeforeAnswer)
        #expect(exchange.timings.connection == 1)
      }
      #expect(server.connectionCount == (isRepeated ? 2 : 1))
    }
  }

  @Test func `a request is not repeated on a new connection, nor after a byte`() async throws {
    try await withServer([.takeRequest]) { server, transport, _ in
      #expect(await transport.send(get(server.url)).failure == .closedBeforeAnswer)
      #expect(server.connectionCount == 1)
    }
    try await withServer([.takeRequest, ok, .takeRequest, .send("H")]) { server, transport, _ in
      _ = await transport.send(get(server.url))
      #expect(await transport.send(get(server.url)).failure == .closedInsideAnswer)
      #expect(server.connectionCount == 1)
    }
  }

  // MARK: Answers that end badly

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", TransportFailure.closedInsideAnswer),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na", .closedInsideAnswer),
    ("HTTP/1.1 200 OK\r\nConte", .closedInsideAnswer),
    ("", .closedBeforeAnswer),
    (
      "hello\r\n\r\n",
      .malformedAnswer(
        "it starts with '\(Quotation("hello", upTo: 40))', not with a status line"
      )
    ),
    (
      "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
      .answerTooLarge("a body", limit: 100)
    ),
  ])
  func `an answer that is none is a failure`(
    text: String,
    failure: TransportFailure
  ) async throws {
    try await withServer(
      [.takeRequest, .send(text)],
      limits: MessageLimits(headBytes: 1000, bodyBytes: 100)
    ) { server, transport, _ in
      #expect(await transport.send(get(server.url)).failure == failure)
    }
  }

  @Test func `a body goes on until the connection ends, but not until it breaks`() async throws {
    let start = ScriptedServer.Step.send("HTTP/1.1 200 OK\r\n\r\nhello")
    try await withServer([.takeRequest, start]) { server, transport, _ in
      // The bytes and the end come together, and are told together.
      #expect(await transport.send(get(server.url)).response?.text == "hello")
    }
    try await withServer([.takeRequest, start, .wait(.milliseconds(20))]) { server, transport, _ in
      #expect(await transport.send(get(server.url)).response?.text == "hello")
    }
    try await withServer([.takeRequest, start, .wait(.milliseconds(20)), .reset]) {
      server,
      transport,
      _ in
      #expect(await transport.send(get(server.url)).failure == .closedInsideAnswer)
    }
  }

  @Test func `an answer that comes with the end of its connection is read`() async throws {
    // Many times, since what is told together with what is a matter of microseconds.
    try await withServer([.takeRequest, ok]) { server, transport, _ in
      for _ in 0..<300 {
        let exchange = await transport.send(get(server.url))
        #expect(exchange.response?.text == "ok")
      }
    }
  }

  @Test func `an answer comes in pieces`() async throws {
    let answer =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n"
    let steps = answer.utf8.flatMap { byte in
      [ScriptedServer.Step.sendBytes([byte]), .wait(.microseconds(200))]
    }
    try await withServer([.takeRequest] + steps + [.takeRequest, ok, .takeAll]) {
      server,
      transport,
      _ in
      let response = await transport.send(get(server.url)).response
      #expect(response?.text == "hello")
      #expect(response?.trailers == ["A": "b"])
      #expect(await transport.send(get(server.url)).timings.connection == 1)
    }
  }

  // MARK: Limits of time

  @Test func `an app that says nothing is given up, one that drips is not`() async throws {
    let limit = Duration.milliseconds(100)
    try await withServer([.takeAll], silence: limit) { server, transport, loop in
      let exchange = await transport.send(get(server.url))
      #expect(exchange.failure == .silent(for: limit))
      #expect(exchange.received - exchange.sent >= limit)
      // The connection is closed at once: the server sees its end.
      while server.endedCount < 1 { try await loop.sleep(for: .milliseconds(1)) }
    }
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    let drip = answer.utf8.flatMap { byte in
      [ScriptedServer.Step.sendBytes([byte]), .wait(.milliseconds(40))]
    }
    // Its 38 bytes take 1.5 s.
    try await withServer([.takeRequest] + drip, silence: .seconds(1)) {
      server,
      transport,
      _ in
      #expect(await transport.send(get(server.url)).status == 200)
    }
    try await withServer(
      [.takeRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"), .takeAll],
      silence: limit
    ) { server, transport, _ in
      #expect(await transport.send(get(server.url)).failure == .silent(for: limit))
    }
  }

  @Test func `an answer that comes and comes is given up in the end`() async throws {
    let drip = (0..<1000).flatMap { _ in [ScriptedServer.Step.send("x"), .wait(.milliseconds(20))] }
    let head = ScriptedServer.Step.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    let limit = Duration.milliseconds(300)
    try await withServer([.takeRequest, head] + drip, wholeAnswer: limit) { server, transport, _ in
      let exchange = await transport.send(get(server.url))
      #expect(exchange.failure == .unfinished(after: limit))
      #expect(exchange.received - exchange.sent >= limit)
    }
  }

  /// Our own stall: the answer has long come when the loop wakes up, with the limit behind it.
  @Test func `a loop that was kept busy finds what came meanwhile, not silence`() async throws {
    let limit = Duration.milliseconds(300)
    let late = ScriptedServer.Step.wait(.milliseconds(100))
    try await withServer([.takeRequest, late, ok, .takeAll], silence: limit) {
      server,
      transport,
      loop in
      async let exchange = transport.send(get(server.url))
      // Once the request is out, three limits long.
      try await loop.sleep(for: .milliseconds(20))
      let end = ContinuousClock.now + .milliseconds(900)
      while ContinuousClock.now < end {}
      #expect(await exchange.status == 200)
    }
  }

  /// An app that has nothing to say is silent, stall or not: it is given the time anew once.
  @Test func `a stall of ours is no excuse for ever`() async throws {
    let limit = Duration.milliseconds(300)
    try await withServer([.takeAll], silence: limit) { server, transport, loop in
      async let exchange = transport.send(get(server.url))
      try await loop.sleep(for: .milliseconds(20))
      let end = ContinuousClock.now + .milliseconds(900)
      while ContinuousClock.now < end {}
      #expect(await exchange.failure == .silent(for: limit))
    }
  }

  @Test func `time spent idle does not count as silence`() async throws {
    let limit = Duration.milliseconds(500)
    try await withServer([.takeRequest, ok, .takeRequest, ok, .takeAll], silence: limit) {
      server,
      transport,
      loop in
      #expect(await transport.send(get(server.url)).status == 200)
      try await loop.sleep(for: .milliseconds(800))
      let exchange = await transport.send(get(server.url))
      #expect(exchange.status == 200)
      #expect(exchange.timings.connection == 1)
    }
  }

  // MARK: Hosts that cannot be reached

  @Test func `a port where nobody listens refuses`() async throws {
    try await onLoop(clock: .real) { loop in
      let (descriptor, port) = try Sys.listenOnLoopback(port: 0)
      Sys.close(descriptor)
      let origin = Origin(scheme: .http, host: "127.0.0.1", port: port)
      let exchange = await SocketTransport(loop: loop).send(
        get(HTTPURL(origin: origin, target: "/"))
      )
      #expect(exchange.failure == .unreachable(origin, reason: "connection refused"))
      #expect(
        exchange.failure.map { "\($0)" }
          == "could not reach http://127.0.0.1:\(port): connection refused; is the app running?"
      )
    }
  }

  /// RFC 6761 section 6.3.
  @Test(arguments: ["acme.localhost", "LOCALHOST.", "localhost"])
  func `names below localhost are this machine`(host: String) async throws {
    try await withServer([.takeRequest, ok, .takeAll]) { server, transport, _ in
      var url = server.url
      url.origin.host = host
      #expect(await transport.send(get(url)).status == 200)
    }
  }

  @Test func `a host without an address cannot be reached`() async throws {
    try await onLoop(clock: .real) { loop in
      // RFC 6761 section 6.4: no name below "invalid" has an address.
      let origin = Origin(scheme: .http, host: "no-such-host.invalid", port: 80)
      let exchange = await SocketTransport(loop: loop, hosts: HostPolicy(owned: [origin.host]))
        .send(get(HTTPURL(origin: origin, target: "/")))
      guard case .unreachable(origin, _) = exchange.failure else {
        Issue.record("\(String(describing: exchange.failure))")
        return
      }
    }
  }

  @Test func `https without a provider is no secure connection`() async throws {
    try await onLoop(clock: .real) { loop in
      let origin = Origin(scheme: .https, host: "127.0.0.1", port: 1)
      let exchange = await SocketTransport(loop: loop).send(
        get(HTTPURL(origin: origin, target: "/"))
      )
      #expect(exchange.failure == .secureConnection("https is not available in this run"))
    }
  }

  // MARK: Cancellation

  @Test func `a cancelled task gives its exchange up at once`() async throws {
    try await withServer([.takeAll]) { server, transport, loop in
      let url = server.url
      let sending = Task(executorPreference: loop) { await transport.send(get(url)) }
      while server.connectionCount < 1 { try await loop.sleep(for: .milliseconds(1)) }
      sending.cancel()
      #expect(await sending.value.failure == .cancelled)
      while server.endedCount < 1 { try await loop.sleep(for: .milliseconds(1)) }
    }
  }

  @Test func `a task that is cancelled already sends nothing`() async throws {
    try await withServer([.takeRequest, ok, .takeAll]) { server, transport, loop in
      let url = server.url
      let sending = Task(executorPreference: loop) {
        withUnsafeCurrentTask { $0?.cancel() }
        return await transport.send(get(url))
      }
      #expect(await sending.value.failure == .cancelled)
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `a cancellation that comes late does not hit the next exchange`() async throws {
    let script = Array(repeating: [ScriptedServer.Step.takeRequest, ok], count: 400).flatMap { $0 }
    try await withServer(script + [.takeAll]) { server, transport, loop in
      let url = server.url
      // Cancelled from outside the loop, at any moment: its own exchange may fail, no other.
      for round in 0..<150 {
        let sending = Task(executorPreference: loop) { await transport.send(get(url)) }
        let canceller = Task(executorPreference: globalConcurrentExecutor) {
          for _ in 0..<(round * 20) { await Task.yield() }
          sending.cancel()
        }
        let exchange = await sending.value
        #expect(exchange.status == 200 || exchange.failure == .cancelled)
        let next = await transport.send(get(url))
        #expect(next.status == 200)
        await canceller.value
      }
    }
  }

  // MARK: Size and number

  @Test func `large bodies go both ways, in parts`() async throws {
    let size = 5 << 20
    let answer = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      for index in 0..<size { buffer[index] = UInt8(truncatingIfNeeded: index &* 31 ^ index >> 8) }
      count = size
    }
    try await withServer(
      [
        .takeRequest, .send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"),
        .sendBytes(answer), .takeRequest, ok, .takeAll,
      ]
    ) { server, transport, _ in
      let exchange = await transport.send(get(server.url, method: "POST", body: answer.reversed()))
      #expect(exchange.response?.body == answer)
      #expect(server.requests.first?.body == answer.reversed())
      #expect(await transport.send(get(server.url)).timings.connection == 1)
    }
  }

  @Test func `an app may answer before it has read the whole request`() async throws {
    let body = [UInt8](repeating: 0, count: 8 << 20)
    let refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
    // It reads nothing, so that the request is never written whole.
    try await withServer(
      [.send(refusal), .awaitConnection(2)],
      [.takeRequest, ok, .takeAll]
    ) { server, transport, _ in
      #expect(await transport.send(get(server.url, method: "POST", body: body)).status == 413)
      // Half a request stands on that connection.
      #expect(await transport.send(get(server.url)).timings.connection == 2)
    }
  }

  @Test func `a request goes on while its answer comes`() async throws {
    // The app reads on only once the client has read some megabytes of its answer.
    let size = 4 << 20
    let bytes = [UInt8](repeating: 7, count: size)
    try await withServer(
      [
        .send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"), .sendBytes(bytes),
        .takeRequest, .takeAll,
      ]
    ) { server, transport, _ in
      let exchange = await transport.send(get(server.url, method: "PUT", body: bytes))
      #expect(exchange.response?.body.count == size)
    }
  }

  @Test func `200 exchanges at once have their own connections and answers`() async throws {
    try await withServer(
      [.takeRequest, .awaitConnection(200), ok, .takeRequest, ok, .takeAll]
    ) { server, transport, _ in
      let url = server.url
      for round in 0..<2 {
        let connections = await withTaskGroup(of: Int?.self) { group in
          for _ in 0..<200 {
            group.addTask {
              let exchange = await transport.send(get(url))
              return exchange.response?.text == "ok" ? exchange.timings.connection : nil
            }
          }
          return await group.reduce(into: Set<Int>()) { set, number in
            if let number { set.insert(number) }
          }
        }
        if round == 0 { #expect(connections.count == 200) }
        #expect(connections.isSubset(of: Set(1...200)))
      }
      #expect(server.connectionCount == 200)
      #expect(server.requests.count == 400)
    }
  }

  @Test func `a transport that is let go of closes its connections`() async throws {
    try await onLoop(clock: .real) { loop in
      let server = try ScriptedServer(on: loop, [[.takeRequest, ok, .takeAll]])
      defer { server.stop() }
      #expect(await SocketTransport(loop: loop).send(get(server.url)).status == 200)
      while server.endedCount < 1 { try await loop.sleep(for: .milliseconds(1)) }
    }
  }

  // MARK: What goes out

  @Test func `a request goes out byte for byte`() async throws {
    try await onLoop(clock: .real) { loop in
      let server = try ScriptedServer(on: loop, [[.takeRequest, ok, .takeAll]])
      defer { server.stop() }
      let transport = SocketTransport(loop: loop)
      defer { transport.close() }
      var url = server.url
      url.target = "/a%20b?c=%C3%A9"
      let fields: HTTPFields = ["hOST": "x", "B": "1", "A": "2", "B": "3", "Content-Length": "2"]
      _ = await transport.send(
        HTTPRequest(method: "PATCH", url: url, fields: fields, body: [1, 2])
      )
      let request = try #require(server.requests.first)
      #expect(request.head.method == "PATCH")
      #expect(request.head.target == "/a%20b?c=%C3%A9")
      #expect(request.head.fields == fields)
      #expect(request.body == [1, 2])
    }
  }
}
