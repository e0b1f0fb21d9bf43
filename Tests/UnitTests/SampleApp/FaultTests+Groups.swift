import HTTP
import JSON
import SampleApp
import Testing

extension SampleAppTests.FaultTests {
  /// The probes of groups, and of users whom the app has lost.
  static func groupProbe(_ fault: Fault) -> Probe? {
    switch fault {
    case .groupPutKeepsMembers:
      grouped { app in
        let body = app.body("team", members: app.users)
        #expect(await app.link.put("/Groups/\(app.id)", body).status == 200)
        return await app.members() == [app.users[0]]
      }
    case .groupCreateDropsMembers: grouped(makesMember: false) { await $0.members() == [] }
    case .groupAddIgnored:
      grouped { app in
        #expect(await app.patch(.add, [app.users[1]]) == 200)
        return await app.members() == [app.users[0]]
      }
    case .groupRemoveIgnored:
      grouped { app in
        #expect(await app.remove(app.users[0]) == 200)
        return await app.members() == [app.users[0]]
      }
    case .groupRenameIgnored:
      grouped { app in
        #expect(await app.rename("crew") == 200)
        return await app.get("displayName") == "team"
      }
    case .groupDeleteIgnored:
      grouped { app in
        #expect(await app.link.delete("/Groups/\(app.id)").status == 204)
        return await app.link.get("/Groups/\(app.id)").status == 200
      }
    case .groupChangeForgetsName:
      grouped { app in
        try await app.link.visitor.loop.sleep(for: .seconds(1))
        #expect(await app.rename("crew") == 200)
        #expect(await app.patch(.add, [app.users[1]]) == 200)
        return await app.get("displayName") == "first crew"
      }
    case .groupAddReplaces:
      grouped { app in
        #expect(await app.patch(.add, [app.users[1]]) == 200)
        return await app.members() == [app.users[1]]
      }
    case .groupAddDoubles:
      grouped { app in
        #expect(await app.patch(.add, [app.users[0]]) == 200)
        return await app.members() == [app.users[0], app.users[0]]
      }
    case .groupRemoveEmpties:
      grouped { app in
        #expect(await app.patch(.replace, app.users) == 200)
        #expect(await app.remove(app.users[0]) == 200)
        return await app.members() == []
      }
    case .groupRenameDropsMembers:
      grouped { app in
        #expect(await app.rename("crew") == 200)
        return await app.members() == []
      }
    case .groupPutDropsOldMembers:
      grouped { app in
        let body = app.body("team", members: app.users)
        #expect(await app.link.put("/Groups/\(app.id)", body).status == 200)
        #expect(await app.members() == app.users)
        #expect(await app.link.put("/Groups/\(app.id)", body).status == 200)
        return await app.members() == []
      }
    case .groupPatchesRace:
      grouped { app in
        #expect(await app.patch(.add, [app.users[1]]) == 200)
        #expect(await app.patch(.add, [app.users[0]]) == 200)
        return await app.members() == [app.users[0]]
      }
    case .groupRenameHoldsWrites:
      grouped { app in
        let asked = app.link.visitor.loop.now
        #expect(await app.rename("team") == 200)
        return app.link.visitor.loop.now == asked + .milliseconds(400)
      }
    case .groupLookUpMissesNew: grouped { await $0.found("team") == [] }
    case .groupLookUpCutAtSpace:
      grouped { app in
        #expect(await app.found("team") == [app.id])
        // It is looked for as "Team".
        return await app.found("Team%201") == [app.id]
      }
    case .groupLookUpByPrefix: grouped { await $0.found("tea").contains($0.id) }
    case .groupLookUpTotalOfTable:
      grouped { app in
        let list = await app.link.get("/Groups?filter=displayName%20eq%20%22nobody%22").json
        #expect(list["Resources"] == [])
        return list["totalResults"] == 6
      }
    case .groupLookUpFindsNone:
      grouped { await $0.found("team") == [] }
    case .groupLookUpMissesEmpty:
      grouped { app in
        #expect(await app.found("team") == [app.id])
        #expect(await app.remove(app.users[0]) == 200)
        return await app.found("team") == []
      }
    case .groupLookUpIgnoresFilter:
      grouped { await $0.found("nobody").contains($0.id) }
    case .groupAddRefusedYetDone:
      grouped { app in
        let status = await app.patch(.add, [app.users[1]])
        return await app.members() == app.users && status == 400
      }
    case .groupPutRefusedYetDone:
      grouped { app in
        #expect(
          await app.link.put("/Groups/\(app.id)", app.body("team", members: [])).status == 200
        )
        let status = await app.link.put("/Groups/\(app.id)", app.body("crew", members: [])).status
        return await app.get("displayName") == "crew" && status == 400
      }
    case .groupRenameRefusedYetDone:
      grouped { app in
        let status = await app.rename("crew")
        return await app.get("displayName") == "crew" && status == 400
      }
    case .groupPutRefusesSchemas:
      grouped { app in
        let bare = app.body("team", members: [])
        #expect(await app.link.put("/Groups/\(app.id)", bare).status == 200)
        let body = bare.replacing("{\"d", with: #"{"schemas":["\#(Self.groupSchema)"],"d"#)
        return await app.link.put("/Groups/\(app.id)", body).status == 400
      }
    case .groupSecondPutRefused:
      grouped { app in
        let path = "/Groups/\(app.id)"
        #expect(await app.link.put(path, app.body("team", members: app.users)).status == 200)
        return await app.link.put(path, app.body("team", members: [])).status == 400
      }
    case .groupAgain500: grouped { await $0.again() == 500 }
    case .groupAgain400: grouped { await $0.again() == 400 }
    case .groupAgainOverwrites:
      grouped { app in
        let status = await app.again()
        return await app.members() == [] && status == 201
      }
    case .groupPutConflictsWithItself:
      grouped { app in
        await app.link.put("/Groups/\(app.id)", app.body("team", members: [])).status == 409
      }
    case .groupPutRefusesID:
      grouped { app in
        #expect(
          await app.link.put("/Groups/\(app.id)", app.body("team", members: [])).status == 200
        )
        let body = app.body("team", members: []).replacing("{", with: #"{"id":"\#(app.id)","#)
        return await app.link.put("/Groups/\(app.id)", body).status == 400
      }
    case .groupRenameRefused: grouped { await $0.rename("crew") == 400 }
    case .groupRemoveRefused: grouped { await $0.remove($0.users[0]) == 400 }
    case .groupReplaceEmptyRefused:
      grouped { app in
        #expect(await app.patch(.replace, app.users) == 200)
        return await app.patch(.replace, []) == 400
      }
    case .groupDelete405: grouped { await $0.link.delete("/Groups/\($0.id)").status == 405 }
    case .staleMember500, .staleMemberRefused:
      grouped { app in
        let status = await app.patch(.add, ["nobody", app.users[1]])
        if status == 200 { #expect(await app.members() == app.users) }
        return status == (fault == .staleMember500 ? 500 : 400)
      }
    case .staleMemberDropsAll:
      grouped { app in
        #expect(await app.patch(.add, ["nobody", app.users[1]]) == 200)
        return await app.members() == []
      }
    case .staleUser400: linked { await $0.get("/Users/nobody").status == 400 }
    case .staleUserServed: linked { await $0.get("/Users/nobody").status == 200 }
    case .staleUser500:
      linked { app in
        #expect(await app.get("/Groups/nobody").status == 404)
        return await app.get("/Users/nobody").status == 500
      }
    default: nil
    }
  }

  private static let groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group"

  /// With a group called team, and the app's two users, of whom the first is a member.
  private static func grouped(
    makesMember: Bool = true,
    _ isWrong: @escaping @Sendable (GroupVisitor) async throws -> Bool
  ) -> Probe {
    linked { link in
      let users = (await link.get("/Users").json["Resources"]?.array ?? [])
        .compactMap { $0["id"]?.string }
      var app = GroupVisitor(link: link, users: users, id: "")
      app.id = try await link.create(app.body("team", members: [users[0]]), at: "/Groups")
      if makesMember, await app.members() != [users[0]] { return false }
      return try await isWrong(app)
    }
  }
}

/// A visitor that keeps to one group.
private struct GroupVisitor: Sendable {
  enum Verb: String {
    case add, replace
  }

