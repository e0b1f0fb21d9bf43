import HTTP
import JSON

extension Fault {
  /// The rows of the dress of refusals.
  var refusalRow: Row? {
    switch self {
    case .challengeMissing:
      Row(
        "a 401 has no WWW-Authenticate",
        "F-03",
        breaks: "RFC 6750 section 3",
        .at(\.scimAnswer) { answer, _ in
          if answer.status == 401 { answer.fields.remove("WWW-Authenticate") }
        }
      )
    case .challengeBasic:
      Row(
        "a 401 asks for Basic authentication only",
        "F-03",
        breaks: "RFC 6750 section 3",
        .at(\.scimAnswer) { answer, _ in
          if answer.status == 401, answer.fields.contains("WWW-Authenticate") {
            answer.fields.set("WWW-Authenticate", "Basic realm=\"sample\"")
          }
        }
      )
    case .errorBodyHTML:
      Row(
        "a 401 has an HTML body",
        "F-03",
        breaks: "RFC 7644 section 3.12",
        .at(\.scimAnswer) { answer, _ in
          guard answer.status == 401 else { return }
          let challenge = answer.fields["WWW-Authenticate"]
          answer = Pages.failure(status: 401, title: "Unauthorized", "Sign in to go on.")
          if let challenge { answer.fields.append("WWW-Authenticate", challenge) }
        }
      )
    case .errorStatusNumber:
      Row(
        "SCIM errors give status as a number",
        "F-03",
        breaks: "RFC 7644 section 3.12",
        .scimError { body in
          if let status = body["status"]?.string.flatMap(Int.init) {
            body["status"] = .number(JSONNumber(status))
          }
        }
      )
    case .errorWithoutSchemas:
      Row(
        "SCIM errors have no schemas",
        "F-03",
        breaks: "RFC 7644 section 3.12",
        .scimError { $0["schemas"] = nil }
      )
    case .errorShowsSQL:
      Row(
        "the 409 to a create says what the database said",
        "S-18",
        breaks: "RFC 7644 section 3.12",
        .scimError { body in
          if body["status"] == "409" {
            body["detail"] = "UNIQUE constraint failed: directory.name"
          }
        }
      )
    case .errorShowsTrace:
      Row(
        "the 404 to an unknown id carries a stack trace",
        "S-18",
        breaks: "RFC 7644 section 3.12",
        .scimError { body in
          if body["status"] == "404" {
            body["detail"] =
              "Traceback (most recent call last):\n  File \"views.py\", line 71, in get\nDoesNotExist"
          }
        }
      )
    case .challengeWithoutError:
      Row(
        "a 401 asks for a Bearer token and does not say what was wrong with the one that came",
        "F-03",
        breaks: "RFC 6750 section 3.1",
        .at(\.scimAnswer) { answer, _ in
          if answer.status == 401, answer.fields.contains("WWW-Authenticate") {
            answer.fields.set("WWW-Authenticate", "Bearer")
          }
        }
      )
    default: nil
    }
  }
}

extension Behaviour {
  /// The body of a refusal.
  fileprivate static func scimError(
    _ edit: @escaping @Sendable (inout JSONObject) -> Void
  ) -> Behaviour {
    .at(\.scimAnswer) { answer, _ in
      if answer.status >= 400 { answer.editJSON(edit) }
    }
  }
}
