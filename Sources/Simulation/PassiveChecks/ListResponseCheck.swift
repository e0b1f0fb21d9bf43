import HTTP
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
        let list = try ListResponse.read(exchange.document)
        return list.problems.map { observation($0, exchange.number) }
          + counts(list, exchange)
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

  /// What a list says of its own length.
  private static func counts(_ list: ListResponse, _ exchange: Exchange) -> [Observation] {
    var report = ExchangeReport(exchange)
    if let total = list.totalResults, total < list.resources.count {
      report.add(
        "SCIM.list-total-differs",
        .must,
        "the app's list response says totalResults \(total) and lists \(list.resources.count)",
        "count all that match: Okta takes 0 for nobody",
        "RFC 7644 section 3.4.2"
      )
    }
    let object = (try? ResourceError.object(in: exchange.document)) ?? [:]
    let missing = ["startIndex", "itemsPerPage"].filter { object[ignoringCase: $0] == nil }
    if let total = list.totalResults, total > list.resources.count, !list.resources.isEmpty,
      !missing.isEmpty
    {
      report.add(
        "SCIM.list-paging",
        .must,
        "the app lists \(list.resources.count) of \(total) without "
          + missing.joined(separator: " and "),
        "a page says where it starts and how many it lists",
        "RFC 7644 section 3.4.2"
      )
    }
    let count = exchange.request.url.queryFields["count"].flatMap { Int($0) }
    if let count, list.resources.count > count {
      report.add(
        "SCIM.list-count",
        .must,
        "the app lists \(list.resources.count) where at most \(count) were asked for",
        "never list more than count",
        "RFC 7644 section 3.4.2.4"
      )
    }
    return report.observations
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