  var link: LinkedVisitor
  var users: [String]
  var id: String

  func body(_ name: String, members: [String]) -> String {
    #"{"displayName":"\#(name)","members":\#(json(members))}"#
  }

  private func json(_ members: [String]) -> String {
    "[" + members.map { #"{"value":"\#($0)"}"# }.joined(separator: ",") + "]"
  }

  func get(_ key: String) async -> JSONValue? { await link.get("/Groups/\(id)").json[key] }

  func members() async -> [String] {
    (await get("members")?.array ?? []).compactMap { $0["value"]?.string }
  }

  func patch(_ verb: Verb, _ members: [String]) async -> Int {
    await link.patch(
      "/Groups/\(id)",
      #"{"op":"\#(verb.rawValue)","path":"members","value":\#(json(members))}"#
    ).status
  }

  func remove(_ member: String) async -> Int {
    await link.patch("/Groups/\(id)", #"{"op":"remove","path":"members[value eq \"\#(member)\"]"}"#)
      .status
  }

  func rename(_ name: String) async -> Int {
    await link.patch(
      "/Groups/\(id)",
      #"{"op":"replace","value":{"id":"\#(id)","displayName":"\#(name)"}}"#
    ).status
  }

  /// Creates the group once more, without members.
  func again() async -> Int { await link.post("/Groups", body("team", members: [])).status }

  /// The ids of the groups that a look-up by name lists.
  func found(_ name: String) async -> [String] {
    let list = await link.get("/Groups?filter=displayName%20eq%20%22\(name)%22").json
    return (list["Resources"]?.array ?? []).compactMap { $0["id"]?.string }
  }
}
