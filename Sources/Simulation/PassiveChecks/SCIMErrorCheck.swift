import HTTP
import SCIM

/// Errors of the service provider other than 401 (RFC 7644 section 3.12).
enum SCIMErrorCheck {
  static func observe(_ record: ScenarioRecord) -> [Observation] {
    record.authorized.flatMap { exchange -> [Observation] in
      guard let response = exchange.response, response.status >= 400, response.status != 401
      else { return [] }
      return body(response, exchange) + duplicate(response, exchange, record)
    }
  }

  private static func body(_ response: HTTPResponse, _ exchange: Exchange) -> [Observation] {
    let problem: String
    do throws(ResourceError) {
      let error = try SCIMError.read(exchange.document, status: response.status)
      let departures = error.problems.filter { $0 != .detailMissing }
      if departures.isEmpty { return [] }
      problem = departures.map(words).joined(separator: ", ")
    } catch {
      problem = "\(error)"
    }
    // What a proxy or a framework says before the service provider is reached is no SCIM error.
    let isFromSCIM = response.mediaType?.isJSON == true && response.status < 500
    return [
      Observation(
        id: "SCIM.error-body",
        level: isFromSCIM ? .must : .should,
        party: .serviceProvider,
        message:
          "the app's HTTP \(response.status) is no SCIM error: \(problem)",
        advice:
          "answer with {\"schemas\": [\"\(SCIMSchema.error)\"], \"status\": \"\(response.status)\", "
          + "\"detail\": …}, the status as a string",
        source: "RFC 7644 section 3.12",
        exchanges: [exchange.number],
        explains: .nothing
      )
    ]
  }

  /// A create that is refused as a duplicate.
  private static func duplicate(
    _ response: HTTPResponse,
    _ exchange: Exchange,
    _ record: ScenarioRecord
  ) -> [Observation] {
    guard response.status == 409, record.kind(of: exchange) == .create else { return [] }
    let error = try? SCIMError.read(exchange.document, status: 409)
    if error?.scimType == "uniqueness" { return [] }
    return [
      Observation(
        id: "F-46.uniqueness",
        failureModes: ["F-46"],
        level: .must,
        party: .serviceProvider,
        message: "the app refused a duplicate with 409, without scimType uniqueness",
        advice: "add \"scimType\": \"uniqueness\"",
        source: "RFC 7644 section 3.3",
        exchanges: [exchange.number],
        explains: .nothing
      )
    ]
  }

  static func words(_ problem: SCIMError.Problem) -> String {
    switch problem {
    case .schemaMissing: "schemas lacks \(SCIMSchema.error)"
    case .statusMissing: "it has no status"
    case .statusNotAString(let kind): "status is \(kind), not a string"
    case .statusDiffers(let text): "status says \(text)"
    case .detailMissing: "it has no detail"
    }
  }
}
