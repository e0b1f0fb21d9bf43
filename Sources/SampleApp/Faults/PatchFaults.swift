import HTTP

extension Fault {
  /// The rows of PATCH, and of the media type of all writes.
  var patchRow: Row? {
    switch self {
    case .scimJSONNotParsed:
      Row(
        "a body of the type application/scim+json is taken for empty",
        "S-13",
        breaks: "RFC 7644 section 3.1",
        .at(\.scimRequest) { call, _ in
          if call.hasSCIMBody { call.request.body = Array("{}".utf8) }
        }
      )
    case .scimJSONRefused:
      Row(
        "a body of the type application/scim+json is answered 415",
        "S-13",
        breaks: "RFC 7644 section 3.1",
        .refusing(\.scimRequest) { call, _ throws(SCIMRefusal) in
          if call.hasSCIMBody { throw SCIMRefusal(415, "send application/json") }
        }
      )
    case .plainJSONRefused:
      Row(
        "a body of the type application/json is answered 415",
        breaks: "Okta, SCIM 2.0 SPEC test, request 6",
        .refusing(\.scimRequest) { call, _ throws(SCIMRefusal) in
          if !call.request.body.isEmpty, !call.hasSCIMBody {
            throw SCIMRefusal(415, "send application/scim+json")
          }
        }
      )
    case .charsetRefused:
      Row(
        "a body of the type application/scim+json; charset=utf-8 is answered 415",
        "S-13",
        breaks: "RFC 7644 section 3.1",
        .refusing(\.scimRequest) { call, _ throws(SCIMRefusal) in
          if call.hasSCIMBody, call.request.fields["Content-Type"]?.contains(";") == true {
            throw SCIMRefusal(415, "send application/scim+json")
          }
        }
      )
    case .acceptRefused:
      Row(
        "a request that accepts application/scim+json alone is answered 406",
        "S-13",
        breaks: "RFC 7644 section 3.8",
        .refusing(\.scimRequest) { call, _ throws(SCIMRefusal) in
          if call.request.fields["Accept"] == "application/scim+json" {
            throw SCIMRefusal(406, "the answers are application/json")
          }
        }
      )
    case .typedReadRefused:
      Row(
        "a GET with a Content-Type is answered 400, since it has no body",
        breaks: "RFC 9110 section 8.3, section 9.3.1; Okta, SCIM 2.0 SPEC test",
        .refusing(\.scimRequest) { call, _ throws(SCIMRefusal) in
          if call.request.method == "GET", call.request.fields.contains("Content-Type") {
            throw SCIMRefusal(400, "the body is empty")
          }
        }
      )
    case .patchIgnored:
      Row(
        "a PATCH of a user is answered 200 with the resource as it was, and nothing is stored",
        "S-01",
        breaks: "RFC 7644 section 3.5.2",
        .at(\.patch) { operations, kind in if kind == .user { operations = [] } }
      )
    case .patchIgnored204:
      Row(
        "a PATCH of a user is answered 204, and nothing is stored",
        "S-01",
        breaks: "RFC 7644 section 3.5.2",
        .at(\.patch) { operations, kind in if kind == .user { operations = [] } },
        .at(\.scimAnswer) { answer, call in
          if call.request.method == "PATCH", call.kind == .user, answer.isSuccess {
            answer = HTTPResponse(status: 204)
          }
        }
      )
    case .patchPathlessIgnored:
      Row(
        "a PATCH operation of a user without a path is ignored",
        "S-01",
        breaks: "RFC 7644 section 3.5.2",
        .at(\.patch) { operations, kind in
          if kind == .user { operations.removeAll { $0.path == nil } }
        }
      )
    case .patchPathlessRefused:
      Row(
        "a PATCH operation of a user without a path is refused",
        breaks: "RFC 7644 section 3.5.2",
        .refusing(\.patch) { operations, kind throws(SCIMRefusal) in
          if kind == .user, operations.contains(where: { $0.path == nil }) {
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

extension SCIMCall {
  fileprivate var hasSCIMBody: Bool {
    isWrite && !request.body.isEmpty
      && request.fields["Content-Type"].map { MediaType($0).essence } == "application/scim+json"
  }
}
