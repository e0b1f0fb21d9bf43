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
      var report = ExchangeReport(exchange)
      if response.status != 201 {
        report.add(
          "SCIM.create-status",
          .must,
          "the app answered a create with HTTP \(response.status) instead of 201",
          "answer with 201 Created and the new user",
          "RFC 7644 section 3.3"
        )
      }
      let created: JSONObject
      do throws(ResourceError) {
        created = try ResourceError.object(in: exchange.document)
      } catch {
        report.add(
          "SCIM.create-body",
          .must,
          "the app's answer to a create holds no user: \(error)",
          "answer with the user that was made, with its id",
          "RFC 7644 section 3.3; Okta, SCIM 2.0 reference"
        )
        return report.observations
      }
      let id = created[ignoringCase: "id"]
      if id == nil || id == .null || id?.textForComparison == "" {
        report.add(
          "SCIM.create-id",
          .must,
          "the app's answer to a create has no id",
          "give the user an id: Okta keeps it and uses it from then on",
          "RFC 7643 section 3.1; Okta, SCIM 2.0 reference",
          explains: .user
        )
      }
      if !response.fields.contains("Location") {
        report.add(
          "SCIM.create-location",
          .must,
          "the app's answer to a create has no Location",
          "add Location with the URL of the new user",
          "RFC 7644 section 3.3"
        )
      }
      let lost = lostAttributes(sent: record.object(exchange.request.body), created)
      if !lost.isEmpty {
        report.add(
          "SCIM.create-lost-attribute",
          .must,
          "the app's answer to a create does not have \(lost.joined(separator: ", ")) as sent",
          "keep at least userName, name, emails and active",
          "Okta, \"Build your SCIM API service\"",
          explains: .user
        )
      }
      return report.observations
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
    let kept = Set(created.emails.map(\.value))
    if !sent.emails.allSatisfy({ kept.contains($0.value) }) { lost.append("emails.value") }
    return lost
  }
}
