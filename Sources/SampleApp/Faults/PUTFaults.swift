import HTTP
import JSON

extension Fault {
  /// The rows of PUT.
  var putRow: Row? {
    switch self {
    case .putLosesAttribute:
      Row(
        "a PUT loses displayName",
        "S-07",
        breaks: "RFC 7644 section 3.5.1",
        .userPUT { attributes, _ in attributes["displayName"] = nil }
      )
    case .putEchoEmpty:
      Row(
        "a PUT is answered 200 with no body",
        breaks: "RFC 7644 section 3.5.1",
        .at(\.scimAnswer) { answer, call in
          if call.request.method == "PUT", answer.isSuccess {
            answer = HTTPResponse(status: answer.status)
          }
        }
      )
    case .putLosesPhoneNumbers:
      Row(
        "a PUT loses phoneNumbers and addresses",
        "S-07",
        breaks: "RFC 7644 section 3.5.1",
        .userPUT { attributes, _ in
          attributes["phoneNumbers"] = nil
          attributes["addresses"] = nil
        }
      )
    case .putLosesExtension:
      Row(
        "a PUT loses the enterprise extension",
        "S-07",
        breaks: "RFC 7644 section 3.5.1",
        .userPUT { attributes, _ in attributes[ResourceKind.enterpriseExtension] = nil }
      )
    case .putLosesSilently:
      Row(
        "a PUT loses title, which its answer shows",
        "S-07",
        breaks: "RFC 7644 section 3.5.1",
        .at(\.stored) { resource, write in
          if write.method == "PUT", write.kind == .user { resource.attributes["title"] = nil }
        }
      )
    case .putKeepsOldName:
      Row(
        "a PUT keeps the old name.familyName",
        "S-01",
        breaks: "RFC 7644 section 3.5.1",
        .userPUT { attributes, write in
          guard var name = attributes["name"]?.object,
            let old = write.old?.attributes["name"]?["familyName"]
          else { return }
          name["familyName"] = old
          attributes["name"] = .object(name)
        }
      )
    case .putAddsEmails:
      Row(
        "a PUT appends the e-mail addresses to those that are there",
        "S-01",
        breaks: "RFC 7644 section 3.5.1",
        .userPUT { attributes, write in
          guard let sent = attributes["emails"]?.array else { return }
          attributes["emails"] = .array((write.old?.attributes["emails"]?.array ?? []) + sent)
        }
      )
    case .putNotStored:
      Row(
        "a PUT of a user is answered 200 with what was sent, and nothing is stored",
        "S-01",
        breaks: "RFC 7644 section 3.5.1",
        .at(\.stored) { resource, write in
          if write.method == "PUT", write.kind == .user, let old = write.old { resource = old }
        }
      )
    case .putRefusesReadOnly:
      Row(
        "a PUT with id or meta in its body is refused",
        "S-06",
        breaks: "RFC 7644 section 3.5.1",
        .userPUT { _, write throws(SCIMRefusal) in
          for name in ["id", "meta"] where write.body.spelling(of: name) != nil {
            throw SCIMRefusal(400, scimType: "mutability", "\(name) is read-only")
          }
        }
      )
    case .putRefusesUnknown:
      Row(
        "each user has an attribute of the app's own, and a PUT that carries it is refused",
        "S-06",
        breaks: "RFC 7644 section 3.5.1",
        .at(\.representation) { body, kind in if kind == .user { body["costCode"] = "none" } },
        .refusing(\.write) { attributes, write throws(SCIMRefusal) in
          guard write.kind == .user, attributes["costCode"] != nil else { return }
          if write.method == "PUT" { throw .invalidValue("costCode is not known") }
          attributes["costCode"] = nil
        }
      )
    case .putConflictsWithItself:
      Row(
        "a PUT with the user's own userName is answered 409",
        "S-06",
        breaks: "RFC 7644 section 3.5.1",
        .userPUT { attributes, write throws(SCIMRefusal) in
          let own = write.old?.attributes["userName"]?.string?.lowercased()
          if attributes["userName"]?.string?.lowercased() == own {
            throw .taken(attributes, .user)
          }
        }
      )
    case .putFailsAfterRefresh:
      Row(
        "a PUT is answered 500 once the grant has been refreshed",
        breaks: "RFC 7644 section 3.5.1",
        .refusing(\.scimRequest) { call, _ throws(SCIMRefusal) in
          if call.request.method == "PUT", let token = call.token, token.grant.refreshCount > 0 {
            throw SCIMRefusal(500, "internal error")
          }
        }
      )
    default: nil
    }
  }
}

extension Behaviour {
  /// What a PUT of a user leaves, shown and stored.
  static func userPUT(
    _ change: @escaping Seam<JSONObject, ResourceWrite, SCIMRefusal>.Change
  ) -> Behaviour {
    .refusing(\.write) { attributes, write throws(SCIMRefusal) in
      if write.method == "PUT", write.kind == .user { try change(&attributes, write) }
    }
  }
}
