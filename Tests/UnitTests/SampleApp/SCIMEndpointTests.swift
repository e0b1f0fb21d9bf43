import HTTP
import JSON
import Loop
import SampleApp
import TestSupport
import Testing

extension SampleAppTests {
  @Suite struct SCIMEndpointTests {
    static let errorSchema: JSONValue = ["urn:ietf:params:scim:api:messages:2.0:Error"]

    /// What Okta sends to create a user.
    ///
    /// Okta, "SCIM 2.0 reference", Create Users.
    static func user(_ name: String) -> String {
      """
      {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"\(name)",
      "name":{"givenName":"Ada","familyName":"Lovelace"},
      "emails":[{"primary":true,"value":"\(name)","type":"work"}],
      "displayName":"Ada Lovelace","locale":"en-US","externalId":"00u1",
      "groups":[],"password":"1mz050nq","active":true}
      """
    }

    /// A visitor with a link to an app.
    private func linked(
      _ settings: SampleAppSettings = SampleAppSettings(),
      _ body: @escaping @Sendable (LinkedVisitor) async throws -> Void
    ) async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(settings, loop: loop)
        let token = await visitor.tokens().access
        try await body(LinkedVisitor(visitor: visitor, token: token))
      }
    }

    // MARK: Access

    // RFC 6750 section 3.1: no error code where nothing was sent.
    @Test func `a missing token, a bad one and an expired one are told apart`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(
          SampleAppSettings(accessTokenLifetime: .seconds(2)),
          loop: loop
        )
        let token = await visitor.tokens().access
        try await loop.sleep(for: .seconds(2))

        let missing = await visitor.scim("GET", "/Users", token: nil)
        let bad = await visitor.scim("GET", "/Users", token: "made-up")
        let expired = await visitor.scim("GET", "/Users", token: token)

        #expect(missing.fields["WWW-Authenticate"] == "Bearer realm=\"sample\"")
        for answer in [bad, expired] {
          let challenge = answer.fields["WWW-Authenticate"] ?? ""
          #expect(challenge.hasPrefix("Bearer realm=\"sample\", error=\"invalid_token\", "))
        }
        for answer in [missing, bad, expired] {
          #expect(answer.status == 401)
          #expect(answer.json["schemas"] == Self.errorSchema)
          #expect(answer.json["status"] == "401")
          #expect(answer.json["detail"]?.string?.isEmpty == false)
        }
      }
    }

    @Test(arguments: [(1_999, 200), (2_000, 401), (2_001, 401)])
    func `a 2 s token expires at its second second`(milliseconds: Int, status: Int) async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(
          SampleAppSettings(accessTokenLifetime: .seconds(2)),
          loop: loop
        )
        let token = await visitor.tokens().access
        try await loop.sleep(for: .milliseconds(milliseconds))
        #expect(await visitor.status(token) == status)
      }
    }

    // MARK: Users

    // Okta's SCIM 2.0 SPEC test, requests 5 to 9.
    @Test func `a user is looked up, created, found and not created twice`() async throws {
      try await linked { app in
        let filter = "/Users?filter=userName%20eq%20%22ada%40example.com%22&startIndex=1&count=100"
        let before = await app.get(filter)
        #expect(before.status == 200)
        #expect(before.json["totalResults"] == 0)

        let created = await app.post("/Users", Self.user("ada@example.com"))
        let id = try #require(created.json["id"]?.string)
        #expect(created.status == 201)
        #expect(created.fields["Content-Type"] == "application/scim+json")
        let location = "http://127.0.0.1:8080/scim/v2/Users/\(id)"
        #expect(created.fields["Location"] == location)
        #expect(created.json["meta"]?["location"] == .string(location))
        #expect(created.json["meta"]?["created"] == "2026-01-01T00:00:00Z")
        #expect(created.json["active"] == true)
        #expect(created.json["groups"] == [])
        #expect(created.json["password"] == nil)

        #expect(await app.get("/Users/\(id)").json == created.json)
        let upper = "/Users?filter=username+EQ+%22ADA%40EXAMPLE.COM%22"
        #expect(await app.get(upper).json["Resources"]?.array == [created.json])

        let again = await app.post("/Users", Self.user("Ada@Example.com"))
        #expect(again.status == 409)
        #expect(again.json["scimType"] == "uniqueness")
        #expect(again.json["status"] == "409")
      }
    }

    @Test(arguments: [
      ("{\"userName\":", "invalidSyntax"), ("[]", "invalidSyntax"), ("{}", "invalidValue"),
      ("{\"userName\":7}", "invalidValue"),
      ("{\"userName\":\"a\",\"active\":\"no\"}", "invalidValue"),
      ("{\"userName\":\"a\",\"emails\":\"a@b\"}", "invalidValue"),
    ])
    func `a body that is wrong is refused`(body: String, scimType: String) async throws {
      try await linked { app in
        let answer = await app.post("/Users", body)
        #expect(answer.status == 400)
        #expect(answer.json["scimType"] == .string(scimType))
      }
    }

    @Test(arguments: ["/Users/1", "/Groups/1", "/Nothing", "/Users/1/2", "", "/Schemas/urn:no"])
    func `what is not there is 404`(path: String) async throws {
      try await linked { app in
        let answer = await app.get(path)
        #expect(answer.status == 404)
        #expect(answer.json["schemas"] == Self.errorSchema)
        #expect(answer.json["status"] == "404")
      }
    }

    @Test func `a PUT replaces, keeps what it does not know, and guards what is read-only`()
      async throws
    {
      try await linked { app in
        let id = try await app.create(Self.user("ada@example.com"))
        let answer = await app.put(
          "/Users/\(id)",
          """
          {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"other",
          "meta":{"resourceType":"Thing"},"groups":[{"value":"x"}],
          "username":"ada@example.com","name":{"familyName":"King","formatted":null},
          "phoneNumbers":[{"value":"1","type":"work"},{"value":"2","type":"mobile"}],
          "favouriteColour":"green","ims":[],
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Engines"}}
          """
        )
        #expect(answer.status == 200)
        let user = answer.json
        #expect(user["id"] == .string(id))
        #expect(user["meta"]?["resourceType"] == "User")
        #expect(user["groups"] == [])
        #expect(user["userName"] == "ada@example.com")
        #expect(user["name"] == ["familyName": "King"])
        #expect(user["phoneNumbers"]?.array?.count == 2)
        #expect(user["favouriteColour"] == "green")
        #expect(user["displayName"] == nil)
        #expect(user["ims"] == nil)
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
        #expect(user[enterprise] == ["department": "Engines"])
        #expect(
          user["schemas"]
            == ["urn:ietf:params:scim:schemas:core:2.0:User", .string(enterprise)]
        )
        #expect(await app.get("/Users/\(id)").json == user)
      }
    }

    // RFC 7644 section 3.5.2.1.
    @Test func `a write that changes nothing leaves lastModified alone`() async throws {
      try await onLoop { loop in
        let visitor = AppVisitor(loop: loop)
        let app = LinkedVisitor(visitor: visitor, token: await visitor.tokens().access)
        let id = try await app.create(Self.user("ada@example.com"))
        try await loop.sleep(for: .seconds(1))

        let same = await app.replace("displayName", "\"Ada Lovelace\"", id).json
        let other = await app.replace("displayName", "\"Ada King\"", id).json

        #expect(same["meta"]?["lastModified"] == "2026-01-01T00:00:00Z")
        #expect(other["meta"]?["lastModified"] == "2026-01-01T00:00:01Z")
        #expect(other["meta"]?["created"] == "2026-01-01T00:00:00Z")
      }
    }

    @Test func `a PUT to a taken name is 409, to no user 404`() async throws {
      try await linked { app in
        _ = try await app.create(Self.user("ada@example.com"))
        let id = try await app.create(Self.user("bob@example.com"))
        #expect(await app.put("/Users/\(id)", Self.user("ADA@example.com")).status == 409)
        #expect(await app.put("/Users/\(id)", Self.user("Bob@example.com")).status == 200)
        #expect(await app.put("/Users/1", Self.user("eve@example.com")).status == 404)
      }
    }

    @Test func `a deleted user is gone and its name is free`() async throws {
      try await linked { app in
        let id = try await app.create(Self.user("ada@example.com"))
        #expect(await app.delete("/Users/\(id)").status == 204)
        #expect(await app.get("/Users/\(id)").status == 404)
        #expect(await app.delete("/Users/\(id)").status == 404)
        _ = try await app.create(Self.user("ada@example.com"))
      }
    }

    // MARK: Lists

    // RFC 7644 section 3.4.2.4.
    @Test(
      arguments: [
        ("", 5, 1, [1, 2, 3, 4, 5]), ("?startIndex=1&count=2", 5, 1, [1, 2]),
        ("?startIndex=5&count=2", 5, 5, [5]), ("?startIndex=6&count=2", 5, 6, []),
        ("?startIndex=0&count=1", 5, 1, [1]), ("?startIndex=-3&count=1", 5, 1, [1]),
        ("?count=0", 5, 1, []), ("?count=-1", 5, 1, []),
      ] as [(String, Int, Int, [Int])]
    )
    func `a list is paged`(query: String, total: Int, start: Int, numbers: [Int]) async throws {
      try await linked(SampleAppSettings(users: 5)) { app in
        let list = await app.get("/Users" + query).json
        #expect(list["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
        #expect(list["totalResults"]?.integer == total)
        #expect(list["startIndex"]?.integer == start)
        #expect(list["itemsPerPage"]?.integer == numbers.count)
        let names = (list["Resources"]?.array ?? []).compactMap { $0["userName"]?.string }
        #expect(
          names.map { $0.split(separator: ".")[2].prefix { $0 != "@" } } == numbers.map { "\($0)" }
        )
      }
    }

    @Test(arguments: [
      ("externalId eq \"00u1\"", 1), ("externalId eq \"00U1\"", 0),
      ("emails.value eq \"ADA@example.com\"", 1), ("displayName eq \"Ada Lovelace\"", 1),
      ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ada@example.com\"", 1),
      ("id eq \"none\"", 0),
    ])
    func `a filter finds by equality`(filter: String, count: Int) async throws {
      try await linked(SampleAppSettings(users: 3)) { app in
        _ = try await app.create(Self.user("ada@example.com"))
        let list = await app.get("/Users?filter=" + FormURLEncoding.percentEncode(filter))
        #expect(list.json["totalResults"]?.integer == count)
      }
    }

    @Test(arguments: [
      "userName sw \"a\"", "userName eq a", "userName eq", "title eq \"x\"", "",
      "userName eq \"a\" or userName eq \"b\"",
    ])
    func `another filter is refused`(filter: String) async throws {
      try await linked { app in
        let answer = await app.get("/Users?filter=" + FormURLEncoding.percentEncode(filter))
        #expect(answer.status == 400)
        #expect(answer.json["scimType"] == "invalidFilter")
      }
    }

    // MARK: Groups

    // Okta, "SCIM 2.0 reference", Groups: create empty, PATCH members, rename without a path.
    @Test func `a group is pushed as Okta does it`() async throws {
      try await linked { app in
        let ada = try await app.create(Self.user("ada@example.com"))
        let bob = try await app.create(Self.user("bob@example.com"))
        let group = try await app.create(
          "{\"displayName\":\"Engines\",\"members\":[]}",
          at: "/Groups"
        )
        let added = await app.patch(
          "/Groups/\(group)",
          """
          {"op":"add","path":"members","value":[{"value":"\(ada)","display":"ada@example.com"},
          {"value":"\(bob)","display":null},{"value":"\(ada)"}]}
          """
        )
        #expect(added.status == 200)
        #expect(added.members == [ada, bob])
        #expect(added.json["members"]?.array?.last?["display"] == "bob@example.com")
        let groups = await app.get("/Users/\(ada)").json["groups"]
        #expect(groups?.array?.map { $0["value"]?.string } == [group])

        let removed = await app.patch(
          "/Groups/\(group)",
          "{\"op\":\"remove\",\"path\":\"members[value eq \\\"\(ada)\\\"]\"}"
        )
        #expect(removed.members == [bob])
        #expect(await app.get("/Users/\(ada)").json["groups"] == [])

        let renamed = await app.patch(
          "/Groups/\(group)",
          "{\"op\":\"replace\",\"value\":{\"id\":\"\(group)\",\"displayName\":\"Machines\"}}"
        )
        #expect(renamed.json["displayName"] == "Machines")
        #expect(renamed.members == [bob])

        let full = await app.patch(
          "/Groups/\(group)",
          "{\"op\":\"replace\",\"path\":\"members\",\"value\":[{\"value\":\"\(ada)\"}]}"
        )
        #expect(full.members == [ada])
        #expect(await app.delete("/Users/\(ada)").status == 204)
        #expect(await app.get("/Groups/\(group)").json["members"] == [])
        #expect(await app.delete("/Groups/\(group)").status == 204)
      }
    }

    @Test func `a group leaves out unknown members and needs a name of its own`() async throws {
      try await linked { app in
        _ = try await app.create("{\"displayName\":\"Engines\"}", at: "/Groups")
        let stranger = "{\"displayName\":\"B\",\"members\":[{\"value\":\"1\"}]}"
        #expect(await app.post("/Groups", stranger).json["members"] == [])
        let nameless = "{\"displayName\":\"C\",\"members\":[{\"display\":\"x\"}]}"
        #expect(await app.post("/Groups", nameless).status == 400)
        #expect(await app.post("/Groups", "{\"displayName\":\"engines\"}").status == 409)
      }
    }

    // MARK: Discovery

    @Test(arguments: [
      ("/ServiceProviderConfig", 1), ("/ResourceTypes", 4), ("/Schemas", 3),
      ("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", 1), ("/ResourceTypes/Group", 1),
    ])
    func `the app describes itself`(path: String, count: Int) async throws {
      try await linked { app in
        let answer = await app.get(path)
        #expect(answer.status == 200)
        #expect((answer.json["Resources"]?.array?.count ?? 1) == count)
        let refused = await app.post(path, "{}")
        #expect(refused.status == 405)
        #expect(refused.fields["Allow"] == "GET")
      }
    }

    // Okta, guide to entitlements.
    @Test(arguments: [("/Roles", 3), ("/Licenses", 2)])
    func `what can be given to people is listed page by page`(path: String, total: Int) async throws
    {
      try await linked { app in
        let all = await app.get(path).json
        #expect(all["totalResults"]?.integer == total)
        let ids = (all["Resources"]?.array ?? []).compactMap { $0["id"]?.string }
        #expect(ids.count == total)
        let last = await app.get("\(path)?startIndex=\(total)&count=1").json
        #expect(last["Resources"]?.array?.compactMap { $0["id"]?.string } == ids.suffix(1))
        #expect(last["itemsPerPage"] == 1)
        #expect(await app.get("\(path)/\(ids[0])").json["id"] == .string(ids[0]))
        #expect(await app.get("\(path)/nobody").status == 404)
        #expect(await app.post(path, "{}").status == 405)
      }
    }

    @Test func `a user is given what there is, and nothing else`() async throws {
      try await linked { app in
        func user(_ role: String) -> String {
          #"{"userName":"ada@example.com","roles":[\#(role)]}"#
        }
        #expect(await app.post("/Users", user(#"{"value":"role-none"}"#)).status == 400)
        // Of a type of the app's own: no matter of the catalogue's.
        let badge = #"{"value":"9","type":"badge"}"#
        let made = await app.post("/Users", user(#"{"value":"role-editor"},\#(badge)"#))
        #expect(made.status == 201)
        #expect(made.json["roles"]?.array?.count == 2)
        let id = try #require(made.json["id"]?.string)
        let put = await app.put("/Users/\(id)", user(""))
        #expect(put.status == 200)
        #expect(put.json["roles"] == nil)
      }
    }
  }
}

/// A visitor that holds an access token.
struct LinkedVisitor: Sendable {
  var visitor: AppVisitor
  var token: String

  func get(_ path: String) async -> AppAnswer {
    await visitor.scim("GET", path, token: token)
  }

  func post(_ path: String, _ body: String) async -> AppAnswer {
    await visitor.scim("POST", path, token: token, body: body)
  }

  func put(_ path: String, _ body: String) async -> AppAnswer {
    await visitor.scim("PUT", path, token: token, body: body)
  }

  func delete(_ path: String) async -> AppAnswer {
    await visitor.scim("DELETE", path, token: token)
  }

  func patch(_ path: String, _ operations: String) async -> AppAnswer {
    let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    let body = "{\"schemas\":[\"\(schema)\"],\"Operations\":[\(operations)]}"
    return await visitor.scim("PATCH", path, token: token, body: body)
  }

  /// Creates a resource and gives its id.
  func create(_ body: String, at path: String = "/Users") async throws -> String {
    let answer = await post(path, body)
    #expect(answer.status == 201)
    return try #require(answer.json["id"]?.string)
  }
}
