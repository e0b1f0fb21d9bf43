import Loop
import TestSupport
import Testing

@testable import HTTP

/// Answers with what it was asked.
private struct Mirror: RequestHandler {
  let loop: EventLoop

  func respond(to request: HTTPRequest) async -> HTTPResponse {
    switch request.url.path {
    case "/slow": try? await loop.sleep(for: .seconds(30))
    case "/nothing": return HTTPResponse(status: 204)
    default: break
    }
    let text = "\(request.method) \(request.url.target) \(request.body.count)"
    return HTTPResponse(status: 200, fields: ["X": "y"], body: Array(text.utf8))
  }
}

/// Runs `body` beside a server, stops it, and awaits the end of its `run`.
private func withServer(
  limits: MessageLimits = MessageLimits(),
  _ body: @escaping @Sendable (LoopbackServer, EventLoop) async throws -> Void
) async throws {
  try await onLoop(clock: .real) { loop in
    let server = try LoopbackServer(
      loop: loop,
      port: 0,
      handler: Mirror(loop: loop),
      limits: limits
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      do {
        try await body(server, loop)
      } catch {
        server.stop()
        throw error
      }
      server.stop()
      try await group.waitForAll()
    }
  }
}

/// What the server says to `text` until it closes, or until `count` answers have come.
private func answers(
  to text: String,
  of server: LoopbackServer,
  _ loop: EventLoop,
  until end: String
) async throws -> String {
  let addresses = try Sys.lookUp(host: "127.0.0.1", port: server.port)
  let stream = try SocketStream(descriptor: Sys.connect(to: addresses[0]), loop: loop)
  defer { stream.close() }
  stream.limit(to: loop.now + .seconds(20))
  try await stream.finishConnecting(to: Origin(scheme: .http, host: "", port: 1))
  try await stream.write(Array(text.utf8))
  var answer = ""
  while !answer.hasSuffix(end) || end.isEmpty {
    let isMore = try await stream.fill()
    answer += stream.input.withBytes { $0.text(0..<$0.count) }
    stream.input.consume(stream.input.count)
    if !isMore { break }
  }
  return answer
}

@Suite struct LoopbackServerTests {
  @Test func `requests are answered, on one connection`() async throws {
    try await withServer { server, loop in
      let url = try #require(HTTPURL("\(server.baseURL)/a?b=c"))
      let transport = SocketTransport(loop: loop)
      for round in 1...3 {
        let body = [UInt8](repeating: 0, count: round)
        let exchange = await transport.send(
          HTTPRequest(
            method: "POST",
            url: url,
            fields: ["Content-Length": "\(round)"],
            body: body
          ),
          due: nil,
          intent: Intent(.page)
        )
        #expect(exchange.response?.text == "POST /a?b=c \(round)")
        #expect(exchange.response?.fields["x"] == "y")
        #expect(exchange.timings.connection == 1)
      }
    }
  }

