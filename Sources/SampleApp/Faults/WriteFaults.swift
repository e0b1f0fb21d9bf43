import HTTP
import JSON

extension Fault {
  /// The rows of PUT and PATCH.
  var writeRow: Row? {
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
    case .patchPathlessRefused:
      Row(
        "a PATCH operation without a path is refused",
        breaks: "RFC 7644 section 3.5.2",
        .refusing(\.patch) { operations, _ throws(SCIMRefusal) in
          if operations.contains(where: { $0.path == nil }) {
            throw SCIMRefusal(400, scimType: "invalidPath", "path is required")
          }
        }
      )
    case .patch501:
      Row(
        "PATCH is answered 501",
        breaks: "Okta, SCIM 2.0 reference, Deactivate Users",
        .refusing(\.scimRequest) { call, _ throws(SCIMRefusal) in
          if call.request.method == "PATCH" { throw SCIMRefusal(501, "PATCH is not implemented") }
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
