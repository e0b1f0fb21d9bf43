import HTTP
import JSON

extension Fault {
  /// The rows of groups.
  var groupRow: Row? {
    groupStoreRow ?? groupLossRow ?? groupLookUpRow ?? groupRefusalRow ?? groupAgainRow
      ?? lostUserRow
  }

  /// Acknowledged, and something else is stored.
  private var groupStoreRow: Row? {
    let patch = "RFC 7644 section 3.5.2"
    return switch self {
    case .groupPutKeepsMembers:
      Row(
        "a PUT of a group keeps the members that it had",
        "S-01",
        breaks: "RFC 7644 section 3.5.1",
        .groupWrite("PUT", Behaviour.keepMembers)
      )
    case .groupCreateDropsMembers:
      Row(
        "the members in the create of a group are dropped",
        "S-01",
        breaks: "RFC 7644 section 3.3",
        .groupWrite("POST") { attributes, _ in attributes["members"] = nil }
      )
    case .groupAddIgnored:
      Row(
        "the addition of members is acknowledged and ignored",
        "S-01",
        breaks: patch,
        .groupPatch(.add, Behaviour.keepMembers)
      )
    case .groupRemoveIgnored:
      Row(
        "the removal of a member by a filter is acknowledged and removes nobody",
        "S-01",
        breaks: patch,
        .groupPatch(.remove, Behaviour.keepMembers)
      )
    case .groupRenameIgnored:
      Row(
        "a rename of a group is acknowledged and ignored, by PATCH and by PUT",
        "S-01",
        breaks: "RFC 7644 section 3.5.1, section 3.5.2",
        .groupWrite { attributes, write in
          if let old = write.old { attributes["displayName"] = old.attributes["displayName"] }
        }
      )
    case .groupDeleteIgnored:
      Row(
        "the deletion of a group is answered 204 and deletes nothing",
        "S-01",
        breaks: "RFC 7644 section 3.6",
        .at(\.access) { decision, call in
          if decision == .serve, call.kind == .group, call.request.method == "DELETE" {
            decision = .answer(HTTPResponse(status: 204))
          }
        }
      )
    case .groupChangeForgetsName:
      Row(
        "a change of members gives a group its first name back",
        "S-07",
        breaks: patch,
        .at(\.stored) { group, write in
          guard write.kind == .group, write.changesMembers, let old = write.old,
            old.lastModified != old.created.timestamp,
            let name = old.attributes["displayName"]?.string
          else { return }
          group.attributes["displayName"] = .string("first \(name)")
        }
      )
    case .groupAddReplaces:
      Row(
        "the addition of members replaces those who are there",
        "S-11",
        breaks: "RFC 7644 section 3.5.2.1",
        .groupPatch(.add) { attributes, write in
          guard let added = write.operations.last?.value?.array else { return }
          attributes["members"] = .array(added)
        }
      )
    case .groupAddDoubles:
      Row(
        "whoever is added to a group again is there twice",
        "S-11",
        breaks: "RFC 7644 section 3.5.2.1",
        .groupPatch(.add) { attributes, write in
          let old = write.old?.attributes["members"]?.array ?? []
          attributes["members"] = .array(old + (write.operations.last?.value?.array ?? []))
        }
      )
    case .groupRemoveEmpties:
      Row(
        "the removal of a member by a filter removes all members",
        "S-11",
        breaks: "RFC 7644 section 3.5.2.2",
        .groupPatch(.remove) { attributes, _ in attributes["members"] = nil }
      )
    default: nil
    }
  }

  /// A change that loses what it does not speak of, or what it carries unchanged.
  private var groupLossRow: Row? {
    switch self {
    case .groupRenameDropsMembers:
      Row(
        "a group that gets another name loses its members",
        "S-07",
        breaks: "RFC 7644 section 3.5.2",
        .groupWrite { attributes, write in
          guard let old = write.old, attributes["displayName"] != old.attributes["displayName"]
          else { return }
          attributes["members"] = nil
        }
      )
    case .groupPutDropsOldMembers:
      Row(
        "a PUT of a group keeps only those of its members who were none before",
        "S-07",
        breaks: "RFC 7644 section 3.5.1",
        .groupWrite("PUT") { attributes, write in
          let old = write.old?.memberIDs ?? []
          if old.isEmpty || write.old?.revision == 0 { return }
          attributes.keepMembers { !old.contains($0) }
        }
      )
    case .groupPatchesRace:
      Row(
        "of two changes of members within 50 ms the later one undoes the earlier one",
        "S-11",
        breaks: "RFC 7644 section 3.5.2.1",
        .groupPatch(.add) { attributes, write in
          guard let before = write.overtaken, let old = write.old else { return }
          let lost = old.memberIDs.subtracting(before.memberIDs)
          attributes.keepMembers { !lost.contains($0) }
        }
      )
    case .groupRenameHoldsWrites:
      Row(
        "whoever writes a group's name holds all writes for 400 ms, though it stays the same",
        "S-20",
        breaks: "Okta, SCIM 2.0 reference, Groups",
        .at(\.pace) { pace, call in
          if call.isWrite {
            pace.lock(for: call.namesGroup ? .milliseconds(400) : .zero)
          }
        }
      )
    default: nil
    }
  }

