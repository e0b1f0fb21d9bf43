import HTTP
import Loop
import Okta
import Profiles
import TestSupport
import Testing

@Suite struct TaskTests {
  private let nobody = HTTPResponse.nobody
  private let ada = HTTPResponse.scim(#"{"id":"7","userName":"ada","active":true}"#)
  private let made = HTTPResponse.scim(
    #"{"id":"7","userName":"ada","active":true}"#,
    status: 201
  )
  private let madeBob = HTTPResponse.scim(
    #"{"id":"8","userName":"bob","active":true}"#,
    status: 201
  )
  private let refused = HTTPResponse.scimError(400, "department is required")

  private func open(_ okta: OktaSide) -> [String] {
    okta.provisioner.tasks.open.map { "\($0.event.name) \($0.job.subject)" }
  }

  // MARK: Sentences

  /// Okta's sentence with the app's own behind it (Okta, support articles; lab captures, 2026-10).
  @Test(arguments: [
    (
      HTTPResponse.scimError(409, "ada exists"),
      "Conflict. Errors reported by remote server: ada exists"
    ),
    (.scim("", status: 201), "Create new user returned empty user."),
    (
      .json("<html>", status: 502, type: "text/html"),
      "Bad Gateway. Errors reported by remote server: Invalid JSON: Unexpected character ('<' (code 60)) … "
        + "line: 1, column: 2"
    ),
    (
      .json("error code: 502", status: 502, type: "text/plain"),
      "Bad Gateway. Errors reported by remote server: Invalid JSON: Unrecognized token 'error' … "
        + "line: 1, column: 6"
    ),
    (HTTPResponse(status: 500), "Internal Server Error"),
  ])
  func `a create that failed has Okta's sentence`(answer: HTTPResponse, reason: String) async throws
  {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [nobody, answer])
      let ending = await okta.perform(.assignAda)
      let start =
        "Automatic provisioning of user Ada Lovelace to app acme-chat failed: "
        + "Error while creating user Ada Lovelace: "
      #expect(ending.hasPrefix(start + reason), "\(ending)")
      #expect(open(okta) == ["assign ada"])
      #expect(okta.provisioner.tasks.open.first?.task.logEvent == .userPush)
    }
  }

  @Test func `an update of whom the app does not have fails with the words of a profile push`()
    async throws
  {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        answers: [nobody, made, .scimError(404, "user 7 not found")]
      )
      let ending = await okta.perform(.assignAda, .updateAda("lastName", "King"))
      #expect(
        ending == "Error while trying to push profile update for Ada King: Not Found. "
          + "Errors reported by remote server: user 7 not found"
      )
      #expect(okta.app.received.count == 3)
    }
  }

  /// Okta, SCIM FAQs: 60 s without a byte.
  @Test func `silence is a task`() async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(loop: loop) { _, _ in .failure(.silent(for: .seconds(60))) }
      let okta = OktaSide(loop: loop, profile: .make(), app: app)
      let ending = await okta.perform(.assignAda)
      #expect(ending.contains("Error while verifying if user Ada Lovelace exists: "))
      #expect(ending.contains("60 s"))
      #expect(open(okta) == ["assign ada"])
    }
  }

  @Test func `a refused credential is logged as such`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.scimError(401, "unknown token")])
      await okta.perform(.assignAda)
      let task = try #require(okta.provisioner.tasks.open.first?.task)
      #expect(
        task.message.hasSuffix("Unauthorized. Errors reported by remote server: unknown token")
      )
      #expect(task.logEvent == .authenticationFailure)
    }
  }

  /// Okta, event types; which act leaves which is inferred from their descriptions.
  @Test(arguments: [
    (Capability.createUsers, LifecycleEvent.assignAda, 1, 500, SystemLogEvent.userVerification),
    (.createUsers, .assignAda, 1, 406, .userSync),
    (.createUsers, .assignAda, 2, 409, .userPush),
    (.createUsers, .assignAda, 2, 401, .authenticationFailure),
    (.createUsers, .assignAda, 2, 429, .rateLimitExceeded),
    (.updateUsers, .updateAda("lastName", "King"), 3, 404, .profilePush),
    (.deactivateUsers, .deactivate("ada"), 4, 500, .userDeactivation),
    (
      .syncPassword, LifecycleEvent(PasswordPush(Clauses(person: "ada"))), 3, 500, .passwordPush
    ),
    (.importUsers, .saveConnection, 1, 500, .credentialsNotVerified),
    (.importUsers, .importUsers, 1, 500, .userImport),
    (.importGroups, .importGroups, 1, 500, .groupImport),
  ])
  func `a failure leaves an event in the System Log`(
    capability: Capability,
    event: LifecycleEvent,
    request: Int,
    status: Int,
    logged: SystemLogEvent
  ) async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(loop: loop) { sent, number in
        if number >= request { return .success(.scimError(status, "no")) }
        return .success(
          sent.method == "POST" ? made : sent.url.query?.hasPrefix("filter") == true ? nobody : ada
        )
      }
      let okta = OktaSide(
        loop: loop,
        profile: .make(
          capabilities: [.createUsers, .updateUsers, .deactivateUsers, capability],
          switches: ["createPassword": "none", "retryAttempts": "total"]
        ),
        app: app,
        budget: WaitBudget(nil)
      )
      if request > 2 { await okta.perform(.assignAda) }
      let outcome = await okta.provisioner.perform(event, number: 1)
      guard case .task(let task) = outcome.ending else {
        Issue.record("\(outcome.ending)")
        return
      }
      #expect(task.logEvent == logged)
    }
  }

  /// Okta, support article "Sync user in external application": FAILURE without a reason.
  @Test func `an app that refuses Okta's Accept fails without a reason`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [HTTPResponse(status: 406)])
      #expect(await okta.perform(.assignAda).contains("exists: null (Okta names no reason"))
    }
  }

  /// okta-behaviour 16.14; a lab drill with another capability off saw nothing sent.
  @Test(arguments: [("nothing", "success"), ("look-up", "failed: Matching user not found")])
  func `an assignment where creating is switched off`(value: String, ending: String) async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(
          capabilities: [.updateUsers],
          switches: ["createPassword": "none", "assignWithoutCreate": value]
        ),
        answers: [nobody]
      )
      #expect(await okta.perform(.assignAda).hasSuffix(ending))
      #expect(okta.app.received.count == (value == "look-up" ? 1 : 0))
    }
  }

  /// Who is found is linked.
  @Test func `an assignment without a create links whom the app has`() async throws {
    try await onLoop { loop in
      let found = HTTPResponse.list(#"{"id":"7","userName":"ada.n1@example.com","active":true}"#)
      let okta = OktaSide(
        loop: loop,
        profile: .make(
          capabilities: [.updateUsers],
          switches: ["createPassword": "none", "assignWithoutCreate": "look-up"]
        ),
        answers: [found, ada, ada]
      )
      #expect(await okta.perform(.assignAda) == "success")
      #expect(okta.lines().dropFirst() == ["GET /t1/scim/Users/7", "PUT /t1/scim/Users/7"])
    }
  }

  /// Okta, question 0D54z0000A4i091CQA.
  @Test(arguments: [("stop", 1), ("read", 2)])
  func `a look-up whose numbers are texts`(value: String, count: Int) async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(switches: ["createPassword": "none", "stringNumbers": value]),
        answers: [.scim(#"{"totalResults":0,"startIndex":"1","Resources":[]}"#), made]
      )
      let ending = await okta.perform(.assignAda)
      #expect((ending == "success") == (value == "read"), "\(ending)")
      #expect(okta.app.received.count == count)
    }
  }

  // MARK: The board

  @Test func `what fails again has one task, and what succeeds has none`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        answers: [
          nobody, made, ada, refused, ada, .scimError(400, "title is unknown"), ada, ada,
        ]
      )
      await okta.perform(.assignAda, .updateAda("title", "Countess"))
      #expect(open(okta) == ["update ada"])
      await okta.perform(.updateAda("title", "Lady"))
      #expect(open(okta) == ["update ada"])
      #expect(okta.provisioner.tasks.open[0].task.message.hasSuffix("title is unknown"))
      #expect(okta.provisioner.tasks.open[0].number == 2)

      let outcome = await okta.provisioner.perform(.updateAda("lastName", "King"), number: 3)

      #expect(outcome.openTasks == 0)
      #expect(outcome.resolved == [2])
      #expect(okta.bodies().last?.contains(#""title":"Lady""#) == true)
    }
  }

  /// A success that sent nothing has done nothing: deactivation has ended the assignment already.
  @Test func `an event with nothing to send resolves nothing`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(family: .oinPatch),
        answers: [nobody, made, refused]
      )
      await okta.perform(.assignAda, .deactivate("ada"), .unassign("ada"))
      #expect(okta.app.received.count == 3)
      #expect(open(okta) == ["deactivate ada"])
    }
  }

  @Test func `an admin's page leaves no task`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [.scimError(500, "down")])
      #expect(await okta.perform(.testCredentials).hasPrefix("Error authenticating"))
      #expect(okta.provisioner.tasks.count == 0)
    }
  }

  // MARK: Retry

  @Test func `tasks are tried again, deactivations first, in Okta's present view`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(family: .oinPatch),
        answers: [
          nobody, made, nobody, madeBob,
          // The update fails, then the deactivation.
          ada, refused, refused,
          // PATCH of Bob, GET and PUT of Ada.
          .scim("", status: 204), ada, ada,
        ]
      )
      await okta.perform(.assignAda, .assign("bob", []))
      await okta.perform(.updateAda("title", "Countess"), .deactivate("bob"))
      #expect(open(okta) == ["deactivate bob", "update ada"])

      let outcome = await okta.provisioner.perform(.retryTasks, number: 9)

      #expect(
        okta.lines(from: 8) == [
          "PATCH /t1/scim/Users/8", "GET /t1/scim/Users/7", "PUT /t1/scim/Users/7",
        ]
      )
      #expect(okta.bodies().last?.contains(#""title":"Countess""#) == true)
      #expect(outcome.isSuccess)
      #expect(outcome.openTasks == 0)
      #expect(outcome.resolved == [3, 2])
    }
  }

  @Test func `what fails again stays, and the rest is done`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(family: .oinPatch),
        answers: [
          nobody, made, nobody, madeBob, refused, refused, refused, .scim("", status: 204),
          .scim("", status: 204),
        ]
      )
      await okta.perform(.assignAda, .assign("bob", []))
      await okta.perform(.deactivate("ada"), .deactivate("bob"))

      let ending = await okta.perform(.retryTasks)

      #expect(ending.hasSuffix("Errors reported by remote server: department is required"))
      #expect(open(okta) == ["deactivate ada"])
      #expect(await okta.perform(.retryTasks) == "success")
      #expect(open(okta) == [])
      // With nothing open nothing is sent.
      #expect(await okta.perform(.retryTasks) == "success")
      #expect(okta.app.received.count == 9)
    }
  }

  @Test func `a create that failed is looked up again`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        answers: [nobody, .scimError(500, "down"), nobody, made]
      )
      await okta.perform(.assignAda)
      #expect(await okta.perform(.retryTasks) == "success")
      #expect(okta.lines(from: 3).map { $0.prefix(4) } == ["GET ", "POST"])
      #expect(okta.provisioner.directory["ada"]?.id == "7")
    }
  }

  /// Else a retry would give access to somebody who has left, or take it from who is back.
  @Test func `what nobody wants any more is not tried again`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(family: .oinPatch),
        answers: [
          nobody, made,
          // Deactivation fails; reactivation works.
          refused, .scim("", status: 204),
          // An update fails; then the assignment ends.
          ada, refused, .scim("", status: 204),
        ]
      )
      await okta.perform(.assignAda, .deactivate("ada"), .reactivate("ada"))
      #expect(open(okta) == ["deactivate ada"])
      #expect(await okta.perform(.retryTasks) == "success")
      #expect(open(okta) == [])
      await okta.perform(.updateAda("title", "Countess"), .unassign("ada"))
      #expect(open(okta) == ["update ada"])
      #expect(await okta.perform(.retryTasks) == "success")
      #expect(open(okta) == [])
      #expect(okta.app.received.count == 7)
    }
  }
}
