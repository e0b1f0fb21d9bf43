import HTTP

extension Fault {
  /// The rows of what stands in front of the token endpoint, and of the client's authentication.
  var tokenRequestRow: Row? {
    switch self {
    case .tokenEndpointRedirects:
      Row(
        "a POST to the token endpoint is answered 301 to its path with a slash, which works",
        "F-56",
        breaks: "RFC 9110 section 15.4.2",
        .at(\.front) { door, _ in
          let request = door.request
          let query = request.url.query.map { "?" + $0 } ?? ""
          if request.url.path == Self.slashed {
            door.request.url.target = Self.tokenEndpoint + query
          } else if request.url.path == Self.tokenEndpoint, request.method == "POST" {
            door.answer = HTTPResponse(status: 301, fields: ["Location": Self.slashed + query])
          }
        }
      )
    case .tokenEndpointNeedsAgent:
      Row(
        "a token request without User-Agent is answered 403 with a page of something in front",
        "F-59",
        breaks: "RFC 9110 section 10.1.5",
        .at(\.front) { door, _ in
          guard door.answer == nil, door.request.url.path == Self.tokenEndpoint,
            !door.request.fields.contains("User-Agent")
          else { return }
          door.answer = Pages.blocked
        }
      )
    case .tokenEndpointBasicOnly:
      Row(
        "client credentials in the form are refused with invalid_client, though the metadata"
          + " offer them",
        "F-32",
        breaks: "RFC 8414 section 2",
        .refusing(\.tokenRequest) { call, _ throws(TokenRefusal) in
          if call.form.given("client_secret") != nil, !call.request.fields.contains("Authorization")
          {
            throw .invalidClient("the client has to authenticate in the Authorization field")
          }
        }
      )
    default: nil
    }
  }

  private static let tokenEndpoint = "/oauth/token"
  private static let slashed = tokenEndpoint + "/"
}

extension Pages {
  /// What a firewall or a content network says, which is none of the app.
  static var blocked: HTTPResponse {
    failure(status: 403, title: "Request blocked", "This request looks like that of a robot.")
  }
}
