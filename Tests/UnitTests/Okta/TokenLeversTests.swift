import HTTP
import Loop
import OAuth
import Okta
import SCIM
import TestSupport
import Testing
import World

@Suite struct TokenLeversTests {
  private let request = SCIMRequest.create(.user, ["userName": "ada"])

  private struct Side {
    var sender: AuthorizedSender
    var app: ScriptedTransport
    var server: TokenServer
    var session: TokenSession
    var levers: TokenLevers

    /// The tokens that the app was shown.
    var shown: [String] {
      app.received.compactMap { $0.fields["Authorization"] }.map { String($0.dropFirst(7)) }
    }
  }

  /// In front of an app that takes a1, a2 and so on, and nothing else.
  private func side(
    _ loop: EventLoop,
    policy: RefreshPolicy = RefreshPolicy(),
    server: TokenServer? = nil
  ) async throws -> Side {
    let server = server ?? TokenServer(loop: loop)
    let session = TokenSession.make(loop: loop, server: server, policy: policy)
    let levers = TokenLevers(aliases: SecretAliases())
    let app = ScriptedTransport(loop: loop) { request, _ in
      let isGood = request.fields["Authorization"]?.contains(/^Bearer a[0-9]$/) ?? false
      return .success(HTTPResponse(status: isGood ? 200 : 401))
    }
    let sender = AuthorizedSender(
      transport: app,
      headers: OktaHeaders(baseURL: try #require(HTTPURL("https://app.test/scim"))),
      credential: .session(session),
      levers: levers
    )
    return Side(sender: sender, app: app, server: server, session: session, levers: levers)
  }

  @Test func `a spoiled token is presented once altered, and was not what the app rejected`()
    async throws
  {
    try await onLoop { loop in
      let side = try await side(loop)
      try await side.session.begin()
      await side.levers.spoil(side.session)
      await side.levers.spoil(side.session)

      let first = try await side.sender.send(request, about: nil, Cause())
      let second = try await side.sender.send(request, about: nil, Cause())

      #expect([first.status, second.status] == [200, 200])
      #expect(side.shown.count == 3)
      #expect(side.shown[0] != "a1")
      #expect(side.shown.dropFirst() == ["a2", "a2"])
      #expect(first.intent.attempt == 2)
      #expect(first.intent.deviation == nil)
      let lives = await side.session.lives
      #expect(lives.map { $0.prefix { $0 != "." } } == ["a1 replaced 0", "a2 alive"])
    }
  }

  @Test func `a spoiled token is altered for all callers until it is replaced`() async throws {
    try await onLoop { loop in
      let side = try await side(loop, policy: .make { $0.trigger = .expiry })
      try await side.session.begin()
      await side.levers.spoil(side.session)

      for _ in 0..<2 {
        let exchange = try await side.sender.send(request, about: nil, Cause())
        #expect(exchange.status == 401)
        #expect(exchange.intent.token == "access_token#1 altered")
        #expect(exchange.intent.deviation == .alteredToken)
      }
      // A look is about the token that the app gave.
      let look = await side.sender.look(request, about: nil, Cause(occasion: .look))
      #expect(look?.status == 200)
      try await loop.sleep(until: .seconds(100))
      #expect(try await side.sender.send(request, about: nil, Cause()).status == 200)
      #expect(side.server.spent == ["r1"])
    }
  }

  @Test func `workers with a spoiled token share one refresh`() async throws {
    try await onLoop { loop in
      let side = try await side(loop)
      try await side.session.begin()
      await side.levers.spoil(side.session)

      let statuses = try await withThrowingTaskGroup(of: Int?.self) { group in
        for _ in 0..<4 {
          group.addTask { try await side.sender.send(request, about: nil, Cause()).status }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }

      #expect(statuses == [200, 200, 200, 200])
      #expect(side.server.spent == ["r1"])
    }
  }

  /// Whatever the trigger: to have lost a token is not to have been rejected.
  @Test(arguments: [RefreshPolicy.Trigger.expiryAndRejection, .expiry, .rejection])
  func `a forgotten token is not presented again`(trigger: RefreshPolicy.Trigger) async throws {
    try await onLoop { loop in
      let side = try await side(loop, policy: .make { $0.trigger = trigger })
      try await side.session.begin()
      await side.levers.forget(side.session)
      // What is dropped cannot be spoiled.
      await side.levers.spoil(side.session)

      for _ in 0..<2 { _ = try await side.sender.send(request, about: nil, Cause()) }

      #expect(side.shown == ["a2", "a2"])
      #expect(side.server.spent == ["r1"])
    }
  }

  @Test func `workers with a forgotten token share one refresh`() async throws {
    try await onLoop { loop in
      let side = try await side(loop)
      try await side.session.begin()
      await side.levers.forget(side.session)

      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask { _ = try await side.sender.send(request, about: nil, Cause()) }
        }
        try await group.waitForAll()
      }

      #expect(side.shown == ["a2", "a2", "a2", "a2"])
      #expect(side.server.spent == ["r1"])
    }
  }

  @Test func `a token forgotten for a careless client is asked for once`() async throws {
    try await onLoop { loop in
      let side = try await side(
        loop,
        policy: .make { ($0.capMargin, $0.margin) = (false, .seconds(3600)) }
      )
      try await side.session.begin()
      await side.levers.forget(side.session)
      _ = try await side.sender.send(request, about: nil, Cause())
      #expect(side.shown == ["a2"])
      #expect(side.server.spent == ["r1"])
    }
  }

  @Test func `a policy that never refreshes has nothing in place of a forgotten token`()
    async throws
  {
    try await onLoop { loop in
      let side = try await side(loop, policy: .make { $0.trigger = .never })
      try await side.session.begin()
      await side.levers.forget(side.session)
      await #expect(throws: TokenSessionError.refreshForbidden) {
        try await side.sender.send(request, about: nil, Cause())
      }
      #expect(side.shown == [])
    }
  }

  @Test func `a forgotten token stays forgotten where no refresh succeeds`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop, script: [2: .failure(.closedBeforeAnswer)])
      let side = try await side(loop, server: server)
      try await side.session.begin()
      await side.levers.forget(side.session)
      await #expect(throws: TokenSessionError.self) {
        try await side.sender.send(request, about: nil, Cause())
      }
      _ = try await side.sender.send(request, about: nil, Cause())
      #expect(side.shown == ["a3"])
      #expect(side.server.spent == ["r1", "r1"])
    }
  }

  /// Neither lever outlives the token it was pulled for.
  @Test func `a new grant's token is neither spoiled nor forgotten`() async throws {
    try await onLoop { loop in
      let side = try await side(loop)
      await side.levers.spoil(side.session)
      await side.levers.forget(side.session)
      try await side.session.begin()
      await side.levers.spoil(side.session)
      await side.levers.forget(side.session)
      try await side.session.begin()
      _ = try await side.sender.send(request, about: nil, Cause())
      #expect(side.shown == ["a2"])
      #expect(side.server.spent == [])
    }
  }
}
