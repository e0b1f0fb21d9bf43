import HTTP
import Profiles
import TestSupport
import Testing

@testable import Okta

@Suite struct EventStepsTests {
  @Test func `each event that a scenario may have has its steps`() {
    let without = DescribedEvents.all.filter { !($0 is any OktaSteps.Type) }
    #expect(without.map { $0.form.name } == [])
  }

  @Test func `no event's line begins as another's does`() {
    let names = DescribedEvents.all.map { $0.form.name }
    #expect(Set(names).count == names.count)
  }

  // MARK: create P again

  private let nobody = HTTPResponse.nobody
  private let made = HTTPResponse.scim(
    #"{"id":"7","userName":"ada","title":"Countess"}"#,
    status: 201
  )

  /// Whatever the app says is for the judge.
  @Test(arguments: [200, 201, 400, 409, 500])
  func `a repeated create is one POST and changes nothing`(status: Int) async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        answers: [
          nobody, made, .scim(#"{"id":"8"}"#, status: status),
          .scim(#"{"id":"7","userName":"ada"}"#), .scim(#"{"id":"7"}"#),
        ]
      )
      await okta.perform(.assignAda)
      let before = okta.provisioner.directory["ada"]

      let ending = await okta.perform(
        .createAgain("ada", [AttributeChange(name: "login", value: "ADA@example.com")])
      )

      #expect(ending == "success")
      #expect(okta.lines(from: 3) == ["POST /t1/scim/Users"])
      #expect(okta.bodies(from: 3)[0].contains(#""userName":"ADA@example.com""#))
      let after = okta.provisioner.directory["ada"]
      #expect(after?.user == before?.user)
      #expect(after?.id == "7")
      #expect(after?.representation == before?.representation)
      let intent = try #require(okta.log.exchanges.last?.intent)
      #expect(intent.occasion == .probe)
      #expect(intent.deviation == .repeatedCreate)
      #expect(intent.act == .create)
      // The next push is of the person as before.
      await okta.perform(.updateAda("lastName", "King"))
      #expect(!okta.bodies(from: 4)[0].contains("ADA@example.com"))
    }
  }

  @Test func `a second user that a repeated create made is cleaned up beside the first`()
    async throws
  {
    try await onLoop { loop in
      let seven = HTTPResponse.scim(#"{"id":"7"}"#)
      let eight = HTTPResponse.scim(#"{"id":"8"}"#)
      let okta = OktaSide(
        loop: loop,
        answers: [nobody, made, .scim(#"{"id":"8"}"#, status: 201), seven, seven, eight, eight]
      )
      await okta.perform(.assignAda, .createAgain("ada", []))

      #expect(await okta.provisioner.cleanUp().left == [])

      #expect(
        okta.lines(from: 4) == [
          "GET /t1/scim/Users/7", "PUT /t1/scim/Users/7", "GET /t1/scim/Users/8",
          "PUT /t1/scim/Users/8",
        ]
      )
    }
  }

  @Test func `who is not there cannot be created again`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(loop: loop, answers: [nobody, .scimError(500, "down")])
      await okta.perform(.assignAda)
      let ending = await okta.perform(.createAgain("ada", []))
      #expect(ending.hasSuffix("the user has not been provisioned"))
      #expect(okta.lines(from: 3) == [])
    }
  }

  // MARK: create group G again

  private static var ofTeam: Clauses {
    var clauses = Clauses()
    clauses.group = "team"
    return clauses
  }

  private static let team = LifecycleEvent(GroupPush(ofTeam))
  private static let teamAgain = LifecycleEvent(RepeatedGroupCreate(ofTeam))

  /// Whatever the app says is for the judge.
  @Test(arguments: [200, 201, 400, 409, 500])
  func `a repeated create of a group is one POST and changes nothing`(status: Int) async throws {
    try await onLoop { loop in
      let team = #"{"id":"7","displayName":"team (n1)"}"#
      let okta = OktaSide(
        loop: loop,
        profile: .make(capabilities: [.pushGroups]),
        answers: [
          nobody, .scim(team, status: 201), .scim(team), .scim(team),
          .scim(#"{"id":"8"}"#, status: status),
        ]
      )
      await okta.perform(Self.team)
      let first = okta.bodies()

      #expect(await okta.perform(Self.teamAgain) == "success")

      #expect(okta.lines(from: 5) == ["POST /t1/scim/Groups"])
      #expect(okta.bodies(from: 5) == [first[0]])
      #expect(okta.provisioner.directory.group("team")?.id == "7")
      let intent = try #require(okta.log.exchanges.last?.intent)
      #expect(intent.occasion == .probe)
      #expect(intent.deviation == .repeatedCreate)
      #expect(intent.resource == .group)
    }
  }

  @Test func `a second group that a repeated create made is deleted beside the first`()
    async throws
  {
    try await onLoop { loop in
      let team = #"{"id":"7","displayName":"team (n1)"}"#
      let gone = HTTPResponse(status: 204)
      let okta = OktaSide(
        loop: loop,
        profile: .make(capabilities: [.pushGroups]),
        answers: [
          nobody, .scim(team, status: 201), .scim(team), .scim(team),
          .scim(#"{"id":"8"}"#, status: 201), gone, gone,
        ]
      )
      await okta.perform(Self.team, Self.teamAgain)

      #expect(await okta.provisioner.cleanUp().left == [])

      #expect(okta.lines(from: 6) == ["DELETE /t1/scim/Groups/7", "DELETE /t1/scim/Groups/8"])
    }
  }

  @Test func `a group that is not there cannot be created again`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(capabilities: [.pushGroups]),
        answers: [nobody, .scimError(400, "no")]
      )
      await okta.perform(Self.team)
      let ending = await okta.perform(Self.teamAgain)
      #expect(ending.hasSuffix("the group has not been pushed"))
      #expect(okta.lines(from: 3) == [])
    }
  }

  // MARK: lose answer

  @Test func `a create whose answer is lost fails, and the next assignment links`() async throws {
    try await onLoop { loop in
      let ada = #"{"id":"7","userName":"ada.n1@example.com"}"#
      let okta = OktaSide(
        loop: loop,
        answers: [
          nobody, .scim(ada, status: 201), .list(ada), .scim(ada), .scim(ada), .scim(ada),
          .scim(ada),
        ]
      )
      await okta.perform(.loseAnswer(ofNext: AwaitedRequest(.post, "/Users")))
      let ending = await okta.perform(.assignAda)

      #expect(ending.contains("the app closed the connection without an answer"))
      let lost = try #require(okta.log.exchanges.last)
      #expect(lost.fault == "lose answer")
      #expect(lost.intent.deviation == .lostAnswer)
      #expect(lost.failure == .closedBeforeAnswer)

      #expect(await okta.perform(.assignAda) == "success")
      #expect(
        okta.lines(from: 3).map { String($0.prefix { $0 != "?" }) } == [
          "GET /t1/scim/Users", "GET /t1/scim/Users/7", "PUT /t1/scim/Users/7",
        ]
      )
      // It is the run's own user all the same.
      #expect(await okta.provisioner.cleanUp().left == [])
      #expect(okta.lines(from: 6) == ["GET /t1/scim/Users/7", "PUT /t1/scim/Users/7"])
    }
  }

  @Test(arguments: [
    (AwaitedRequest(.post, "/Users"), "POST", "/Users", true),
    (AwaitedRequest(.post, "/Users"), "POST", "/Users/7", false),
    (AwaitedRequest(.post, "/Users"), "PUT", "/Users", false),
    (AwaitedRequest(.put, "/Users"), "PUT", "/Users/7", true),
    (AwaitedRequest(.put, "/Users"), "PUT", "/Users7", false),
    (AwaitedRequest(.patch, "/Users"), "PATCH", "/Users/7", true),
    (AwaitedRequest(.get, "/Users"), "GET", "/Users", true),
    (AwaitedRequest(.get, "/Users"), "GET", "/Users/7", true),
    (AwaitedRequest(.get, "/Groups"), "GET", "/Users", false),
  ])
  func `a request is waited for by method and path`(
    awaited: AwaitedRequest,
    method: String,
    path: String,
    isMet: Bool
  ) {
    #expect(awaited.isMet(by: method, path) == isMet)
  }

  /// It is not the scenario's to lose.
  @Test func `a look takes no awaited answer`() async throws {
    try await onLoop { loop in
      let ada = #"{"id":"7","userName":"ada.n1@example.com"}"#
      let okta = OktaSide(
        loop: loop,
        answers: [nobody, .scim(ada, status: 201), .scim(ada), .scim(ada)]
      )
      await okta.perform(.assignAda, .loseAnswer(ofNext: AwaitedRequest(.get, "/Users")))
      guard case .made(let number) = await okta.provisioner.look(at: "ada", event: nil) else {
        Issue.record("no look")
        return
      }
      #expect(okta.log[number]?.status == 200)
      #expect(await okta.perform(.updateAda("title", "x")).contains("without an answer"))
    }
  }
}
