import HTTP
import Loop
import OAuth
import Okta
import SCIM
import TestSupport
import Testing
import World

@Suite struct AuthorizedSenderTests {
  private let request = SCIMRequest.create(.user, ["userName": "ada"])

  /// A sender with a living grant in front of an app that answers with these statuses.
  private func sender(
    _ loop: EventLoop,
    _ statuses: [Int],
    policy: RefreshPolicy = RefreshPolicy(),
    server: TokenServer? = nil
  ) async throws -> (AuthorizedSender, ScriptedTransport, TokenServer) {
    let server = server ?? TokenServer(loop: loop)
    let session = TokenSession.make(loop: loop, server: server, policy: policy)
    try await session.begin()
    let app = ScriptedTransport(loop: loop, answers: statuses.map { HTTPResponse(status: $0) })
    let sender = AuthorizedSender(
      transport: app,
      headers: OktaHeaders(baseURL: try #require(HTTPURL("https://app.test/scim"))),
      credential: .session(session)
    )
    return (sender, app, server)
  }

  /// F-39: the replay differs in its Authorization field only.
  @Test func `a rejected request is sent once more, with another token and nothing else changed`()
    async throws
  {
    try await onLoop { loop in
      let (sender, app, server) = try await sender(loop, [401, 201])

      let exchange = try await sender.send(request, about: nil, Cause(event: 3))

      #expect(exchange.status == 201)
      #expect(exchange.intent.attempt == 2)
      #expect(exchange.intent.token == "access_token#2")
      #expect(exchange.intent.event == 3)
      #expect(server.spent == ["r1"])
      var first = app.received[0]
      #expect(first.fields["Authorization"] == "Bearer a1")
      first.fields.set("Authorization", "Bearer a2")
      #expect(
        app.received
          == [first, first].enumerated().map { index, request in
            var request = request
            request.fields.set("Authorization", "Bearer a\(index + 1)")
            return request
          }
      )
    }
  }

  /// F-38: no third try.
  @Test func `a second 401 is final`() async throws {
    try await onLoop { loop in
      let (sender, app, server) = try await sender(loop, [401, 401, 200])
      let exchange = try await sender.send(request, about: nil, Cause())
      #expect(exchange.status == 401)
      #expect(app.received.count == 2)
      #expect(server.spent == ["r1"])
    }
  }

  @Test(arguments: [400, 403, 404, 409, 429, 500, 503])
  func `only a 401 asks for another token`(status: Int) async throws {
    try await onLoop { loop in
      let (sender, app, server) = try await sender(loop, [status])
      let exchange = try await sender.send(request, about: nil, Cause())
      #expect(exchange.status == status)
      #expect(app.received.count == 1)
      #expect(server.spent == [])
    }
  }

  @Test(arguments: [RefreshPolicy.Trigger.expiry, .never])
  func `a client that does not refresh on rejection takes the 401 as it is`(
    trigger: RefreshPolicy.Trigger
  ) async throws {
    try await onLoop { loop in
      let (sender, app, server) = try await sender(
        loop,
        [401],
        policy: .make { $0.trigger = trigger }
      )
      let exchange = try await sender.send(request, about: nil, Cause())
      #expect(exchange.status == 401)
      #expect(app.received.count == 1)
      #expect(server.spent == [])
    }
  }

  @Test func `a dead grant sends nothing`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop, script: [2: .success(.refusal("invalid_grant"))])
      let (sender, app, _) = try await sender(loop, [401], server: server)
      await #expect(throws: TokenSessionError.self) {
        try await sender.send(request, about: nil, Cause())
      }
      await #expect(throws: TokenSessionError.self) {
        try await sender.send(request, about: nil, Cause())
      }
      #expect(app.received.count == 1)
      #expect(server.spent == ["r1"])
    }
  }

  /// A refresh that is due comes before the request, so that the app sees no dead token.
  @Test func `an expired token is replaced before it is presented`() async throws {
    try await onLoop { loop in
      let (sender, app, server) = try await sender(loop, [201])
      try await loop.sleep(until: .seconds(100))
      _ = try await sender.send(request, about: nil, Cause())
      #expect(app.received.map { $0.fields["Authorization"] } == ["Bearer a2"])
      #expect(server.spent == ["r1"])
    }
  }

  // MARK: Looks

  /// Neither is it counted as use (F-34) nor does it ask for another token.
  @Test func `a look shows the living token and leaves no trace in the session`() async throws {
    try await onLoop { loop in
      let policy = RefreshPolicy.make { $0.margin = .seconds(3600) }
      let (sender, app, server) = try await sender(loop, [401, 200, 200], policy: policy)

      // Within the margin of a token that was used, which half a lifetime caps.
      try await loop.sleep(until: .seconds(40))
      let look = await sender.look(request, about: nil, Cause(occasion: .look))
      let first = try await sender.send(request, about: nil, Cause())

      #expect(look?.status == 401)
      #expect(look?.intent.token == "access_token#1")
      #expect(first.intent.token == "access_token#1")
      #expect(app.received.count == 2)
      #expect(server.spent == [])
    }
  }

  /// Before, at and after its end: it came after 10 ms and lives 60 s.
  @Test(arguments: [(60_009, true), (60_010, false), (60_011, false)])
  func `a look is made only while the token lives`(
    milliseconds: Int,
    isMade: Bool
  ) async throws {
    try await onLoop { loop in
      let (sender, app, server) = try await sender(loop, [200])
      try await loop.sleep(until: .milliseconds(milliseconds))

      let look = await sender.look(request, about: nil, Cause(occasion: .look))

      #expect((look != nil) == isMade)
      #expect(app.received.count == (isMade ? 1 : 0))
      #expect(server.spent == [])
    }
  }
}
