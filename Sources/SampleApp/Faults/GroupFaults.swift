import HTTP
import JSON

extension Fault {
  /// The rows of groups.
  var groupRow: Row? { groupStoreRow ?? groupLookUpRow ?? groupRefusalRow ?? lostUserRow }

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

  private var groupLookUpRow: Row? {
    switch self {
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

  /// Users whom the app has lost.
  private var lostUserRow: Row? {
    switch self {
    case .staleMember500:
      Row(
        "a write of a group that names an unknown user is answered 500",
        "S-12",
        breaks: "RFC 7644 section 3.12",
        .groupWrite { _, write throws(SCIMRefusal) in
          if write.namesNobody { throw SCIMRefusal(500, "foreign key constraint failed") }
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

extension Behaviour {
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
