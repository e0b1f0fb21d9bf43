import JSON
import Profiles

/// An explanation for programs: stable, additions only.
///
/// ```
/// { "oktasim": "0.1.0", "explainVersion": 1,
///   "profile": "acme-chat", "family": "aiw", "mode": "oauth2",
///   "kind": [FACT],
///   "events": [
///     { "id": "assign.link", "event": "assign ada", "circumstance": "…",     // null for none
///       "requests": [
///         { "number": 12, "act": "find", "resource": "User",                 // null for none
///           "parts": [
///             { "place": "query", "name": "filter", "value": "userName%20eq…",
///               "mark": "C", "says": "…", "sources": ["S20"], "settings": ["okta.filterSpace"] } ] } ],
///       "end": null } ],                  // why nothing is sent, or how it ends for the admin
///   "refresh": [FACT], "neverSent": [FACT],
///   "marks": { "C": "…" }, "sources": { "S20": "…" } }
/// ```
///
/// A FACT has `mark`, `says`, `sources`, `settings`. `place` is `request` (its value is method and URL),
/// `configured query`, `query`, `header`, `form`, `body` (its name is a path), or the order of the last
/// four (`query order` …; its value is the names in their order). `mark` is null for what Okta does
/// not send and the profile asks for.
package struct ExplanationJSON {
  private let explanation: Explanation
  private let version: String

  package init(_ explanation: Explanation, version: String) {
    self.explanation = explanation
    self.version = version
  }

  package var text: String { JSONValue.object(document).prettyText + "\n" }

  private var document: JSONObject {
    let profile = explanation.profile
    return [
      "oktasim": .string(version),
      "explainVersion": 1,
      "profile": .string(profile.name),
      "family": .string(profile.family.rawValue),
      "mode": .string(profile.authentication.mode.rawValue),
      "kind": facts(explanation.kind),
      "events": .array(explanation.events.map(event)),
      "refresh": facts(explanation.refresh),
      "neverSent": facts(explanation.neverSent),
      "marks": .object(
        JSONObject(Switch.Mark.all.map { .init(key: $0.letter, value: .string($0.meaning)) })
      ),
      "sources": .object(
        JSONObject(
          OktaSource.allCases.map { .init(key: $0.rawValue, value: .string($0.title)) }
        )
      ),
    ]
  }

  private func event(_ event: Explanation.Event) -> JSONValue {
    [
      "id": .string(event.id),
      "event": .string(event.title),
      "circumstance": event.circumstance.map { .string($0) } ?? .null,
      "requests": .array(event.requests.map(request)),
      "end": event.end.map { .string($0) } ?? .null,
    ]
  }

  private func request(_ request: Explanation.Request) -> JSONValue {
    [
      "number": .number(JSONNumber(request.number)),
      "act": .string(request.act.rawValue),
      "resource": request.resource.map { .string($0.rawValue) } ?? .null,
      "parts": .array(request.parts.map(part)),
    ]
  }

  private func part(_ part: Explanation.Part) -> JSONValue {
    var object: JSONObject = [
      "place": .string(part.place.rawValue), "name": .string(part.name),
      "value": .string(part.value),
    ]
    let record = part.record
    let rest = known(
      record?.mark,
      record?.says ?? "",
      record?.sources ?? [],
      record?.settings ?? []
    )
    for member in rest.members { object[member.key] = member.value }
    return .object(object)
  }

  private func facts(_ facts: [RecordedFact]) -> JSONValue {
    .array(facts.map { .object(known($0.mark, $0.says, $0.sources, $0.settings)) })
  }

  private func known(
    _ mark: Switch.Mark?,
    _ says: String,
    _ sources: [OktaSource],
    _ settings: [String]
  ) -> JSONObject {
    [
      "mark": mark.map { .string($0.letter) } ?? .null,
      "says": .string(says),
      "sources": .array(sources.map { .string($0.rawValue) }),
      "settings": .array(settings.map { .string($0) }),
    ]
  }
}
