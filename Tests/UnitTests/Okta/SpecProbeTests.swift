import HTTP
import Loop
import Profiles
import TestSupport
import Testing
import World

@testable import Okta

/// The requests of Okta's SPEC test, against okta-behaviour section 11 and the test's own file.
@Suite struct SpecProbeTests {
  private static let user = #"{"id":"u 1","userName":"Runscope300Hn1@example.com","active":true}"#
  private static let error =
    #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"no"}"#

  private static let answers: [HTTPResponse] = [
    .scim(#"{"totalResults":9,"Resources":[{"id":"9"}]}"#), .scim(#"{"id":"9"}"#), .nobody,
    .scim(error, status: 404), .nobody, .scim(user, status: 201), .scim(user),
    .scim(error, status: 409), .nobody, .nobody, .scim(error, status: 401),
    .scim(error, status: 404),
  ]

  private func event(_ request: SpecRequest) -> LifecycleEvent {
    var clauses = Clauses()
    clauses.specRequest = request
    return LifecycleEvent(SpecProbe(clauses))
  }

  /// Performs all requests of both tests.
  private func okta(
    _ loop: EventLoop,
    _ answers: [HTTPResponse] = answers,
    _ capabilities: Set<Capability> = [.createUsers, .pushGroups],
    _ version: SCIMSettings.Version = .v2
  ) async -> OktaSide {
    var profile = IntegrationProfile.make(capabilities: capabilities)
    profile.scim.version = version
    let okta = OktaSide(loop: loop, profile: profile, answers: answers)
    for request in SpecRequest.allCases where request != .listEntitlements {
      await okta.perform(event(request))
    }
    return okta
  }

  @Test func `the twelve requests are Okta's`() async throws {
    try await onLoop { loop in
      let okta = await okta(loop)
      let users = "/t1/scim/Users"
      #expect(
        okta.lines() == [
          "GET \(users)?count=1&startIndex=1",
          "GET \(users)/9",
          "GET \(users)?filter=userName%20eq%20%22abcdefgh%40atko.com%22",
          "GET \(users)/010101001010101011001010101011",
          "GET \(users)?filter=userName%20eq%20%22Runscope300Hn1%40example.com%22",
          "POST \(users)",
          "GET \(users)/u%201",
          "POST \(users)",
          "GET \(users)?filter=userName%20eq%20%22RUNSCOPE300HN1%40example.com%22",
          "GET /t1/scim/Groups",
          "GET \(users)?filter=userName%20eq%20%22RUNSCOPE300HN1%40example.com%22",
          "GET \(users)/00919288221112222",
        ]
      )
      // Okta, SCIM 2.0 SPEC test, request 6: no password, externalId or groups.
      let name = "Hn1"
      let body =
        #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"#
        + #""userName":"Runscope300Hn1@example.com","name":{"givenName":"Runscope300","familyName":"\#(name)"},"#
        + #""emails":[{"primary":true,"value":"Runscope300Hn1@example.com","type":"work"}],"#
        + #""displayName":"Runscope300 \#(name)","active":true}"#
      #expect(okta.bodies() == [body, body])
      #expect((1...okta.log.count).allSatisfy { okta.log[$0]?.intent.occasion == .probe })
    }
  }

