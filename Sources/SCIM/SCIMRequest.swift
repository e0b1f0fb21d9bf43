import HTTP
import JSON

extension String {
  /// Whether a path can name the resource: `.` and `..` would name another, and a control character
  /// is no part of any URL (RFC 3986 section 3.3, section 5.2.4).
  package var isUsableID: Bool {
    !isEmpty && self != "." && self != ".."
      && !unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
  }
}

/// A request to a service provider, before it has fields: method, place, body.
package struct SCIMRequest: Sendable, Equatable {
  package var method: String
  /// Below the base URL, with the query: `/Users?startIndex=1&count=2`.
  package var path: String
  package var body: JSONValue?
  /// The body where it is no JSON; empty for a body of no bytes.
  package var text: String?
  /// What it is, for the record.
  package var act: Intent.Act
  package var resource: ResourceType
  /// The id of the one resource that it names.
  package var id: String?
  package var query: Intent.Query?
  /// What stands before Authorization in Okta's SPEC test, in place of the fields of its provisioning.
  package var testFields: HTTPFields?
  /// The name of the resource type whose endpoint it asks, where that was discovered.
  package var resourceTypeName: String?

  package typealias ResourceType = Intent.ResourceType

  private init(
    _ act: Intent.Act,
    _ resource: ResourceType,
    method: String,
    path: String,
    body: JSONValue? = nil,
    id: String? = nil,
    query: Intent.Query? = nil
  ) {
    self.method = method
    self.path = path
    self.body = body
    self.act = act
    self.resource = resource
    self.id = id
    self.query = query
  }

  /// A page of a list (RFC 7644 section 3.4.2.4).
  package static func list(
    _ type: ResourceType,
    startIndex: Int,
    count: Int
  ) -> SCIMRequest {
    SCIMRequest(
      .page,
      type,
      method: "GET",
      path: "/\(type.endpoint)?startIndex=\(startIndex)&count=\(count)",
      query: Intent.Query(startIndex: startIndex, count: count)
    )
  }

  /// A page of what has changed since an instant: the filter, then as a page of all.
  ///
  /// - Parameters:
  ///   - instant: `2026-01-01T00:00:00Z`.
  ///   - space: How a space is written in the query, `%20` or `+`.
  package static func changed(
    _ type: ResourceType,
    since instant: String,
    space: String,
    startIndex: Int,
    count: Int
  ) -> SCIMRequest {
    let filter = FormURLEncoding.percentEncode("meta.lastModified gt \"\(instant)\"")
      .replacing("%20", with: space)
    // No query for the record: it is a list of its own, to which nothing that lists all compares.
    return SCIMRequest(
      .page,
      type,
      method: "GET",
      path: "/\(type.endpoint)?filter=\(filter)&startIndex=\(startIndex)&count=\(count)"
    )
  }

  /// A list without one or both of the parameters of paging, which are optional (RFC 7644 section
  /// 3.4.2.4).
  package static func list(
    _ type: ResourceType,
    onlyStartIndex startIndex: Int? = nil,
    onlyCount count: Int? = nil
  ) -> SCIMRequest {
    let query = [startIndex.map { "startIndex=\($0)" }, count.map { "count=\($0)" }]
      .compactMap(\.self).joined(separator: "&")
    return SCIMRequest(
      .page,
      type,
      method: "GET",
      path: "/\(type.endpoint)" + (query.isEmpty ? "" : "?\(query)")
    )
  }

  /// The first resource of a list, with the parameters in the order of Okta's SPEC test.
  package static func listFirst(_ type: ResourceType) -> SCIMRequest {
    SCIMRequest(
      .page,
      type,
      method: "GET",
      path: "/\(type.endpoint)?count=1&startIndex=1",
      query: Intent.Query(startIndex: 1, count: 1)
    )
  }

  /// A page of what the app has of a resource type that it has told of.
  ///
  /// - Parameters:
  ///   - page: nil for a request without the parameters of paging.
  ///   - countFirst: Whether `count` stands before `startIndex`.
  package static func list(
    _ type: DiscoveredType,
    _ page: (startIndex: Int, count: Int)?,
    countFirst: Bool = false
  ) -> SCIMRequest {
    var parameters = page.map { ["startIndex=\($0.startIndex)", "count=\($0.count)"] } ?? []
    if countFirst { parameters.reverse() }
    var request = SCIMRequest(
      .page,
      type.kind,
      method: "GET",
      path: type.path + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")),
      query: page.map { Intent.Query(startIndex: $0.startIndex, count: $0.count) }
    )
    request.resourceTypeName = type.name
    return request
  }

  /// A look-up by one attribute (RFC 7644 section 3.4.2.2).
  ///
  /// - Parameters:
  ///   - space: How a space is written in the query, `%20` or `+`.
  ///   - count: How many are asked for; nil for no parameters of paging.
  package static func find(
    _ type: ResourceType,
    where attribute: String,
    equals value: String,
    space: String,
    plus: String = "%2B",
    count: Int? = nil
  ) -> SCIMRequest {
    let filter = "\(attribute) eq \(JSONValue.string(value).compactText)"
    let encoded = FormURLEncoding.percentEncode(filter)
      .replacing("%2B", with: plus).replacing("%20", with: space)
    return SCIMRequest(
      .find,
      type,
      method: "GET",
      path: "/\(type.endpoint)?filter=\(encoded)"
        + (count.map { "&startIndex=1&count=\($0)" } ?? ""),
      query: Intent.Query(
        filter: Intent.Query.Filter(attribute: attribute, value: value),
        startIndex: 1,
        count: count ?? Int.max
      )
    )
  }

  /// A look-up whose filter is this text, which need not be an expression.
  package static func find(_ type: ResourceType, by text: String) -> SCIMRequest {
    SCIMRequest(
      .find,
      type,
      method: "GET",
      path: "/\(type.endpoint)?filter=\(FormURLEncoding.percentEncode(text))"
    )
  }

  package static func retrieve(_ type: ResourceType, id: String) -> SCIMRequest {
    SCIMRequest(.read, type, method: "GET", path: path(type, id), id: id)
  }

  /// What the service provider can.
  package static func configuration(_ version: SCIMVersion) -> SCIMRequest {
    SCIMRequest(.read, .configuration, method: "GET", path: "/\(version.configuration)")
  }

  /// What the service provider says of itself under the name of a type (RFC 7644 section 4).
  package static func describe(_ type: ResourceType) -> SCIMRequest {
    SCIMRequest(.read, type, method: "GET", path: "/\(type.endpoint)")
  }

  /// A write there, which has nothing to be read.
  package static func post(_ text: String, to type: ResourceType) -> SCIMRequest {
    var request = SCIMRequest(.create, type, method: "POST", path: "/\(type.endpoint)")
    request.text = text
    return request
  }

  package static func create(_ type: ResourceType, _ resource: JSONObject) -> SCIMRequest {
    SCIMRequest(
      .create,
      type,
      method: "POST",
      path: "/\(type.endpoint)",
      body: .object(resource)
    )
  }

  package static func replace(
    _ type: ResourceType,
    id: String,
    with resource: JSONObject
  ) -> SCIMRequest {
    SCIMRequest(
      .replace,
      type,
      method: "PUT",
      path: path(type, id),
      body: .object(resource),
      id: id
    )
  }

  /// - Parameter document: In the form of a version (`SCIMVersion`).
  package static func modify(
    _ type: ResourceType,
    id: String,
    _ document: JSONValue
  ) -> SCIMRequest {
    SCIMRequest(
      .patch,
      type,
      method: "PATCH",
      path: path(type, id),
      body: document,
      id: id
    )
  }

  package static func delete(_ type: ResourceType, id: String) -> SCIMRequest {
    SCIMRequest(.delete, type, method: "DELETE", path: path(type, id), id: id)
  }

  private static func path(_ type: ResourceType, _ id: String) -> String {
    "/\(type.endpoint)/\(FormURLEncoding.percentEncode(id))"
  }
}

extension Intent.ResourceType {
  /// Where resources of the type are, below the base URL.
  package var endpoint: String { rawValue + "s" }
}
