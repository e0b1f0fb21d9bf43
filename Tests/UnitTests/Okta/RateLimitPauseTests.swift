import HTTP
import Loop
import Okta
import Profiles
import TestSupport
import Testing

@Suite struct RateLimitPauseTests {
  private let nobody = HTTPResponse.nobody
  private let made = HTTPResponse.scim(#"{"id":"7","userName":"ada"}"#, status: 201)

  private func limited(_ retryAfter: String?) -> HTTPResponse {
    HTTPResponse(status: 429, fields: retryAfter.map { ["Retry-After": $0] } ?? [:])
  }

  /// When each request went out, in whole seconds since the start.
  private func seconds(_ okta: OktaSide) -> [Int64] {
    okta.log.exchanges.map(\.sent.components.seconds)
  }

  @Test(arguments: [
    ("7", [0, 0, 7]), (nil, [0, 0, 300]), ("1.5", [0, 0, 300]),
    ("Fri, 31 Dec 2027 23:59:59 GMT", [0, 0, 300]),
  ])
  func `a request that met a limit is sent again after Okta's wait`(
    retryAfter: String?,
    expected: [Int64]
  ) async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [nobody, limited(retryAfter), made])

      #expect(await okta.perform(.assignAda) == "success")

      #expect(seconds(okta) == expected)
      #expect(okta.bodies()[0] == okta.bodies()[1])
      let intents = okta.log.exchanges.map(\.intent)
      #expect(intents.map(\.attempt) == [1, 1, 2])
      #expect(
        intents.map(\.repetition) == [nil, nil, .rateLimit(after: .seconds(expected[2]))]
      )
      #expect(okta.provisioner.directory["ada"]?.id == "7")
    }
  }

  /// 7 + 14 + 28 = 49.
  @Test func `each further limit doubles the wait`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        answers: [nobody, limited("7"), limited("1"), limited(nil), made]
      )
      #expect(await okta.perform(.assignAda) == "success")
      #expect(seconds(okta) == [0, 0, 7, 21, 49])
    }
  }

  @Test(arguments: [("total", 10), ("after-first", 11)])
  func `after ten tries a task is left`(counting: String, tries: Int) async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(switches: ["createPassword": "none", "retryAttempts": counting]),
        answers: [nobody] + Array(repeating: limited("1"), count: 12)
      )

      let ending = await okta.perform(.assignAda)

      #expect(okta.app.received.count == 1 + tries)
      #expect(okta.log.exchanges.last?.intent.attempt == tries)
      #expect(
        ending == "Automatic provisioning of user Ada Lovelace to app acme-chat failed: "
          + "Error while creating user Ada Lovelace: Too Many Requests"
      )
      let task = try #require(okta.provisioner.tasks.open.first)
      #expect(task.task.logEvent == .rateLimitExceeded)
      #expect(okta.provisioner.tasks.count == 1)
    }
  }

  @Test func `the scale shortens the wait, and nothing else`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(switches: ["createPassword": "none", "rateLimitScale": "0.01"]),
        answers: [nobody, limited(nil), limited(nil), made]
      )
      #expect(await okta.perform(.assignAda) == "success")
      #expect(seconds(okta) == [0, 0, 3, 9])
    }
  }

  /// What a budget of 120 s holds, and what not: two waits of 40 s and 80 s fill it.
  @Test(arguments: [
    ("40", 4, "success"),
    (
      "41", 3,
      "the app answered POST /t1/scim/Users with 429 and Retry-After: 41: Okta would wait 82 s and try "
        + "again, which is more than is left of the budget of 120 s: raise the app's limit for the "
        + "test, run with --jobs 1, raise --budget, or shorten the wait with --set okta.rateLimitScale=0.01"
    ),
    (
      "3600", 2,
      "the app answered POST /t1/scim/Users with 429 and Retry-After: 3600: Okta would wait 3600 s and "
        + "try again, which is more than is left of the budget of 120 s: raise the app's limit for "
        + "the test, run with --jobs 1, raise --budget, or shorten the wait with --set okta.rateLimitScale=0.01"
    ),
  ])
  func `what is beyond the budget is not waited for, and said`(
    retryAfter: String,
    requests: Int,
    expected: String
  ) async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(
        loop: loop,
        answers: [nobody, limited(retryAfter), limited(retryAfter), made]
      )
      let okta = OktaSide(
        loop: loop,
        profile: .make(),
        app: app,
        budget: WaitBudget(.seconds(120))
      )
      #expect(await okta.perform(.assignAda) == expected)
      #expect(app.received.count == requests)
      // Nobody failed: the run did not wait.
      #expect(okta.provisioner.tasks.count == 0)
    }
  }

  /// An admin sees the answer; the concept page names jobs alone.
  @Test func `the test of a connection waits for nothing`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [limited("1"), nobody])
      #expect(await okta.perform(.testCredentials) == "Error authenticating: Too Many Requests")
      #expect(okta.app.received.count == 1)
      #expect(okta.provisioner.tasks.count == 0)
    }
  }

  @Test(arguments: [("5", 6, true), ("6", 4, false)])
  func `the clean-up waits shortly, and says who was left`(
    retryAfter: String,
    requests: Int,
    isClean: Bool
  ) async throws {
    try await onLoop { loop in
      let user = HTTPResponse.scim(#"{"id":"7","userName":"ada","active":true}"#)
      let okta = OktaSide(
        loop: loop,
        answers: [
          nobody, made, user, limited(retryAfter), limited(retryAfter),
          .scim(#"{"id":"7","userName":"ada","active":false}"#),
        ]
      )
      await okta.perform(.assignAda)
      let report = await okta.provisioner.cleanUp()
      #expect(okta.app.received.count == requests)
      #expect(report.left.isEmpty == isClean)
      if !isClean { #expect(report.left.first?.reason == "Too Many Requests") }
    }
  }
}
