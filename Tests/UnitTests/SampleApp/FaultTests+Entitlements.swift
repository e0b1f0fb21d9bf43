import HTTP
import JSON
import SampleApp
import Testing

extension SampleAppTests.FaultTests {
  /// The probes of what Okta discovers, and of people's roles and entitlements.
  static func entitlementProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .resourceTypesArray:
      linked { app in
        let types = await app.get("/ResourceTypes")
        #expect(types.status == 200)
        return types.json.array?.count == 4
      }
    case .resourceTypesWithoutRoles:
      linked { app in
        let types = await app.get("/ResourceTypes").json
        #expect(types["Resources"]?.array?.count == types["totalResults"]?.integer)
        return types["totalResults"] == 2
      }
    case .resourceTypeWithoutEndpoint:
      linked { app in
        let role = await app.listed("/ResourceTypes").first { $0["id"] == "Role" }
        #expect(role?["name"] == "Role")
        return role?["endpoint"] == nil
      }
    case .rolesEndpoint404:
      linked { app in
        #expect(await app.get("/Licenses").status == 200)
        return await app.get("/Roles?startIndex=1&count=100").status == 404
      }
    case .rolesWithoutID: roles { $0["id"] == nil }
    case .rolesWithoutName: roles { $0["displayName"] == nil && $0["name"] != nil }
    case .rolesCountIgnored:
      linked { app in
        #expect(await app.listed("/Licenses?count=1&startIndex=1").count == 1)
        return await app.listed("/Roles?count=1&startIndex=1").count == 3
      }
    case .licenseTypeOther: licenses { $0["type"] == "licence" }
    case .licenseDescriptionLong: licenses { $0["description"]?.string?.count ?? 0 > 1000 }
    case .schemasWithoutUser:
      linked { app in
        let names = await app.listed("/Schemas").map { $0["name"]?.string }
        #expect(names.contains("Group"))
        return !names.contains("User")
      }
    case .schemaTypeUnknown:
      linked { app in
        let user = await app.listed("/Schemas").first { $0["name"] == "User" }
        return user?["attributes"]?.array?.first?["type"] == "text"
      }
    case .userExtensionUndefined:
      linked { app in
        let user = await app.listed("/ResourceTypes").first { $0["id"] == "User" }
        let named = user?["schemaExtensions"]?.array?.first?["schema"]
        return await !app.listed("/Schemas").contains { $0["id"] == named }
      }
    case .createDropsEntitlements:
      given { app, id, answer in
        #expect(answer["roles"]?.array?.count == 1)
        let user = await app.get("/Users/\(id)").json
        return user["roles"] == nil && user["entitlements"] == nil
      }
    case .putKeepsRoles:
      given { app, id, _ in
        let answer = await app.put("/Users/\(id)", Self.person(roles: "role-viewer")).json
        #expect(Self.ids(answer) == ["role-viewer"])
        return Self.ids(await app.get("/Users/\(id)").json) == ["role-editor"]
      }
    case .putAddsRolesOnly:
      given { app, id, _ in
        let answer = await app.put("/Users/\(id)", Self.person(roles: "role-viewer")).json
        return Self.ids(answer) == ["role-editor", "role-viewer"]
      }
    case .entitlementsNeverShown:
      given { app, id, answer in
        let user = await app.get("/Users/\(id)").json
        return [answer, user].allSatisfy { $0["roles"] == nil && $0["entitlements"] == nil }
      }
    default: nil
    }
  }

  private static func roles(_ isWrong: @escaping @Sendable (JSONValue) -> Bool) -> Probe {
    linked { app in
      let all = await app.listed("/Roles")
      #expect(all.count == 3)
      return all.allSatisfy(isWrong)
    }
  }

  private static func licenses(_ isWrong: @escaping @Sendable (JSONValue) -> Bool) -> Probe {
    linked { app in
      let all = await app.listed("/Licenses?startIndex=1&count=100")
      #expect(all.count == 2)
      return all.allSatisfy(isWrong)
    }
  }

  /// With a user who was made with a role and a licence.
  private static func given(
    _ isWrong: @escaping @Sendable (LinkedVisitor, String, JSONValue) async throws -> Bool
  ) -> Probe {
    linked { app in
      let answer = await app.post("/Users", person(roles: "role-editor"))
      #expect(answer.status == 201)
      let id = try #require(answer.json["id"]?.string)
      return try await isWrong(app, id, answer.json)
    }
  }

  private static func person(roles: String...) -> String {
    let roles = roles.map { "{\"value\":\"\($0)\"}" }.joined(separator: ",")
    return "{\"userName\":\"ada@example.com\",\"roles\":[\(roles)],"
      + "\"entitlements\":[{\"value\":\"license-pro\",\"type\":\"License\"}]}"
  }

  private static func ids(_ user: JSONValue) -> [String] {
    (user["roles"]?.array ?? []).compactMap { $0["value"]?.string }
  }
}

extension LinkedVisitor {
  fileprivate func listed(_ path: String) async -> [JSONValue] {
    await get(path).json["Resources"]?.array ?? []
  }
}