  @Test func `the test's fields are not those of Okta's provisioning`() async throws {
    try await onLoop { loop in
      let okta = await okta(loop)
      let received = okta.app.received
      #expect(
        received[0].head == [
          "Accept: application/scim+json",
          "Accept-Charset: utf-8",
          "Content-Type: application/scim+json; charset=utf-8",
          "User-Agent: OKTA SCIM Integration",
          "Authorization: Bearer pasted-token-1",
          "Host: app.test",
          "Connection: Keep-Alive",
          "Accept-Encoding: gzip,deflate",
        ]
      )
      #expect(
        received[5].head == [
          "Accept: application/scim+json; charset=utf-8",
          "Content-Type: application/json",
          "Authorization: Bearer pasted-token-1",
          "Content-Length: \(received[5].body.count)",
          "Host: app.test",
          "Connection: Keep-Alive",
          "Accept-Encoding: gzip,deflate",
        ]
      )
      // Okta, SCIM 2.0 SPEC test, request 11.
      #expect(received[10].fields["Authorization"] == "non-token")
    }
  }

  /// Those of 2.0 with what the app says of itself before them and without the last two.
  private static let oldAnswers: [HTTPResponse] =
    [.scim("{}"), .scim("{}", status: 405), .scim("{}"), .scim("{}", status: 405), .scim("{}")]
    + [.scim("{}", status: 405)] + answers.dropLast(2)

  /// Okta, SCIM 1.1 SPEC test (November 2016), as it stands in the file.
  @Test func `the sixteen requests of SCIM 1_1 are Okta's`() async throws {
    try await onLoop { loop in
      let okta = await okta(loop, Self.oldAnswers, [.createUsers, .pushGroups], .v1)
      let base = "/t1/scim"
      #expect(
        okta.lines() == [
          "GET \(base)/ServiceProviderConfigs",
          "POST \(base)/ServiceProviderConfigs",
          "GET \(base)/ResourceTypes",
          "POST \(base)/ResourceTypes",
          "GET \(base)/Schemas",
          "POST \(base)/Schemas",
          "GET \(base)/Users?count=1&startIndex=1",
          "GET \(base)/Users/9",
          "GET \(base)/Users?filter=userName%20eq%20%22abcdefgh%40atko.com%22",
          "GET \(base)/Users/010101001010101011001010101011",
          "GET \(base)/Users?filter=userName%20eq%20%22Runscope300Hn1%40example.com%22",
          "POST \(base)/Users",
          "GET \(base)/Users/u%201",
          "POST \(base)/Users",
          "GET \(base)/Users?filter=RUNSCOPE300HN1%40example.com",
          "GET \(base)/Groups",
        ]
      )
      let name = "Hn1"
      let body =
        #"{"schemas":["urn:scim:schemas:core:1.0"],"userName":"Runscope300Hn1@example.com","#
        + #""name":{"givenName":"Runscope300","familyName":"\#(name)"},"#
        + #""emails":[{"primary":true,"value":"Runscope300Hn1@example.com","type":"work"}],"#
        + #""displayName":"Runscope300 \#(name)","active":true}"#
      // The last write has no bytes.
      #expect(okta.bodies() == ["test", "test", body, body])
    }
  }

  @Test func `the fields of SCIM 1_1 are those of Okta's file`() async throws {
    try await onLoop { loop in
      let okta = await okta(loop, Self.oldAnswers, [.createUsers, .pushGroups], .v1)
      func head(_ number: Int) -> [String] {
        okta.app.received[number - 1].head.filter { field in
          !["Host", "Connection", "Accept-Encoding"].contains { field.hasPrefix("\($0):") }
        }
      }
      let agent = "User-Agent: OKTA SCIM Integration"
      let token = "Authorization: Bearer pasted-token-1"
      func typed(_ type: String) -> [String] {
        [
          "Accept: application/json", "Accept-Charset: utf-8",
          "Content-Type: application/\(type); charset=utf-8",
        ]
      }
      #expect(head(1) == typed("scim+json") + [agent, token])
      #expect(head(2) == typed("json") + [token, "Content-Length: 4"])
      #expect(head(3) == typed("json") + [agent, token])
      #expect(head(4) == typed("json") + [agent, token, "Content-Length: 4"])
      #expect(head(6) == typed("json") + [agent, token, "Content-Length: 0"])
      for number in [7, 8, 9, 10, 11, 13, 15, 16] {
        #expect(head(number) == typed("json") + [agent, token])
      }
      for number in [12, 14] {
        #expect(
          head(number) == [
            "Accept: application/json; charset=utf-8", "Content-Type: application/json", token,
            "Content-Length: \(okta.app.received[number - 1].body.count)",
          ]
        )
      }
    }
  }

  @Test func `groups are asked for where Okta would push or import them`() async throws {
    try await onLoop { loop in
      var answers = Self.answers
      answers.remove(at: 9)
      let okta = await okta(loop, answers, [.createUsers])
      #expect(okta.lines().count == 11)
      #expect(!okta.lines().contains { $0.contains("Groups") })
    }
  }

  /// Requests 2, 7 and 8.
  @Test func `nobody is read, or made again, where the app has named nobody`() async throws {
    try await onLoop { loop in
      var answers = Self.answers
      answers[0] = .nobody
      answers[5] = .scim(Self.error, status: 400)
      answers.removeSubrange(6...7)
      answers.remove(at: 1)
      let okta = await okta(loop, answers)
      #expect(okta.lines().count == 9)
      let ids = okta.lines().filter { $0.contains("/Users/") }
      #expect(
        ids
          == ["010101001010101011001010101011", "00919288221112222"].map {
            "GET /t1/scim/Users/\($0)"
          }
      )
    }
  }

  @Test(arguments: [
    (201, ["GET /t1/scim/Users/u%201", "PUT /t1/scim/Users/u%201"]),
    // Refused, it has made nobody.
    (400, []),
  ])
  func `the user whom the test makes is deactivated at the end`(
    status: Int,
    lines: [String]
  ) async throws {
    try await onLoop { loop in
      let made = HTTPResponse.scim(status == 201 ? Self.user : Self.error, status: status)
      let okta = OktaSide(loop: loop, answers: [made, .scim(Self.user), .scim(Self.user)])
      await okta.perform(event(.create))
      _ = await okta.provisioner.cleanUp()
      #expect(okta.lines(from: 2) == lines)
    }
  }
}
