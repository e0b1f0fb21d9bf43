import HTTP
import JSON

/// A list response (RFC 7644 section 3.4.2), read as Okta reads it.
package struct ListResponse: Sendable, Equatable {
  package var resources: [JSONValue]
  package var totalResults: Int?
  package var problems: [Problem]

  package enum Problem: Sendable, Equatable {
    case schemaMissing
    case totalResultsMissing
    /// A key that must be a JSON number, and what it is instead.
    case notANumber(String, String)
    /// `totalResults` says there are some, and none are given.
    case resourcesMissing(totalResults: Int)
  }

  /// The first key that must be a JSON number and is none, and what it is instead.
  ///
  /// Null is as good as absent (RFC 7643 section 2.5).
  package var wrongNumber: (key: String, kind: String)? {
    for case .notANumber(let key, let kind) in problems where kind != JSONValue.null.kindInWords {
      return (key, kind)
    }
    return nil
  }

  /// Reads a body; keys in lower case are tolerated, as Okta's 2018 guide says they are.
  package static func read(
    _ body: JSONBody,
    _ version: SCIMVersion = .v2
  ) throws(ResourceError) -> ListResponse {
    let object = try ResourceError.object(in: body)
    var response = ListResponse(resources: [], totalResults: nil, problems: [])
    let schemas = object[ignoringCase: "schemas"]?.array ?? []
    if let schema = version.listSchema, !schemas.contains(.string(schema)) {
      response.problems.append(.schemaMissing)
    }
    for key in ["totalResults", "startIndex", "itemsPerPage"] {
      guard let value = object[ignoringCase: key] else { continue }
      if value.number == nil { response.problems.append(.notANumber(key, value.kindInWords)) }
    }
    let total = object[ignoringCase: "totalResults"]
    if total == nil { response.problems.append(.totalResultsMissing) }
    response.totalResults =
      total?.integer ?? total?.number?.double.flatMap { Int(exactly: $0) }
      ?? total?.string.flatMap { Int($0) }
    response.resources = object[ignoringCase: "Resources"]?.array ?? []
    if response.resources.isEmpty, let count = response.totalResults, count > 0 {
      response.problems.append(.resourcesMissing(totalResults: count))
    }
    return response
  }
}