  private var groupLookUpRow: Row? {
    switch self {
    case .groupLookUpMissesNew:
      Row(
        "a look-up finds a group only 5 s after its creation",
        "S-02",
        breaks: "RFC 7644 section 3.4.2.2",
        .missingNew(.group)
      )
    case .groupLookUpCutAtSpace:
      Row(
        "the value of a filter on displayName ends at its first space",
        "S-02",
        breaks: "RFC 7644 section 3.4.2.2",
        .at(\.filter) { filter, kind in
          guard kind == .group, let value = filter?.value.prefix(while: { $0 != " " }) else {
            return
          }
          filter?.value = String(value)
        }
      )
    case .groupLookUpByPrefix:
      Row(
        "a look-up of a group finds all that begin with the same two letters",
        "S-03",
        breaks: "RFC 7644 section 3.4.2.2",
        .groupLookUp { ids, lookUp in
          guard let beginning = lookUp.filter?.value.prefix(2).lowercased() else { return }
          ids = lookUp.directory.ids(.group).filter { id in
            let name = lookUp.directory.resource(id, .group)?.attributes["displayName"]?.string
            return name?.lowercased().hasPrefix(beginning) == true
          }
        }
      )
    case .groupLookUpTotalOfTable:
      Row(
        "totalResults of a look-up of a group counts all groups",
        "S-03",
        breaks: "RFC 7644 section 3.4.2",
        .at(\.list) { page, lookUp in
          if lookUp.kind == .group, lookUp.filter != nil {
            page.totalResults = .number(JSONNumber(lookUp.directory.ids(.group).count))
          }
        }
      )
    case .groupLookUpFindsNone:
      Row(
        "a look-up of a group by its name finds none",
        "S-02",
        breaks: "RFC 7644 section 3.4.2.2",
        .groupLookUp { ids, _ in ids = [] }
      )
    case .groupLookUpMissesEmpty:
      Row(
        "a group without members is in no list",
        "S-02",
        breaks: "RFC 7644 section 3.4.2.2",
        .groupLookUp { ids, lookUp in
          ids.removeAll { lookUp.directory.resource($0, .group)?.attributes["members"] == nil }
        }
      )
    case .groupLookUpIgnoresFilter:
      Row(
        "a look-up of a group lists all groups",
        "S-03",
        breaks: "RFC 7644 section 3.4.2.2",
        .groupLookUp { ids, lookUp in ids = lookUp.directory.ids(.group) }
      )
    default: nil
    }
  }

