import HTTP
import JSON
import SampleApp
import Testing

extension SampleAppTests.FaultTests {
  /// The probes of look-ups and lists.
  static func lookUpProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .lookUpPlusAsSpace:
      linked { app in
        _ = try await app.create(person("a+b@example.com"))
        return await app.find("a+b@example.com").isEmpty
      }
    case .lookUpOtherColumn:
      linked { app in
        let user = await firstUser(app).json
        let isMissed = await app.find(user["userName"]?.string).isEmpty
        #expect(await app.find(user["displayName"]?.string).isEmpty == !isMissed)
        return isMissed
      }
    case .lookUpByPrefix:
      linked { app in
        let found = await app.find("adalbert@example.com").map { $0["userName"] }
        return found == ["ada.allen.1@example.com"]
      }
    case .lookUpCaseSensitive:
      linked { app in
        #expect(await app.find("ada.allen.1@example.com").count == 1)
        return await app.find("Ada.Allen.1@example.com").isEmpty
      }
    case .lookUpHidesInactive:
      linked { app in
        let id = try await app.create(person("ada@example.com"))
        #expect(await app.get("/Users").json["totalResults"] == 3)
        _ = await app.setActive(false, id)
        #expect(await app.post("/Users", person("ada@example.com")).status == 409)
        let isHidden = await app.find("ada@example.com").isEmpty
        #expect(await app.get("/Users").json["totalResults"] == (isHidden ? 2 : 3))
        return isHidden
      }
    case .lookUpMissesNew:
      { visitor in
        var app = LinkedVisitor(visitor: visitor, token: await visitor.tokens().access)
        _ = try await app.create(person("ada@example.com"))
        try await visitor.loop.sleep(for: .milliseconds(4_999))
        app.token = await visitor.tokens().access
        let isMissed = await app.find("ada@example.com").isEmpty
        try await visitor.loop.sleep(for: .milliseconds(1))
        #expect(await app.find("ada@example.com").count == 1)
        return isMissed
      }
    case .lookUpFindsNobody404:
      linked { app in
        #expect(await app.find("ada.allen.1@example.com").count == 1)
        return await app.lookUp("nobody@example.com").status == 404
      }
    case .lookUpSlow:
      linked { app in
        let asked = app.visitor.loop.now
        #expect(await app.find("nobody@example.com").isEmpty)
        return app.visitor.loop.now == asked + .milliseconds(103 * 20)
      }
    case .listEmptyBody: linked { await $0.get("/Users").body.isEmpty }
    case .listNull: linked { await $0.get("/Users").body == Array("null".utf8) }
    case .listOfPage: linked { await $0.get("/Users").mediaType?.isHTML == true }
    case .listDoubles:
      linked { app in
        #expect(await app.find("ada.allen.1@example.com").count == 1)
        let page = await app.get("/Users?startIndex=1&count=2").json
        let ids = (page["Resources"]?.array ?? []).compactMap { $0["id"]?.string }
        return page["totalResults"] == 4 && ids.count == 2 && ids[0] == ids[1]
      }
    case .listTotalOfTable:
      linked { app in
        let list = await app.lookUp("nobody@example.com").json
        #expect(list["Resources"] == [])
        return list["totalResults"] == 2
      }
    case .listItemsPerPageEcho:
      linked { await $0.get("/Users?startIndex=1&count=100").json["itemsPerPage"] == 100 }
    default: nil
    }
  }

  /// The probes of what a user is shown with.
  static func representationProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .userWithoutActive, .userWithoutMeta:
      linked { app in
        let user = await firstUser(app)
        let key = fault == .userWithoutActive ? "active" : "meta"
        let later = await app.get("/Users/\(user.id)").json
        #expect(later["userName"] != nil)
        return user.json[key] == nil && later[key] == nil
      }
    case .userWithoutSchemas:
      linked { app in
        let user = await firstUser(app)
        let later = await app.get("/Users/\(user.id)").json
        #expect(user.json["userName"] != nil)
        return user.json["schemas"] == nil && later["schemas"] == nil
      }
    case .userWithoutUserName:
      linked { app in
        let user = await firstUser(app)
        #expect(await app.get("/Users/\(user.id)").json["userName"] != nil)
        return user.json["userName"] == nil
      }
    default: nil
    }
  }

  /// The probes of creates.
  static func createProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .createCaseSensitive:
      linked { app in
        _ = try await app.create(person("ada@example.com"))
        #expect(await app.post("/Users", person("ada@example.com")).status == 409)
        let isSecond = await app.post("/Users", person("ADA@example.com")).status == 201
        #expect(await app.find("Ada@example.com").count == (isSecond ? 2 : 1))
        return isSecond
      }
    case .createAgainWipes:
      linked { app in
        let id = try await app.create(person("ada@example.com"))
        let again = await app.post("/Users", "{\"userName\":\"ada@example.com\"}")
        guard again.status == 201, again.json["id"] == .string(id) else { return false }
        return await app.get("/Users/\(id)").json["displayName"] == nil
      }
    case .createAgainApplies:
      linked { app in
        let id = try await app.create(person("ada@example.com"))
        let other = "{\"userName\":\"ada@example.com\",\"displayName\":\"Other\"}"
        #expect(await app.post("/Users", other).status == 409)
        let user = await app.get("/Users/\(id)").json
        #expect(user["title"] == "Countess")
        return user["displayName"] == "Other"
      }
    case .createEmailConflict400:
      linked { app in
        _ = try await app.create(person("ada@example.com"))
        let nameOnly = "{\"userName\":\"ada@example.com\"}"
        #expect(await app.post("/Users", nameOnly).status == 409)
        return await app.post("/Users", person("ada@example.com")).status == 400
      }
    case .createRefusedYetMade:
      linked { app in
        guard await app.post("/Users", person("ada@example.com")).status == 400 else {
          return false
        }
        #expect(await app.post("/Users", person("ada@example.com")).status == 409)
        return await app.find("ada@example.com").count == 1
      }
    case .createExternalIDIgnored:
      linked { app in
        let id = try await app.create(person("ada@example.com"))
        let created = await app.get("/Users/\(id)").json
        let put = await app.put("/Users/\(id)", person("ada@example.com")).json
        #expect(created["externalId"] == put["externalId"])
        return put["externalId"] == nil
      }
    case .createDropsTitle:
      linked { app in
        let id = try await app.create(person("ada@example.com"))
        let created = await app.get("/Users/\(id)").json
        let patched = await app.replace("title", "\"Lady\"", id)
        #expect(patched.status == 200)
        return created["title"] == nil && patched.json["title"] == nil
      }
    case .passwordNeedsSymbol:
      linked { app in
        let symbol = person("ada@example.com", "\"password\":\"1mz!50nq\"")
        #expect(await app.post("/Users", symbol).status == 201)
        return await create(app.visitor, app.token).status == 400
      }
    case .plainJSONRefused:
      linked { app in
        let asSCIM = await app.post("/Users", person("ada@example.com"))
        let asJSON = await app.visitor.send(
          "POST",
          "/scim/v2/Users",
          fields: ["Content-Type": "application/json", "Authorization": "Bearer \(app.token)"],
          body: person("bob@example.com")
        )
        #expect(asSCIM.status == 201)
        return asJSON.status == 415
      }
    case .typedReadRefused:
      linked { app in
        let typed = await app.visitor.send(
          "GET",
          "/scim/v2/Users",
          fields: ["Content-Type": "application/scim+json", "Authorization": "Bearer \(app.token)"]
        )
        let plain = await app.visitor.send(
          "GET",
          "/scim/v2/Users",
          fields: ["Authorization": "Bearer \(app.token)"]
        )
        #expect(plain.status == 200)
        return typed.status == 400
      }
    case .scimJSONNotParsed, .scimJSONRefused:
      linked { app in
        let asSCIM = await app.post("/Users", person("ada@example.com"))
        let asJSON = await app.visitor.send(
          "POST",
          "/scim/v2/Users",
          fields: ["Content-Type": "application/json", "Authorization": "Bearer \(app.token)"],
          body: person("bob@example.com")
        )
        #expect(asJSON.status == 201)
        return asSCIM.status == (fault == .scimJSONRefused ? 415 : 400)
      }
    case .charsetRefused:
      linked { app in
        let bare = await app.visitor.send(
          "POST",
          "/scim/v2/Users",
          fields: [
            "Content-Type": "application/scim+json", "Authorization": "Bearer \(app.token)",
          ],
          body: person("ada@example.com")
        )
        #expect(bare.status == 201)
        return await app.post("/Users", person("bob@example.com")).status == 415
      }
    case .acceptRefused:
      linked { app in
        var fields: HTTPFields = ["Authorization": "Bearer \(app.token)"]
        let any = await app.visitor.send("GET", "/scim/v2/Users", fields: fields)
        #expect(any.status == 200)
        fields.append("Accept", "application/scim+json")
        let own = await app.visitor.send("GET", "/scim/v2/Users", fields: fields)
        return own.status == 406
      }
    default: nil
    }
  }

  /// The probes of limits.
  static func limitProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .limitWithoutRetryAfter:
      linked { app in
        let answer = try await fourthCreate(app)
        return answer.status == 429 && answer.fields["Retry-After"] == nil
      }
    case .limitWithDate:
      linked { app in
        try await fourthCreate(app).fields["Retry-After"]?.hasSuffix("GMT") == true
      }
    case .limitWithFraction:
      linked { app in
        let answer = try await fourthCreate(app)
        try await app.visitor.loop.sleep(for: .seconds(1))
        #expect(await app.post("/Users", person("eve@example.com")).status == 201)
        return answer.fields["Retry-After"] == "0.5"
      }
    case .limitedYetDone:
      linked { app in
        guard try await fourthCreate(app).status == 429 else { return false }
        return await app.find("dan@example.com").count == 1
      }
    case .limitNeverEnds:
      { visitor in
        var app = LinkedVisitor(visitor: visitor, token: await visitor.tokens().access)
        let isLimited = try await fourthCreate(app).status == 429
        try await visitor.loop.sleep(for: .seconds(3600))
        app.token = await visitor.tokens().access
        let later = await app.post("/Users", person("eve@example.com")).status
        #expect(await app.find("ada.allen.1@example.com").count == 1)
        return isLimited && later == 429
      }
    case .limitSharedWithTokens:
      { visitor in
        let tokens = await visitor.tokens()
        let app = LinkedVisitor(visitor: visitor, token: tokens.access)
        #expect(try await fourthCreate(app).status == 201)
        let isLimited = await visitor.refresh(tokens.refresh).status == 429
        try await visitor.loop.sleep(for: .seconds(1))
        // What was refused has spent nothing.
        if isLimited { #expect(await visitor.refresh(tokens.refresh).status == 200) }
        return isLimited
      }
    default: nil
    }
  }

  /// Three creates, all in one second, and one more of Dan.
  private static func fourthCreate(_ app: LinkedVisitor) async throws -> AppAnswer {
    for name in ["ada", "bob", "cleo"] { _ = try await app.create(person("\(name)@example.com")) }
    return await app.post("/Users", person("dan@example.com"))
  }

  /// The probes of PUT and PATCH.
  static func writeProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .putLosesPhoneNumbers:
      put { app, user in
        #expect(user.json["phoneNumbers"]?.array?.count == 1)
        let answer = await app.put("/Users/\(user.id)", user.json.compactText)
        #expect(answer.json["title"] == "Countess")
        return answer.json["phoneNumbers"] == nil && answer.json["addresses"] == nil
      }
    case .putLosesExtension:
      put { app, user in
        let enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
        #expect(user.json[enterprise] != nil)
        let answer = await app.put("/Users/\(user.id)", user.json.compactText)
        #expect(answer.status == 200)
        return answer.json[enterprise] == nil
      }
    case .putLosesSilently:
      put { app, user in
        let answer = await app.put("/Users/\(user.id)", user.json.compactText)
        #expect(answer.json["title"] == "Countess")
        return await app.get("/Users/\(user.id)").json["title"] == nil
      }
    case .putKeepsOldName:
      put { app, user in
        let body = user.json.compactText.replacing("Lovelace", with: "King")
        let answer = await app.put("/Users/\(user.id)", body)
        #expect(answer.json["displayName"] == "Ada King")
        return answer.json["name"]?["familyName"] == "Lovelace"
      }
    case .putAddsEmails:
      put { app, user in
        let answer = await app.put("/Users/\(user.id)", user.json.compactText)
        let addresses = (answer.json["emails"]?.array ?? []).map { $0["value"] }
        return addresses == ["ada@example.com", "ada@example.com"]
      }
    case .putNotStored:
      put { app, user in
        let body = user.json.compactText.replacing("Countess", with: "Lady")
        #expect(await app.put("/Users/\(user.id)", body).json["title"] == "Lady")
        return await app.get("/Users/\(user.id)").json == user.json
      }
    case .putRefusesReadOnly:
      put { app, user in
        #expect(await app.put("/Users/\(user.id)", person("ada@example.com")).status == 200)
        return await app.put("/Users/\(user.id)", user.json.compactText).status == 400
      }
    case .putRefusesUnknown:
      put { app, user in
        #expect(await app.put("/Users/\(user.id)", person("ada@example.com")).status == 200)
        let isRefused = await app.put("/Users/\(user.id)", user.json.compactText).status == 400
        return isRefused && user.json["costCode"] != nil
      }
    case .putConflictsWithItself:
      put { app, user in
        #expect(await app.put("/Users/\(user.id)", person("eve@example.com")).status == 200)
        return await app.put("/Users/\(user.id)", person("eve@example.com")).status == 409
      }
    case .putFailsAfterRefresh:
      { visitor in
        let tokens = await visitor.tokens()
        var app = LinkedVisitor(visitor: visitor, token: tokens.access)
        let user = await firstUser(app)
        #expect(await app.put("/Users/\(user.id)", user.json.compactText).status == 200)
        app.token = await visitor.refresh(tokens.refresh).tokens.access
        #expect(await app.setActive(false, user.id).status == 200)
        return await app.put("/Users/\(user.id)", user.json.compactText).status == 500
      }
    case .patchIgnored:
      put { app, user in
        let answer = await app.replace("title", "\"Lady\"", user.id)
        #expect(answer.status == 200)
        return answer.json == user.json
      }
    case .patchIgnored204:
      put { app, user in
        let answer = await app.replace("title", "\"Lady\"", user.id)
        let stored = await app.get("/Users/\(user.id)").json
        return answer.status == 204 && answer.body.isEmpty && stored == user.json
      }
    case .patchPathlessIgnored:
      put { app, user in
        let named = await app.replace("nickName", "\"A\"", user.id)
        #expect(named.json["nickName"] == "A")
        let pathless = "{\"op\":\"replace\",\"value\":{\"title\":\"Lady\"}}"
        let answer = await app.patch("/Users/\(user.id)", pathless)
        #expect(answer.status == 200)
        return answer.json["title"] == "Countess"
      }
    default: nil
    }
  }

  /// The probes of `active`.
  static func activeProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .reactivationIgnored:
      deactivated { app, id in
        let answer = await app.setActive(true, id)
        #expect(answer.status == 200)
        return answer.json["active"] == false
      }
    case .activeMissingWhenInactive:
      deactivated { app, id in
        let isMissing = await app.get("/Users/\(id)").json["active"] == nil
        #expect(await app.setActive(true, id).json["active"] == true)
        return isMissing
      }
    case .activeNullWhenInactive:
      deactivated { app, id in
        let isNull = await app.get("/Users/\(id)").json["active"]?.isNull == true
        #expect(await app.setActive(true, id).json["active"] == true)
        return isNull
      }
    case .activeNotShownByPUT:
      put { app, user in
        let body = person("ada@example.com", "\"active\":false")
        let shown = await app.put("/Users/\(user.id)", body).json["active"]
        #expect(await app.get("/Users/\(user.id)").json["active"] == false)
        return shown == true
      }
    case .secondDeactivationRefused:
      deactivated { app, id in
        #expect(await app.replace("title", "\"Lady\"", id).status == 200)
        let byPatch = await app.setActive(false, id).status == 400
        let body = person("ada@example.com", "\"active\":false")
        #expect(await app.put("/Users/\(id)", body).status == (byPatch ? 400 : 200))
        #expect(await app.setActive(true, id).status == 200)
        return byPatch
      }
    case .inactiveUser404:
      deactivated { app, id in
        let statuses = [
          await app.get("/Users/\(id)").status,
          await app.put("/Users/\(id)", person("ada@example.com")).status,
          await app.setActive(true, id).status,
        ]
        return statuses == [404, 404, 404]
      }
    default: nil
    }
  }

  // MARK: Parts of probes

  /// A user with all that a fault may lose.
  private static func person(_ name: String, _ more: String = "\"active\":true") -> String {
    """
    {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"\(name)",
    "name":{"givenName":"Ada","familyName":"Lovelace"},"displayName":"Ada Lovelace",
    "emails":[{"primary":true,"value":"\(name)","type":"work"}],"title":"Countess",
    "phoneNumbers":[{"value":"+44 20 7946 0000","type":"work"}],
    "addresses":[{"locality":"London","type":"work"}],"externalId":"00u1",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Engines"},
    \(more)}
    """
  }

  /// With a user who has just been created, as the app shows it.
  private static func put(
    _ isWrong:
      @escaping @Sendable (LinkedVisitor, (id: String, json: JSONValue)) async throws ->
      Bool
  ) -> Probe {
    linked { app in
      let id = try await app.create(person("ada@example.com"))
      return try await isWrong(app, (id, await app.get("/Users/\(id)").json))
    }
  }

  /// With a user who has been set inactive.
  private static func deactivated(
    _ isWrong: @escaping @Sendable (LinkedVisitor, String) async throws -> Bool
  ) -> Probe {
    linked { app in
      let id = try await app.create(person("ada@example.com"))
      #expect(await app.setActive(false, id).status == 200)
      return try await isWrong(app, id)
    }
  }
}

extension LinkedVisitor {
  func setActive(_ isActive: Bool, _ id: String) async -> AppAnswer {
    await replace("active", "\(isActive)", id)
  }

  /// Replaces one attribute of a user by PATCH.
  func replace(_ attribute: String, _ value: String, _ id: String) async -> AppAnswer {
    await patch(
      "/Users/\(id)",
      "{\"op\":\"replace\",\"path\":\"\(attribute)\",\"value\":\(value)}"
    )
  }

  func lookUp(_ userName: String?) async -> AppAnswer {
    let filter = "userName eq \"\(userName ?? "")\""
    return await get("/Users?filter=" + FormURLEncoding.percentEncode(filter))
  }

  /// The users that the look-up by a user name finds.
  func find(_ userName: String?) async -> [JSONValue] {
    await lookUp(userName).json["Resources"]?.array ?? []
  }
}
