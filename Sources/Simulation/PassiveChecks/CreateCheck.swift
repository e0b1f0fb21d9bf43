import HTTP
import JSON
import Profiles
import SCIM

/// The answer to a create (RFC 7644 section 3.3).
enum CreateCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.authorized.flatMap { exchange -> [Observation] in
      guard let response = exchange.response, response.isSuccess,
        record.kind(of: exchange) == .create
      else { return [] }
      var observations: [Observation] = []
      func add(
        _ id: String,
        _ level: Scenario.Level,
        _ message: String,
        _ advice: String,
        source: String = "RFC 7644 section 3.3"
      ) {
        observations.append(
          Observation(
            id: id,
            level: level,
            party: .serviceProvider,
            message: message,
            advice: advice,
            source: source,
            exchanges: [exchange.number]
          )
        )
      }
      if response.status != 201 {
        add(
          "SCIM.create-status",
          .must,
          "the app answered a create with HTTP \(response.status) instead of 201",
          "answer with 201 Created and the new user"
        )
      }
      let created: JSONObject
      do throws(ResourceError) {
        created = try ResourceError.object(in: response.body)
      } catch {
        add(
          "SCIM.create-body",
          .must,
          "the app's answer to a create holds no user: \(error)",
          "answer with the user that was made, with its id",
          source: "RFC 7644 section 3.3; Okta, SCIM 2.0 reference"
        )
        return observations
      }
      let id = created[ignoringCase: "id"]
      if id == nil || id == .null || id?.textForComparison == "" {
        add(
          "SCIM.create-id",
          .must,
          "the app's answer to a create has no id",
          "give the user an id: Okta keeps it and uses it from then on",
          source: "RFC 7643 section 3.1; Okta, SCIM 2.0 reference"
        )
      }
      if !response.fields.contains("Location") {
        add(
          "SCIM.create-location",
          .must,
          "the app's answer to a create has no Location",
          "add Location with the URL of the new user"
        )
      }
      let lost = lostAttributes(sent: record.object(exchange.request.body), created)
      if !lost.isEmpty {
        add(
          "SCIM.create-lost-attribute",
          .must,
          "the app's answer to a create does not have \(lost.joined(separator: ", ")) as sent",
          "keep at least userName, name, emails and active",
          source: "Okta, \"Build your SCIM API service\""
        )
      }
      return observations
    }
  }

  /// What every app must keep (Okta, "Build your SCIM API service") and this one did not.
  private static func lostAttributes(sent: JSONObject?, _ created: JSONObject) -> [String] {
    guard let sent else { return [] }
    let required = ["userName", "name.givenName", "name.familyName", "active"]
    var lost = required.filter { text in
      guard let path = SCIMPath(text), let wanted = JSONValue.object(sent)[path] else {
        return false
      }
      let kept = JSONValue.object(created)[path]
      // A value of the wrong kind has a finding of its own.
      if text == "active", let kept, kept != .null, kept.boolean == nil { return false }
      return kept?.textForComparison.lowercased() != wanted.textForComparison.lowercased()
    }
    // An app may list others of its own, and in any order.
    let kept = Set(emails(of: created))
    if !emails(of: sent).allSatisfy(kept.contains) { lost.append("emails.value") }
    return lost
  }

  private static func emails(of resource: JSONObject) -> [String] {
    (resource[ignoringCase: "emails"]?.array ?? []).compactMap {
      $0.object?[ignoringCase: "value"]?.string?.lowercased()
    }
  }
}
