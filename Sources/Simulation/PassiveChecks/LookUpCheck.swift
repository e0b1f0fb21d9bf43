import HTTP
import JSON
import SCIM

/// A look-up by filter lists only what the filter asks for (RFC 7644 section 3.4.2.2).
enum LookUpCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.authorized.flatMap { exchange -> [Observation] in
      guard exchange.status == 200, record.kind(of: exchange) == .find,
        let filter = exchange.request.url.queryFields["filter"],
        let wanted = parse(filter),
        let list = try? ListResponse.read(exchange.document)
      else { return [] }
      // A user without the attribute has a finding of its own.
      let strangers = list.resources.filter { resource in
        resource[wanted.path].map { $0.textForComparison.lowercased() != wanted.value.lowercased() }
          ?? !wanted.isUserName
      }
      guard !strangers.isEmpty else {
        return wanted.isUserName && list.resources.count > 1 ? [twice(exchange, filter, list)] : []
      }
      let observation = Observation(
        id: "SCIM.filter-ignored",
        party: .serviceProvider,
        message:
          "the app lists \(list.resources.count) users for \(filter), "
          + "\(strangers.count) of them with another \(wanted.path)",
        advice:
          "apply the filter: Okta links to what it is given and then writes over that account",
        source: "RFC 7644 section 3.4.2.2; Okta, SCIM 2.0 reference",
        exchanges: [exchange.number]
      )
      return [observation]
    }
  }

  private static func twice(
    _ exchange: Exchange,
    _ filter: String,
    _ list: ListResponse
  ) -> Observation {
    Observation(
      id: "F-46.user-twice",
      failureModes: ["F-46"],
      party: .serviceProvider,
      message: "the app lists \(list.resources.count) users for \(filter)",
      advice:
        "let a user name be there once: refuse the second create with 409 and scimType uniqueness",
      source: "RFC 7643 section 4.1.1; RFC 7644 section 3.3",
      exchanges: [exchange.number]
    )
  }

  private static func parse(
    _ filter: String
  ) -> (path: SCIMPath, value: String, isUserName: Bool)? {
    let words = filter.split(separator: " ", maxSplits: 2).map(String.init)
    guard words.count == 3, let path = SCIMPath(words[0]),
      let value = (try? JSONReader.read(words[2]))?.string
    else { return nil }
    return (path, value, path.description.lowercased() == "username")
  }
}
