import HTTP
import JSON
import SampleApp
import TestSupport
import Testing

/// The app's SCIM 1.1 (drafts of 2012; Okta, SCIM 1.1 reference).
extension SampleAppTests {
  @Suite struct SCIM11Tests {
    private func linked(
      _ body: @escaping @Sendable (OldVisitor) async throws -> Void
    ) async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(SampleAppSettings(users: 2), loop: loop)
        try await body(OldVisitor(visitor: visitor, token: await visitor.tokens().access))
      }
    }

    @Test func `a user is shown in the words of 1_1`() async throws {
      try await linked { app in
        let created = await app.send(
          "POST",
          "/Users",
          #"{"schemas":["urn:scim:schemas:core:1.0"],"userName":"ada@example.com","#
            + #""urn:scim:schemas:extension:enterprise:1.0":{"department":"Engines"}}"#
        )
        #expect(created.status == 201)
        #expect(created.fields["Content-Type"] == "application/json")
        let id = created.json["id"]?.string ?? ""
        #expect(created.fields["Location"]?.hasSuffix("/scim/v1/Users/\(id)") == true)
        #expect(
          created.json["schemas"]
            == ["urn:scim:schemas:core:1.0", "urn:scim:schemas:extension:enterprise:1.0"]
        )
        #expect(
          created.json["urn:scim:schemas:extension:enterprise:1.0"]?["department"] == "Engines"
        )
        #expect(created.json["meta"]?["resourceType"] == nil)
        let list = await app.send("GET", "/Users?startIndex=1&count=2")
        #expect(list.json["totalResults"] == 3)
        #expect(list.json["schemas"] == ["urn:scim:schemas:core:1.0"])
      }
    }

    @Test func `an error is one of a list`() async throws {
      try await linked { app in
        let missing = await app.send("GET", "/Users/nobody")
        #expect(missing.status == 404)
        #expect(
          missing.json["Errors"] == [["description": "User nobody not found", "code": "404"]]
        )
      }
    }

    @Test func `a PATCH is a part of the resource`() async throws {
      try await linked { app in
        let users = (await app.send("GET", "/Users").json["Resources"]?.array ?? [])
          .compactMap { $0["id"]?.string }
        #expect(await app.send("PATCH", "/Users/\(users[0])", #"{"active":false}"#).status == 200)
        #expect(await app.send("GET", "/Users/\(users[0])").json["active"] == false)
        let group =
          await app.send("POST", "/Groups", #"{"displayName":"team"}"#).json["id"]?.string ?? ""
        func members(_ patch: String) async -> [String] {
          #expect(await app.send("PATCH", "/Groups/\(group)", patch).status == 200)
          return (await app.send("GET", "/Groups/\(group)").json["members"]?.array ?? [])
            .compactMap { $0["value"]?.string }
        }
        #expect(await members(#"{"members":[{"value":"\#(users[0])"}]}"#) == [users[0]])
        #expect(
          await members(
            #"{"members":[{"value":"\#(users[0])","operation":"delete"},{"value":"\#(users[1])"}]}"#
          ) == [users[1]]
        )
        #expect(
          await members(
            #"{"meta":{"attributes":["members"]},"members":[{"value":"\#(users[0])"}]}"#
          ) == [users[0]]
        )
        #expect(await members(#"{"meta":{"attributes":["members"]},"members":[]}"#) == [])
        #expect(await members(#"{"displayName":"crew"}"#) == [])
        #expect(await app.send("GET", "/Groups/\(group)").json["displayName"] == "crew")
      }
    }

    @Test func `the configuration stands under its old name`() async throws {
      try await linked { app in
        #expect(await app.send("GET", "/ServiceProviderConfigs").status == 200)
      }
    }

    /// Okta help, "SCIM messages" (on-prem agent), Get implemented user management capabilities.
    @Test func `the configuration names what Okta's agent may do`() async throws {
      try await linked { app in
        let configuration = await app.send("GET", "/ServiceProviderConfigs").json
        let schema = "urn:okta:schemas:scim:providerconfig:1.0"
        #expect(configuration["schemas"] == ["urn:scim:schemas:core:1.0", .string(schema)])
        #expect(
          configuration[schema]?["userManagementCapabilities"] == [
            "GROUP_PUSH", "IMPORT_NEW_USERS", "IMPORT_PROFILE_UPDATES", "PUSH_NEW_USERS",
            "PUSH_PASSWORD_UPDATES", "PUSH_PENDING_USERS", "PUSH_PROFILE_UPDATES",
            "PUSH_USER_DEACTIVATION", "REACTIVATE_USERS", "OPP_SCIM_INCREMENTAL_IMPORTS",
          ]
        )
      }
    }

    /// The app's users are there since the start of the run, 2026-01-01T00:00:00Z.
    @Test(arguments: [
      ("2025-12-31T23:59:59Z", 2), ("2026-01-01T00:00:00Z", 0), ("2025-12-31T23:59:59.999Z", 2),
      ("2026-01-01T00:00:01Z", 0),
    ])
    func `a list may be of what has changed since`(instant: String, count: Int) async throws {
      try await linked { app in
        let filter = "meta.lastModified%20gt%20%22\(instant.replacing(":", with: "%3A"))%22"
        let list = await app.send("GET", "/Users?filter=\(filter)&startIndex=1&count=100")
        #expect(list.json["totalResults"]?.integer == count)
      }
    }

    @Test(arguments: ["meta.lastModified%20gt%20%22today%22", "userName%20gt%20%22a%22"])
    func `nothing else is after something`(filter: String) async throws {
      try await linked { app in
        #expect(await app.send("GET", "/Users?filter=\(filter)").status == 400)
      }
    }

    /// Okta, SCIM 1.1 SPEC test, requests 3, 5 and 10.
    @Test func `what Okta's test wants besides the standard is there`() async throws {
      try await linked { app in
        let types = await app.send("GET", "/ResourceTypes").json
        #expect(types["schemas"] == ["urn:scim:schemas:core:1.0"])
        #expect(types["Resources"]?.array?.first?["schema"] == "urn:scim:schemas:core:1.0")
        let schemas = await app.send("GET", "/Schemas").json
        #expect(
          schemas["schemas"]
            == ["urn:scim:schemas:core:1.0", "urn:scim:schemas:core:1.0:ListResponse"]
        )
        #expect(schemas["Resources"]?.array?.first?["id"] == "urn:scim:schemas:core:1.0")
        let missing = await app.send("GET", "/Users/nobody").json
        #expect(missing["detail"] == "User nobody not found")
        #expect(missing["Errors"]?.array?.first?["code"] == "404")
      }
    }
  }
}

/// A client of SCIM 1.1.
struct OldVisitor: Sendable {
  var visitor: AppVisitor
  var token: String

  func send(_ method: String, _ path: String, _ body: String = "") async -> AppAnswer {
    await visitor.send(
      method,
      "/scim/v1" + path,
      fields: [
        "Content-Type": "application/json; charset=utf-8", "Authorization": "Bearer \(token)",
      ],
      body: body
    )
  }
}
