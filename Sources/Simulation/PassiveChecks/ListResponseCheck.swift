import SCIM

/// Every answer with a list (RFC 7644 section 3.4.2).
enum ListResponseCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.authorized.flatMap { exchange -> [Observation] in
      guard let response = exchange.response, response.status == 200 else { return [] }
      switch record.kind(of: exchange) {
      case .list, .find: break
      default: return []
      }
      do throws(ResourceError) {
        let list = try ListResponse.read(response.body)
        return list.problems.map { observation($0, exchange.number) }
      } catch {
        return [
          Observation(
            id: "SCIM.list-unreadable",
            party: .serviceProvider,
            message: "the app's answer to a list request cannot be read: \(error)",
            advice: "answer with a ListResponse, also where nothing was found",
            source: "RFC 7644 section 3.4.2",
            exchanges: [exchange.number]
          )
        ]
      }
    }
  }

  private static func observation(
    _ problem: ListResponse.Problem,
    _ exchange: Int
  ) -> Observation {
    var observation = Observation(
      id: "",
      party: .serviceProvider,
      message: "",
      advice: "",
      source: "RFC 7644 section 3.4.2",
      exchanges: [exchange]
    )
    switch problem {
    case .schemaMissing:
      observation.id = "SCIM.list-schemas"
      observation.message = "the app's list response does not name its schema"
      observation.advice = "add \"schemas\": [\"\(SCIMSchema.listResponse)\"]"
    case .totalResultsMissing:
      observation.id = "SCIM.list-total"
      observation.message = "the app's list response has no totalResults"
      observation.advice = "add totalResults, as a number"
    case .notANumber(let key, let kind):
      observation.id = "SCIM.list-number"
      observation.message = "the app's list response gives \(kind) for \(key)"
      observation.advice = "write it as a JSON number: Okta does not go on after a string"
      observation.source = "RFC 7644 section 3.4.2; Okta, SCIM 2.0 reference"
    case .resourcesMissing(let total):
      observation.id = "SCIM.list-resources"
      observation.message = "the app's list response says totalResults \(total) and lists nothing"
      observation.advice = "list them under Resources"
    }
    return observation
  }
}
