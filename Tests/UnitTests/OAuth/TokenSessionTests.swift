import HTTP
import Loop
import OAuth
import Okta
import TestSupport
import Testing
import World

@Suite struct TokenSessionTests {
  @Test func `workers rejected together share one refresh`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      let stale = try await session.token(for: Cause())

      let fresh = try await together(8) { try await session.rejected(stale) }

      #expect(fresh == Array(repeating: "a2", count: 8))
      #expect(server.spent == ["r1"])
      // The code exchange takes 10 ms, and so does the refresh.
      #expect(await session.lives == ["a1 rejected 0.02", "a2 alive"])
    }
  }

  @Test func `a late worker with the old token gets the new one without a refresh`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      let stale = try await session.token(for: Cause())
      _ = try await session.rejected(stale)

      let second = try await session.rejected(stale)

      #expect(second == "a2")
      #expect(server.spent == ["r1"])
    }
  }

  @Test func `parallel workers each spend the same refresh token`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(
        loop: loop,
        server: server,
        policy: .make { $0.concurrency = .parallel }
      )
      try await session.begin()
      let stale = try await session.token(for: Cause())

      let fresh = try await together(3) { try await session.rejected(stale) }

      #expect(fresh == ["a2", "a3", "a4"])
      #expect(server.spent == ["r1", "r1", "r1"])
      // Nobody rejected a2 and a3: each was replaced by the next.
      #expect(
        await session.lives
          == ["a1 rejected 0.02", "a2 replaced 0.02", "a3 replaced 0.02", "a4 alive"]
      )
    }
  }

  @Test func `a cancelled waiter does not end the refresh`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      let stale = try await session.token(for: Cause())
      let first = Task(executorPreference: loop) { try await session.rejected(stale) }
      try await loop.sleep(for: .milliseconds(1))
      let second = Task(executorPreference: loop) { try await session.rejected(stale) }
      try await loop.sleep(for: .milliseconds(1))

      first.cancel()

      #expect(try await second.value == "a2")
      #expect(server.spent == ["r1"])
    }
  }

  @Test(arguments: [RefreshPolicy.Concurrency.singleFlight, .parallel])
  func `closing ends a refresh under way, and every later call`(
    concurrency: RefreshPolicy.Concurrency
  ) async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(
        loop: loop,
        server: server,
        policy: .make { $0.concurrency = concurrency }
      )
      try await session.begin()
      let stale = try await session.token(for: Cause())
      let waiter = Task(executorPreference: loop) { try await session.rejected(stale) }
      try await loop.sleep(for: .milliseconds(4))

      await session.close()

      await #expect(throws: TokenSessionError.transport(.cancelled, exchange: 2)) {
        try await waiter.value
      }
      // Long before the answer would have come, at 20 ms.
      #expect(loop.now == .milliseconds(14))
      await #expect(throws: TokenSessionError.closed) { try await session.present() }
      await #expect(throws: TokenSessionError.closed) { try await session.begin() }
      #expect(await session.lives == ["a1 run-end 0.014"])
      #expect(server.requests.count == 2)
    }
  }

  @Test func `giving up a refresh leaves the session alive`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      let stale = try await session.token(for: Cause())
      let waiter = Task(executorPreference: loop) { try await session.rejected(stale) }
      try await loop.sleep(for: .milliseconds(4))

      await session.giveUpRefreshes()

      await #expect(throws: TokenSessionError.self) { try await waiter.value }
      #expect(loop.now == .milliseconds(14))
      #expect(await session.isAlive)
    }
  }

  // MARK: Rotation

  @Test(arguments: [
    (RefreshPolicy.KeepOldRefreshToken.whenAbsent, ["r1", "r2", "r3"]),
    (.always, ["r1", "r1", "r1"]),
  ])
  func `a rotated refresh token is spent next, but by the careless client`(
    keepOld: RefreshPolicy.KeepOldRefreshToken,
    spent: [String]
  ) async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(
        loop: loop,
        server: server,
        policy: .make { $0.keepOldRefreshToken = keepOld }
      )
      try await session.begin()

      for _ in 0..<3 {
        _ = try await session.refreshed()
      }

      #expect(server.spent == spent)
    }
  }

  @Test func `an answer without a refresh token keeps the old one`() async throws {
    try await onLoop { loop in
      let server = TokenServer(
        loop: loop,
        script: [2: .success(.tokens(access: "a2", refresh: nil))]
      )
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()

      for _ in 0..<2 {
        _ = try await session.refreshed()
      }

      #expect(server.spent == ["r1", "r1"])
    }
  }

  // MARK: Expiry

  @Test(arguments: [(59, "a1"), (60, "a2"), (61, "a2")])
  func `a 60 s token is refreshed from its sixtieth second on`(
    second: Int,
    value: String
  ) async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      // It came at 10 ms.
      try await loop.sleep(until: .milliseconds(10) + .seconds(second))

      #expect(try await session.present() == value)
    }
  }

  @Test func `an expired token ends as expired, one within the margin as replaced`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(
        loop: loop,
        server: server,
        policy: .make { $0.margin = .seconds(10) }
      )
      try await session.begin()
      _ = try await session.present()
      try await loop.sleep(until: .seconds(55))
      _ = try await session.present()
      try await loop.sleep(until: .seconds(155))
      _ = try await session.present()
      await session.close()

      #expect(
        await session.lives
          == ["a1 replaced 55.01", "a2 expired 115.01", "a3 run-end 155.01"]
      )
    }
  }

  @Test func `without a refresh token the old access token is tried until a 401`() async throws {
    try await onLoop { loop in
      let server = TokenServer(
        loop: loop,
        script: [1: .success(.tokens(access: "a1", refresh: nil))]
      )
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      try await loop.sleep(until: .seconds(100))

      #expect(try await session.present() == "a1")
      let token = try #require(await session.presentToken)
      #expect(try await session.rejected(token) == nil)

      await #expect(throws: TokenSessionError.noRefreshToken) { try await session.refreshed() }
      #expect(server.requests.count == 1)
    }
  }

  @Test func `a missing expires_in is a failure where the policy says so`() async throws {
    try await onLoop { loop in
      let server = TokenServer(
        loop: loop,
        script: [1: .success(.tokens(access: "a1", refresh: "r1", expiresIn: nil))]
      )
      let strict = TokenSession.make(
        loop: loop,
        server: server,
        policy: .make { $0.missingExpiresIn = .fail }
      )
      await #expect(throws: TokenSessionError.expiresInMissing(exchange: 1)) {
        try await strict.begin()
      }

      let other = TokenServer(
        loop: loop,
        script: [1: .success(.tokens(access: "a1", refresh: "r1", expiresIn: nil))]
      )
      let patient = TokenSession.make(loop: loop, server: other)
      try await patient.begin()
      try await loop.sleep(until: .seconds(1_000_000))
      #expect(try await patient.present() == "a1")
    }
  }

  @Test func `a skipped clock makes a refresh due, and the record keeps the run's time`()
    async throws
  {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let clock = OrgClock(run: loop)
      let session = TokenSession.make(loop: loop, server: server, clock: clock)
      try await session.begin()
      clock.skip(.seconds(59))
      #expect(try await session.present() == "a1")
      clock.skip(.seconds(1))
      #expect(try await session.present() == "a2")

      let history = await session.history
      #expect(history.map(\.receivedAt) == [.milliseconds(10), .milliseconds(20)])
      #expect(history.map(\.token.receivedAt) == [.milliseconds(10), .milliseconds(60_020)])
      #expect(await session.lives == ["a1 expired 0.02", "a2 alive"])
    }
  }

  // MARK: Triggers

  typealias Habit = (trigger: RefreshPolicy.Trigger, onExpiry: String, onRejection: String?)

  @Test(
    arguments: [
      (.expiryAndRejection, "a2", "a3"), (.expiry, "a2", nil), (.rejection, "a1", "a2"),
      (.never, "a1", nil),
    ] as [Habit]
  )
  func `each trigger has its own habit`(habit: Habit) async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(
        loop: loop,
        server: server,
        policy: .make { $0.trigger = habit.trigger }
      )
      try await session.begin()
      try await loop.sleep(until: .seconds(100))

      let token = try await session.token(for: Cause())
      #expect(token.value.exposed() == habit.onExpiry)
      #expect(try await session.rejected(token) == habit.onRejection)
    }
  }

  @Test(arguments: [
    TokenSession.Renewal.refreshToken(), .clientCredentials(scopes: ["scim"]),
  ])
  func `the policy never forbids every refresh`(renewal: TokenSession.Renewal) async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(
        loop: loop,
        server: server,
        policy: .make { $0.trigger = .never },
        renewal: renewal
      )
      try await session.begin()
      await #expect(throws: TokenSessionError.refreshForbidden) { try await session.refreshed() }
    }
  }

  @Test func `a client of its own right asks again with its own credentials`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(
        loop: loop,
        server: server,
        renewal: .clientCredentials(scopes: ["scim"])
      )
      try await session.begin(.clientCredentials(scopes: ["scim"]), for: Cause())
      try await loop.sleep(until: .seconds(100))

      #expect(try await session.present() == "a2")
      #expect(
        server.requests.map(\.grant) == [
          .clientCredentials(scopes: ["scim"]), .clientCredentials(scopes: ["scim"]),
        ]
      )
    }
  }

  // MARK: The end of a grant

  /// F-37: one confirmed invalid_grant, then silence.
  @Test func `twenty events on a dead grant make one refresh`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop, script: [2: .success(.refusal("invalid_grant"))])
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      try await loop.sleep(until: .seconds(100))

      let errors = await withTaskGroup(of: TokenSessionError?.self) { group in
        for _ in 0..<10 {
          group.addTask {
            do throws(TokenSessionError) {
              _ = try await session.token(for: Cause())
              return nil
            } catch {
              return error
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let refusal = TokenResponseError.refused(
        status: 400,
        error: "invalid_grant",
        errorDescription: nil
      )
      #expect(errors == Array(repeating: .response(refusal, exchange: 2), count: 10))
      for _ in 0..<10 {
        let error = await #expect(throws: TokenSessionError.self) {
          try await session.present()
        }
        #expect(
          error?.description
            == "the grant has ended (the app refused the token request: HTTP 400 invalid_grant); "
            + "an admin has to re-authenticate"
        )
      }
      #expect(server.spent == ["r1"])
      #expect(await !session.isAlive)
      #expect(await session.lives == ["a1 expired 60.01"])
    }
  }

  typealias Failure = (answer: Result<HTTPResponse, TransportFailure>, isAlive: Bool)

  @Test(
    arguments: [
      (.success(.refusal("unauthorized_client")), false),
      (.success(.refusal("invalid_client", status: 401)), true),
      (.success(.refusal("invalid_grant", status: 500)), true),
      (.success(.refusal("temporarily_unavailable", status: 503)), true),
      (.success(HTTPResponse(status: 408)), true),
      (.success(HTTPResponse(status: 429)), true),
      (.success(HTTPResponse(status: 200)), true),
      (.failure(.closedBeforeAnswer), true),
      (.failure(.silent(for: .seconds(60))), true),
    ] as [Failure]
  )
  func `only the words of RFC 6749, section 5_2, end a grant`(failure: Failure) async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop, script: [2: failure.answer])
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      await #expect(throws: TokenSessionError.self) { try await session.refreshed() }

      #expect(await session.isAlive == failure.isAlive)
      if failure.isAlive {
        #expect(try await session.refreshed() == "a3")
        #expect(server.spent == ["r1", "r1"])
      }
    }
  }

  @Test func `a new authorization revives a dead grant`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop, script: [2: .success(.refusal("invalid_grant"))])
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      await #expect(throws: TokenSessionError.self) { try await session.refreshed() }

      try await session.begin()

      #expect(try await session.present() == "a3")
      #expect(await session.history.map(\.grant) == [1, 2])
    }
  }

  @Test(arguments: [HTTPResponse.tokens(access: "a2", refresh: "r2"), .refusal("invalid_grant")])
  func `a refresh of the old grant cannot touch the new one`(answer: HTTPResponse) async throws {
    try await onLoop { loop in
      let server = TokenServer(
        loop: loop,
        script: [2: .success(answer)],
        delays: [2: .milliseconds(50)]
      )
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()
      let stale = try await session.token(for: Cause())
      let worker = Task(executorPreference: loop) { try await session.rejected(stale) }
      try await loop.sleep(for: .milliseconds(5))

      // An admin re-authenticates; the worker's refresh ends after that.
      try await session.begin()

      #expect(try await worker.value == "a3")
      #expect(try await session.present() == "a3")
      #expect(await session.lives == ["a1 replaced 0.025", "a3 alive"])
      #expect(await session.history.map(\.grant) == [1, 2])
    }
  }

  // MARK: A token request now

  /// F-19: callers who want a new one at the same moment get the same.
  @Test func `a token request now is shared, and the token before it was replaced`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(loop: loop, server: server)
      try await session.begin()

      #expect(try await together(3) { try await session.refreshed() } == ["a2", "a2", "a2"])
      #expect(try await session.present() == "a2")
      #expect(await session.lives == ["a1 replaced 0.02", "a2 alive"])
    }
  }

  @Test func `nothing is presented before there is a grant`() async throws {
    try await onLoop { loop in
      let server = TokenServer(loop: loop)
      let session = TokenSession.make(loop: loop, server: server)

      await #expect(throws: TokenSessionError.noGrant) { try await session.present() }
      await #expect(throws: TokenSessionError.noGrant) { try await session.refreshed() }
      #expect(server.requests.isEmpty)
    }
  }

  // MARK: Helpers

  /// What `count` callers get who ask at the same moment, in the order of their answers.
  private func together(
    _ count: Int,
    _ ask: @escaping @Sendable () async throws -> String?
  ) async throws -> [String?] {
    try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<count { group.addTask { try await ask() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }
}
