import HTTP
import JSON
import SCIM

/// Puts Okta's requests to one service provider together, with Okta's fields in Okta's order.
///
/// Okta, SCIM guide (2018), request samples; the same values in a capture of 2026. A GET carries no
/// Content-Type (lab capture, 2026-10); the DELETE of the guide does, and no body.
package struct OktaHeaders: Sendable {
  /// Still this version in October 2026 (lab capture).
  package static let userAgent = "Okta SCIM Client 1.0.0"

  private let origin: Origin
  /// The path of the base URL, without a final slash.
  private let basePath: String
  // What is the same in every request is put together once.
  private let first: HTTPFields
  private let firstOfWrite: HTTPFields
  private let last: HTTPFields

  /// - Parameters:
  ///   - baseURL: Of the service provider, without a query.
  ///   - version: Its media type is asked for and sent.
  package init(baseURL: HTTPURL, version: SCIMVersion = .v2) {
    origin = baseURL.origin
    basePath = baseURL.target.hasSuffix("/") ? String(baseURL.target.dropLast()) : baseURL.target
    first = [
      "Accept": version.mediaType,
      "Accept-Charset": "utf-8",
      "User-Agent": OktaHeaders.userAgent,
    ]
    firstOfWrite = [
      "Accept": version.mediaType,
      "Accept-Charset": "utf-8",
      "Content-Type": "\(version.mediaType); charset=utf-8",
      "User-Agent": OktaHeaders.userAgent,
    ]
    last = [
      "Host": origin.hostField,
      "Connection": "Keep-Alive",
      "Accept-Encoding": "gzip,deflate",
    ]
  }

  /// A SCIM request as it goes on the wire.
  ///
  /// - Parameters:
  ///   - authorization: The whole value of the field for credentials; nil for none.
  ///   - field: Its name.
  package func httpRequest(
    _ request: SCIMRequest,
    authorization: String?,
    in field: String = "Authorization"
  ) -> HTTPRequest {
    var message = httpRequest(
      request.method,
      request.path,
      body: request.text.map { Array($0.utf8) } ?? request.body?.compactBytes,
      authorization: authorization,
      in: field
    )
    message.document = request.body
    guard var fields = request.testFields else { return message }
    // Assumed: that what Okta's test does not name (Host, Connection, Accept-Encoding) is as in its
    // provisioning.
    if let authorization { fields.append(field, authorization) }
    if message.method == "POST" {
      fields.append("Content-Length", String(message.body.count))
    }
    fields.append(contentsOf: last)
    message.fields = fields
    return message
  }

  /// - Parameters:
  ///   - path: Below the base URL, with the query.
  ///   - body: JSON text; nil for none.
  ///   - authorization: The whole value of the field for credentials; nil for none.
  ///   - field: Its name.
  package func httpRequest(
    _ method: String,
    _ path: String,
    body: [UInt8]?,
    authorization: String?,
    in field: String = "Authorization"
  ) -> HTTPRequest {
    var fields = HTTPFields()
    fields.reserve(bytes: 384 + (authorization?.utf8.count ?? 0))
    fields.append(contentsOf: body == nil && method != "DELETE" ? first : firstOfWrite)
    if let authorization { fields.append(field, authorization) }
    if let body { fields.append("Content-Length", String(body.count)) }
    fields.append(contentsOf: last)
    return HTTPRequest(
      method: method,
      url: HTTPURL(origin: origin, target: basePath + path),
      fields: fields,
      body: body ?? []
    )
  }
}
