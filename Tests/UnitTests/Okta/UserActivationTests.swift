import HTTP
import Loop
import Okta
import Profiles
import TestSupport
import Testing
import World

@Suite struct UserActivationTests {
  private let held =
    #"{"id":"u1","externalId":"the app's own","userName":"ada","x":1.0,"active":true}"#
  private let user = "/t1/scim/Users/u1"
  private let lookUp =
    "GET /t1/scim/Users?filter=userName%20eq%20%22ada.n1%40example.com%22&startIndex=1&count=100"

  private func side(
    _ loop: EventLoop,
    _ family: AppFamily,
    switches: [String: String] = [:],
    lookUp: [HTTPResponse] = [.nobody]
  ) -> OktaSide {
    // The first look-up finds nobody; later ones what the test says.
    let lookUps = lookUp
    let app = ScriptedTransport(loop: loop) { [held] request, number in
      if request.url.query?.hasPrefix("filter") == true {
        return .success(number == 1 ? .nobody : lookUps.last ?? .nobody)
      }
      return .success(request.method == "POST" ? .scim(held, status: 201) : .scim(held))
    }
    return OktaSide(loop: loop, profile: .make(family: family, switches: switches), app: app)
  }

  /// A captured PUT of Okta's equals the server's own example apart from `active`.
  @Test(
    arguments: [AppFamily.aiw, .oinPut, .onPrem],
    [LifecycleEvent.deactivate("ada"), .unassign("ada")]
  )
  func `by PUT the app's own representation goes back, with active false`(
    family: AppFamily,
    event: LifecycleEvent
  ) async throws {
    try await onLoop { loop in
      let okta = side(loop, family)
      #expect(await okta.perform(.assignAda, event) == "success")
      #expect(okta.lines(from: 3) == ["GET \(user)", "PUT \(user)"])
      #expect(okta.bodies(from: 3) == [held.replacing(#""active":true"#, with: #""active":false"#)])
    }
  }