  private var groupRefusalRow: Row? {
    switch self {
    case .groupAddRefusedYetDone:
      Row(
        "the addition of members is answered 400 and done all the same",
        "S-04",
        breaks: "RFC 9110 section 15.5",
        .at(\.scimAnswer) { answer, call in
          guard call.kind == .group, call.request.method == "PATCH", answer.isSuccess,
            String(decoding: call.request.body, as: UTF8.self).contains(#""op":"add""#)
          else { return }
          answer = SCIMRefusal.invalidValue("the members are not valid").answer
        }
      )
    case .groupPutRefusedYetDone:
      Row(
        "a PUT that renames a group is answered 400 and done all the same",
        "S-04",
        breaks: "RFC 9110 section 15.5",
        .at(\.scimAnswer) { answer, call in
          guard call.kind == .group, call.request.method == "PUT", answer.isSuccess,
            answer.jsonObject?["displayName"]?.string?.hasPrefix("team") == false
          else { return }
          answer = SCIMRefusal.invalidValue("the name is not valid").answer
        }
      )
    case .groupRenameRefusedYetDone:
      Row(
        "a PATCH that gives a group another name is answered 400 and done all the same",
        "S-04",
        breaks: "RFC 9110 section 15.5",
        .at(\.scimAnswer) { answer, call in
          guard call.kind == .group, call.request.method == "PATCH", answer.isSuccess,
            answer.jsonObject?["displayName"]?.string?.hasPrefix("team") == false,
            String(decoding: call.request.body, as: UTF8.self).contains(#""displayName""#)
          else { return }
          answer = SCIMRefusal.invalidValue("the name is not valid").answer
        }
      )
    case .groupPutRefusesSchemas:
      Row(
        "a PUT of a group with schemas in its body is refused",
        "S-06",
        breaks: "RFC 7644 section 3.5.1",
        .groupWrite("PUT") { _, write throws(SCIMRefusal) in
          if write.body["schemas"] != nil {
            throw SCIMRefusal(400, scimType: "mutability", "schemas is read-only")
          }
        }
      )
    case .groupSecondPutRefused:
      Row(
        "a PUT of a group whose members a PUT has changed before is refused",
        "S-10",
        breaks: "RFC 7644 section 3.5.1",
        .groupWrite("PUT") { _, write throws(SCIMRefusal) in
          if let old = write.old, old.revision > 0 {
            throw .invalidValue("the members were set already")
          }
        }
      )
    case .groupPutConflictsWithItself:
      Row(
        "a PUT with the group's own name is answered 409",
        "S-06",
        breaks: "RFC 7644 section 3.5.1",
        .groupWrite("PUT") { attributes, write throws(SCIMRefusal) in
          if attributes["displayName"] == write.old?.attributes["displayName"] {
            throw .taken(attributes, .group)
          }
        }
      )
    case .groupPutRefusesID:
      Row(
        "a PUT of a group with id in its body is refused",
        "S-06",
        breaks: "RFC 7644 section 3.5.1",
        .groupWrite("PUT") { _, write throws(SCIMRefusal) in
          if write.body["id"] != nil {
            throw SCIMRefusal(400, scimType: "mutability", "id is read-only")
          }
        }
      )
    case .groupRenameRefused:
      Row(
        "a PATCH without a path that carries the group's id is refused",
        "S-10",
        breaks: "RFC 7644 section 3.5.2; Okta, SCIM 2.0 reference, Groups",
        .groupWrite("PATCH") { _, write throws(SCIMRefusal) in
          if write.operations.contains(where: { $0.path == nil && $0.value?["id"] != nil }) {
            throw SCIMRefusal(400, scimType: "mutability", "id is read-only")
          }
        }
      )
    case .groupRemoveRefused:
      Row(
        "the removal of a member by a filter is refused",
        "S-10",
        breaks: "RFC 7644 section 3.5.2.2",
        .groupWrite("PATCH") { _, write throws(SCIMRefusal) in
          if write.operations.contains(where: { $0.path?.contains("[") == true }) {
            throw SCIMRefusal(400, scimType: "invalidPath", "filters are not supported")
          }
        }
      )
    case .groupReplaceEmptyRefused:
      Row(
        "the replacement of all members by none is refused",
        "S-10",
        breaks: "RFC 7644 section 3.5.2.3",
        .groupWrite("PATCH") { _, write throws(SCIMRefusal) in
          if write.operations.contains(where: { $0.kind == .replace && $0.value == [] }) {
            throw .invalidValue("members is empty")
          }
        }
      )
    case .groupDelete405:
      Row(
        "the deletion of a group is answered 405",
        "S-10",
        breaks: "Okta, SCIM 2.0 reference, Groups",
        .refusing(\.scimRequest) { call, _ throws(SCIMRefusal) in
          if call.kind == .group, call.request.method == "DELETE" {
            throw SCIMRefusal(405, "DELETE is not supported")
          }
        }
      )
    default: nil
    }
  }

  /// The create of a group that is there.
  private var groupAgainRow: Row? {
    switch self {
    case .groupAgain500:
      Row(
        "the create of a group that exists is answered 500",
        "S-08",
        breaks: "RFC 7644 section 3.3",
        .groupAgain { decision, _, _ in
          decision.refusal = SCIMRefusal(500, "internal error")
        }
      )
    case .groupAgain400:
      Row(
        "the create of a group that exists is answered 400",
        "S-08",
        breaks: "RFC 7644 section 3.3",
        .groupAgain { decision, _, _ in
          decision.refusal = .invalidValue("a group of that name exists")
        }
      )
    case .groupAgainOverwrites:
      Row(
        "the create of a group that exists is answered 201, and its members are those of the create",
        "S-08",
        breaks: "RFC 7644 section 3.3",
        .groupAgain { decision, old, attributes in
          decision = CreateDecision(deed: .overwrite(old, with: attributes))
        }
      )
    default: nil
    }
  }

  /// Users whom the app has lost.
  private var lostUserRow: Row? {
    switch self {
    case .staleMemberDropsAll:
      Row(
        "a write of a group that names an unknown user is acknowledged and leaves no members",
        "S-12",
        breaks: "RFC 7644 section 3.5.1, section 3.5.2",
        .groupWrite { attributes, write in
          if write.namesNobody { attributes["members"] = nil }
        }
      )
    case .staleUser400:
      Row(
        "a request for a user whom the app does not have is answered 400",
        "S-12",
        breaks: "RFC 7644 section 3.12",
        .refusing(\.scimRequest) { call, resource throws(SCIMRefusal) in
          if call.kind == .user, call.id != nil, resource == nil {
            throw .invalidValue("that is no id of a user")
          }
        }
      )
    case .staleUserServed:
      Row(
        "a request for a user whom the app does not have is answered 200 with an empty object",
        "S-12",
        breaks: "RFC 7644 section 3.12",
        .at(\.scimAnswer) { answer, call in
          if call.kind == .user, call.id != nil, answer.status == 404 {
            answer = HTTPResponse(
              status: 200,
              fields: ["Content-Type": "application/scim+json"],
              body: Array("{}".utf8)
            )
          }
        }
      )
    case .staleMember500:
      Row(
        "a write of a group that names an unknown user is answered 500",
        "S-12",
        breaks: "RFC 7644 section 3.12",
        .groupWrite { _, write throws(SCIMRefusal) in
          if write.namesNobody { throw SCIMRefusal(500, "internal error") }
        }
      )
    case .staleMemberRefused:
      Row(
        "a write of a group that names an unknown user is answered 400",
        "S-12",
        breaks: "RFC 7644 section 3.12",
        .groupWrite { _, write throws(SCIMRefusal) in
          if write.namesNobody { throw .invalidValue("there is no such member") }
        }
      )
    case .staleUser500:
      Row(
        "a request for a user whom the app does not have is answered 500",
        "S-12",
        breaks: "RFC 7644 section 3.12",
        .refusing(\.scimRequest) { call, resource throws(SCIMRefusal) in
          if call.kind == .user, call.id != nil, resource == nil {
            throw SCIMRefusal(500, "cannot read properties of undefined")
          }
        }
      )
    default: nil
    }
  }
}

extension ResourceWrite {
  /// Whether it speaks of the members of a group that was there.
  var changesMembers: Bool {
    method != "PATCH" ? old != nil : operations.contains { $0.path?.hasPrefix("members") == true }
  }

  /// Whether it names a member whom the app does not have.
  var namesNobody: Bool { !unknownMembers.isEmpty }
}

extension Directory.Resource {
  fileprivate var memberIDs: Set<String> {
    Set((attributes["members"]?.array ?? []).compactMap { $0["value"]?.string })
  }
}

extension JSONObject {
  /// Keeps those of a group's members whose ids fit.
  fileprivate mutating func keepMembers(where isKept: (String) -> Bool) {
    let members = self["members"]?.array ?? []
    self["members"] = .array(members.filter { $0["value"]?.string.map(isKept) ?? true })
  }
}

extension Behaviour {
  /// What becomes of the create of a group that exists, with the group and the new attributes.
  fileprivate static func groupAgain(
    _ change: @escaping @Sendable (inout CreateDecision, Directory.Resource, JSONObject) -> Void
  ) -> Behaviour {
    .at(\.create) { decision, facts in
      if facts.kind == .group, decision.refusal != nil, let old = facts.namesakes.first {
        change(&decision, old, facts.attributes)
      }
    }
  }

  /// What a write of a group leaves, shown and stored.
  ///
  /// - Parameter method: nil for any.
  fileprivate static func groupWrite(
    _ method: String? = nil,
    _ change: @escaping Seam<JSONObject, ResourceWrite, SCIMRefusal>.Change
  ) -> Behaviour {
    .refusing(\.write) { attributes, write throws(SCIMRefusal) in
      if write.kind == .group, method ?? write.method == write.method {
        try change(&attributes, write)
      }
    }
  }

  /// The members stay as they were.
  fileprivate static let keepMembers: Seam<JSONObject, ResourceWrite, SCIMRefusal>.Change = {
    attributes,
    write in
    attributes["members"] = write.old?.attributes["members"]
  }

  /// What a PATCH with such an operation on members leaves.
  fileprivate static func groupPatch(
    _ kind: PatchOperation.Kind,
    _ change: @escaping Seam<JSONObject, ResourceWrite, SCIMRefusal>.Change
  ) -> Behaviour {
    .groupWrite("PATCH") { attributes, write throws(SCIMRefusal) in
      let isMeant = write.operations.contains { operation in
        operation.kind == kind && operation.path?.hasPrefix("members") == true
      }
      if isMeant { try change(&attributes, write) }
    }
  }

  /// What a look-up of groups finds.
  fileprivate static func groupLookUp(
    _ change: @escaping @Sendable (inout [String], LookUp) -> Void
  ) -> Behaviour {
    .refusing(\.matches) { ids, lookUp throws(SCIMRefusal) in
      if lookUp.kind == .group, lookUp.filter != nil { change(&ids, lookUp) }
    }
  }
}