  @Test func `requests that are sent at once are answered in their order`() async throws {
    try await withServer { server, loop in
      let text =
        "GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
        + "HEAD /3 HTTP/1.1\r\n\r\nGET /nothing HTTP/1.1\r\n\r\nGET /5 HTTP/1.1\r\n"
        + "Connection: close\r\n\r\n"
      let answer = try await answers(to: text, of: server, loop, until: "")
      #expect(
        answer == """
          HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 8\r\n\r\nGET /1 0\
          HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 9\r\n\r\nPOST /2 2\
          HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 9\r\n\r\n\
          HTTP/1.1 204 No Content\r\n\r\n\
          HTTP/1.1 200 OK\r\nX: y\r\nConnection: close\r\nContent-Length: 8\r\n\r\nGET /5 0
          """
      )
    }
  }

  @Test(arguments: [
    ("hello\r\n\r\n", "400 Bad Request"),
    ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400 Bad Request"),
    ("POST / HTTP/1.1\r\nContent-Length: 2000\r\n\r\n", "413 Content Too Large"),
    (
      "GET / HTTP/1.1\r\nA: \(String(repeating: "x", count: 2000))\r\n\r\n", "413 Content Too Large"
    ),
  ])
  func `what cannot be read is refused, and its connection closed`(
    text: String,
    status: String
  ) async throws {
    try await withServer(limits: MessageLimits(headBytes: 1000, bodyBytes: 1000)) {
      server,
      loop in
      let answer = try await answers(to: text, of: server, loop, until: "")
      #expect(
        answer
          == "HTTP/1.1 \(status)\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
      )
    }
  }

  @Test func `a body that is too large is refused before it was sent`() async throws {
    try await withServer(limits: MessageLimits(bodyBytes: 1000)) { server, loop in
      let url = try #require(HTTPURL(server.baseURL))
      let size = 4 << 20
      let exchange = await SocketTransport(loop: loop).send(
        HTTPRequest(
          method: "POST",
          url: url,
          fields: ["Content-Length": "\(size)"],
          body: [UInt8](repeating: 0, count: size)
        ),
        due: nil,
        intent: Intent(.page)
      )
      #expect(exchange.status == 413)
    }
  }

  @Test func `a client that asks whether to send its body is told to`() async throws {
    try await withServer { server, loop in
      let head = "POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
      let answer = try await answers(to: head, of: server, loop, until: "\r\n\r\n")
      #expect(answer == "HTTP/1.1 100 Continue\r\n\r\n")
    }
  }

  @Test(arguments: [
    ("GET / HTTP/1.0\r\n\r\n", "close"),
    ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive"),
  ])
  func `a client of HTTP 1.0 is told whether its connection stays`(
    text: String,
    connection: String
  ) async throws {
    try await withServer { server, loop in
      let answer = try await answers(to: text, of: server, loop, until: "GET / 0")
      #expect(answer.contains("\r\nConnection: \(connection)\r\n"))
    }
  }

  @Test func `a whole URL as the target means its path`() async throws {
    try await withServer { server, loop in
      let text = "GET \(server.baseURL)/a?b HTTP/1.1\r\nConnection: close\r\n\r\n"
      let answer = try await answers(to: text, of: server, loop, until: "")
      #expect(answer.hasSuffix("\r\nGET /a?b 0"))
    }
  }

  @Test func `many clients are served at once`() async throws {
    try await withServer { server, loop in
      let url = try #require(HTTPURL(server.baseURL))
      let transport = SocketTransport(loop: loop)
      let answered = await withTaskGroup(of: Int.self) { group in
        for _ in 0..<200 {
          group.addTask {
            let request = HTTPRequest(method: "GET", url: url)
            let exchange = await transport.send(request, due: nil, intent: Intent(.page))
            return exchange.status == 200 ? 1 : 0
          }
        }
        return await group.reduce(0, +)
      }
      #expect(answered == 200)
    }
  }

  @Test func `stopping ends what runs, also with clients that wait`() async throws {
    try await withServer { server, loop in
      let url = try #require(HTTPURL("\(server.baseURL)/slow"))
      let transport = SocketTransport(loop: loop)
      let waiting = Task(executorPreference: loop) {
        await transport.send(
          HTTPRequest(method: "POST", url: url),
          due: nil,
          intent: Intent(.page)
        )
      }
      try await loop.sleep(for: .milliseconds(50))
      server.stop()
      #expect(await waiting.value.failure != nil)
      // Nobody listens any more.
      let exchange = await SocketTransport(loop: loop).send(
        HTTPRequest(method: "GET", url: url),
        due: nil,
        intent: Intent(.page)
      )
      #expect(exchange.failure != nil)
    }
  }

  @Test func `a server whose task is cancelled stops`() async throws {
    try await onLoop(clock: .real) { loop in
      let server = try LoopbackServer(loop: loop, port: 0, handler: Mirror(loop: loop))
      let running = Task(executorPreference: loop) { await server.run() }
      try await loop.sleep(for: .milliseconds(5))
      running.cancel()
      await running.value
    }
  }
}
