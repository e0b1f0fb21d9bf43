import HTTP
import JSON
import SCIM

/// The fields of Okta's requests, in Okta's order.
///
/// Okta, SCIM guide (2018), request samples; the same values in a capture of 2026. A GET carries no
/// Content-Type (lab capture, 2026-10).
package enum OktaHeaders {
  /// Still this version in October 2026 (lab capture).
  package static let userAgent = "Okta SCIM Client 1.0.0"
  private static let mediaType = "application/scim+json"

  /// A SCIM request as it goes on the wire.
  ///
  /// - Parameter authorization: The whole value of the Authorization field; nil for none.
  package static func httpRequest(
    _ request: SCIMRequest,
    to url: HTTPURL,
    authorization: String?
  ) -> HTTPRequest {
    let body = request.body?.compactBytes
    var fields = HTTPFields()
    fields.append("Accept", mediaType)
    fields.append("Accept-Charset", "utf-8")
    if body != nil { fields.append("Content-Type", "\(mediaType); charset=utf-8") }
    fields.append("User-Agent", userAgent)
    if let authorization { fields.append("Authorization", authorization) }
    if let body { fields.append("Content-Length", String(body.count)) }
    fields.append("Host", url.origin.hostField)
    fields.append("Connection", "Keep-Alive")
    fields.append("Accept-Encoding", "gzip,deflate")
    return HTTPRequest(method: request.method, url: url, fields: fields, body: body ?? [])
  }
}
