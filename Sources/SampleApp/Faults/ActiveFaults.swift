import JSON

extension Fault {
  /// The rows of the attribute `active`.
  var activeRow: Row? {
    switch self {
    case .deactivateIgnored:
      Row(
        "a user set to inactive stays active",
        "F-49",
        breaks: "RFC 7643 section 4.1.1",
        .at(\.write) { attributes, write in if write.kind == .user { attributes["active"] = true } }
      )
    case .reactivationIgnored:
      Row(
        "an inactive user stays inactive",
        "S-05",
        breaks: "RFC 7643 section 4.1.1",
        .at(\.write) { attributes, write in
          if write.kind == .user, write.old?.isActive == false { attributes["active"] = false }
        }
      )
    case .activeMissingWhenInactive:
      Row(
        "an inactive user is shown without active",
        "S-05",
        breaks: "RFC 7643 section 4.1.1",
        .at(\.representation) { body, _ in
          if body["active"] == false { body["active"] = nil }
        }
      )
    case .activeNullWhenInactive:
      Row(
        "an inactive user is shown with active null",
        "S-05",
        breaks: "RFC 7643 section 4.1.1",
        .at(\.representation) { body, _ in
          if body["active"] == false { body["active"] = .some(.null) }
        }
      )
    case .activeNotShownByPUT:
      Row(
        "the answer to a PUT shows the old active, the new one is stored",
        "S-05",
        breaks: "RFC 7644 section 3.5.1",
        .userPUT { attributes, write in attributes["active"] = write.old?.attributes["active"] },
        .at(\.stored) { user, write in
          if write.method == "PUT", write.kind == .user,
            let isActive = write.body[ignoringCase: "active"]?.boolean
          {
            user.attributes["active"] = .boolean(isActive)
          }
        }
      )
    case .secondDeactivationRefused:
      Row(
        "an inactive user that is set inactive is answered 400",
        "S-05",
        breaks: "RFC 7644 section 3.5.2",
        .refusing(\.write) { _, write throws(SCIMRefusal) in
          if write.kind == .user, write.old?.isActive == false, write.asksForInactive {
            throw .invalidValue("the user is inactive already")
          }
        }
      )
    case .inactiveUser404:
      Row(
        "an inactive user is 404 for GET, PUT and PATCH",
        "S-05",
        breaks: "Okta, SCIM 2.0 reference, Deactivate Users",
        .refusing(\.scimRequest) { call, user throws(SCIMRefusal) in
          if call.kind == .user, call.request.method != "DELETE", let user, !user.isActive {
            throw .unknown(user.id, .user)
          }
        }
      )
    default: nil
    }
  }
}