  /// Okta, SCIM 2.0 reference: lower-case op, no path; one lab's summary has path active.
  @Test(arguments: [
    ("none", #"{"op":"replace","value":{"active":false}}"#),
    ("active", #"{"op":"replace","path":"active","value":false}"#),
  ])
  func `by PATCH one request goes out`(path: String, operation: String) async throws {
    try await onLoop { loop in
      let okta = side(loop, .oinPatch, switches: ["deactivatePath": path])
      #expect(await okta.perform(.assignAda, .deactivate("ada")) == "success")
      #expect(okta.lines(from: 3) == ["PATCH \(user)"])
      #expect(
        okta.bodies(from: 3) == [
          #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[\#(operation)]}"#
        ]
      )
    }
  }

  @Test func `a refused PATCH is not tried as a PUT`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(family: .oinPatch),
        answers: [.nobody, .scim(held, status: 201), HTTPResponse(status: 501)]
      )
      // An Okta engineer, 2018: a server that answers 501 to PATCH gets no PUT.
      #expect(
        await okta.perform(.assignAda, .deactivate("ada"))
          == "Automatic provisioning of user Ada Lovelace to app acme-chat failed: "
          + "Error while deactivating user Ada Lovelace: Not Implemented"
      )
      #expect(okta.lines().count == 3)
    }
  }

  @Test func `an answer of 204 to a PATCH is as good`() async throws {
    try await onLoop { loop in
      let okta = OktaSide(
        loop: loop,
        profile: .make(family: .oinPatch),
        answers: [.nobody, .scim(held, status: 201), HTTPResponse(status: 204)]
      )
      #expect(await okta.perform(.assignAda, .deactivate("ada")) == "success")
      #expect(okta.provisioner.directory["ada"]?.isActive == false)
    }
  }

  @Test(
    arguments: [
      (.aiw, ["GET /t1/scim/Users/u1", "PUT /t1/scim/Users/u1"]),
      (.oinPatch, ["PATCH /t1/scim/Users/u1"]),
    ] as [(AppFamily, [String])]
  )
  func `a person who returns is activated by the id that is known`(
    family: AppFamily,
    lines: [String]
  ) async throws {
    try await onLoop { loop in
      let okta = side(loop, family)
      await okta.perform(.assignAda, .deactivate("ada"))
      let before = okta.lines().count
      #expect(await okta.perform(.reactivate("ada")) == "success")
      #expect(okta.lines(from: before + 1) == lines)
      #expect(okta.bodies().last?.contains(#""active":true"#) == true)
    }
  }

  @Test func `who is deactivated has no assignment left to remove`() async throws {
    try await onLoop { loop in
      let okta = side(loop, .aiw)
      await okta.perform(.assignAda, .deactivate("ada"))
      let before = okta.lines().count
      #expect(await okta.perform(.unassign("ada")) == "success")
      #expect(okta.lines().count == before)
    }
  }

  @Test func `assigned again without a look-up, profile and status go to the known id`()
    async throws
  {
    try await onLoop { loop in
      let okta = side(loop, .oinPatch, switches: ["reassignLookUp": "false"])
      await okta.perform(.assignAda, .unassign("ada"))
      let before = okta.lines().count
      #expect(await okta.perform(.assign("ada", [])) == "success")
      #expect(
        okta.lines(from: before + 1) == [
          "GET /t1/scim/Users/u1", "PUT /t1/scim/Users/u1", "PATCH /t1/scim/Users/u1",
        ]
      )
    }
  }

  @Test func `an assignment after an unassignment looks up, links and activates`() async throws {
    try await onLoop { loop in
      let okta = side(
        loop,
        .aiw,
        lookUp: [.list(#"{"id":"u1","userName":"ada.n1@example.com","active":false}"#)]
      )
      await okta.perform(.assignAda, .unassign("ada"))
      let before = okta.lines().count
      #expect(await okta.perform(.assignAda) == "success")
      // Okta devforum 27262: filter, GET, PUT, GET, PUT.
      #expect(
        okta.lines(from: before + 1)
          == [lookUp, "GET \(user)", "PUT \(user)", "GET \(user)", "PUT \(user)"]
      )
    }
  }

  // MARK: Clean-up

  /// Of two users, one inactive already, at an app that deletes, does not, or has done so by itself.
  @Test(
    arguments: [
      (CleanUpMode.delete, 204, ["DELETE u2", "DELETE u1"], 0, 2, nil),
      (.delete, 404, ["DELETE u2", "DELETE u1"], 0, 0, nil),
      (.delete, 405, ["DELETE u2", "GET u2", "PUT u2"], 2, 0, "Method Not Allowed"),
      (.deactivate, 204, ["GET u2", "PUT u2"], 2, 0, nil),
      (.none, 204, [], 0, 0, nil),
    ] as [(CleanUpMode, Int, [String], Int, Int, String?)]
  )
  func `clean-up deletes where it is asked to and the app can`(
    mode: CleanUpMode,
    status: Int,
    sent: [String],
    inactive: Int,
    deleted: Int,
    noDelete: String?
  ) async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(loop: loop) { [held] request, number in
        let isAda = request.url.path.hasSuffix("u1") || number == 2
        let user = isAda ? held : held.replacing("u1", with: "u2")
        if request.url.query != nil { return .success(.nobody) }
        if request.method == "POST" { return .success(.scim(user, status: 201)) }
        if request.method == "DELETE" { return .success(HTTPResponse(status: status)) }
        let isOff = request.method == "PUT"
        return .success(.scim(isOff ? user.replacing("true", with: "false") : user))
      }
      let okta = OktaSide(loop: loop, profile: .make(), app: app)
      await okta.perform(
        .assignAda,
        .unassign("ada"),
        .assign("bob", [AttributeChange(name: "lastName", value: "B")])
      )
      let before = okta.log.exchanges.count
      let report = await okta.provisioner.cleanUp(mode)
      let lines = okta.log.exchanges.dropFirst(before).map {
        "\($0.request.method) \($0.request.url.path.split(separator: "/").last ?? "")"
      }
      #expect(lines == sent)
      #expect(report.inactive == inactive && report.deleted == deleted)
      #expect(report.noDelete == noDelete)
      #expect(report.left == [])
      #expect(okta.log.exchanges.dropFirst(before).allSatisfy { $0.intent.occasion == .cleanUp })
    }
  }

  @Test func `a user whom the app has deleted is not left active`() async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(loop: loop) { [held] request, number in
        if request.url.query != nil { return .success(.nobody) }
        if request.method == "POST" { return .success(.scim(held, status: 201)) }
        return .success(HTTPResponse(status: 404))
      }
      let okta = OktaSide(loop: loop, profile: .make(), app: app)
      await okta.perform(.assignAda)
      #expect(await okta.provisioner.cleanUp() == CleanUpReport())
    }
  }

  @Test func `clean-up deactivates what this run made, and names what it could not`() async throws {
    try await onLoop { loop in
      let app = ScriptedTransport(loop: loop) { [held] request, number in
        if request.url.query != nil { return .success(.nobody) }
        if request.method == "POST" {
          return .success(.scim(held.replacing("u1", with: "u\(number)"), status: 201))
        }
        if request.url.path.hasSuffix("u4") { return .failure(.closedBeforeAnswer) }
        let answer = request.method == "PUT" ? held.replacing("true", with: "false") : held
        return .success(.scim(answer))
      }
      let okta = OktaSide(loop: loop, profile: .make(), app: app)
      await okta.perform(
        .assignAda,
        .assign("bob", [AttributeChange(name: "lastName", value: "B")])
      )
      let report = await okta.provisioner.cleanUp()

      #expect(
        okta.lines(from: 5) == [
          "GET /t1/scim/Users/u2", "PUT /t1/scim/Users/u2", "GET /t1/scim/Users/u4",
        ]
      )
      #expect(
        report.left.map(\.words) == [
          "bob (bob.n1@example.com, id u4) was left active: the app closed the connection without an "
            + "answer"
        ]
      )
      #expect(report.inactive == 1 && report.deleted == 0)
      #expect(okta.log.exchanges.suffix(3).allSatisfy { $0.intent.occasion == .cleanUp })
    }
  }
}
