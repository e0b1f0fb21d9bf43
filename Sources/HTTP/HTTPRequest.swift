import JSON

/// A request as it goes on the wire: nothing is added to it, reordered or removed.
package struct HTTPRequest: Sendable, Equatable {
  package var method: String
  package var url: HTTPURL
  /// All fields, in order, Host and Content-Length among them: the transport adds none.
  package var fields: HTTPFields
  package var body: [UInt8]
  /// What the body was written from; nil where it is no JSON.
  package var document: JSONValue?
  /// What the body was, where only its beginning was kept.
  package var cut: CutBody?
  /// Whether the connection is closed as soon as it is written, so that no answer is read.
  package var isCutAfterWriting = false

  package init(
    method: String,
    url: HTTPURL,
    fields: HTTPFields = [:],
    body: [UInt8] = [],
    document: JSONValue? = nil
  ) {
    self.method = method
    self.url = url
    self.fields = fields
    self.body = body
    self.document = document
  }

  /// Whether sending it twice does what sending it once does (RFC 9110 section 9.2.2).
  package var isIdempotent: Bool {
    ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(method)
  }
}

/// An answer as it came.
package struct HTTPResponse: Sendable, Equatable {
  package var status: Int
  package var reason: String
  package var fields: HTTPFields
  /// Without the framing of the transfer coding, and unpacked where it came packed.
  package var body: [UInt8]
  /// How long the body was when it came packed; nil where it did not.
  package var packedBodyBytes: Int?
  /// What the body was, where only its beginning was kept.
  package var cut: CutBody?
  /// Fields that came after a chunked body.
  package var trailers: HTTPFields

  package init(
    status: Int,
    reason: String? = nil,
    fields: HTTPFields = [:],
    body: [UInt8] = [],
    trailers: HTTPFields = [:]
  ) {
    self.status = status
    self.reason = reason ?? HTTPStatus.reason(status)
    self.fields = fields
    self.body = body
    self.trailers = trailers
  }

  package var isSuccess: Bool { (200..<300).contains(status) }
  package var mediaType: MediaType? { fields["Content-Type"].map { MediaType($0) } }
  /// The body as text, bytes that are not UTF-8 replaced.
  package var text: String { String(decoding: body, as: UTF8.self) }
}

package enum HTTPStatus {
  /// The reason phrase of RFC 9110 section 15 and RFC 6585.
  package static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: ""
    }
  }
}
