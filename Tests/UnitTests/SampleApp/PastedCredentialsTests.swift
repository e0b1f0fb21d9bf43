import HTTP
import Loop
import SampleApp
import TestSupport
import Testing

/// What an admin pastes in the place of a token that ends.
@Suite struct PastedCredentialsTests {
  private typealias Row = (
    credentials: SampleAppSettings.Credentials, field: String?, status: Int, challenge: String?
  )

  private static let bearer = #"Bearer realm="sample""#
  private static let refused =
    #"Bearer realm="sample", error="invalid_token", "#
    + #"error_description="what was presented is not known or was revoked""#

  /// RFC 7617 section 2: `sample-api-user:sample-api-password` in Base64.
  private static let pair = "c2FtcGxlLWFwaS11c2VyOnNhbXBsZS1hcGktcGFzc3dvcmQ="

  @Test(
    arguments: [
      (.bearer, "Bearer sample-api-token", 200, nil), (.bearer, nil, 401, bearer),
      (.bearer, "Bearer sample-api-tokem", 401, refused),
      (.bearer, "sample-api-token", 401, bearer),
      (.header, "sample-api-token", 200, nil),
      (.header, "Bearer sample-api-token", 401, #"Token realm="sample""#),
      (.header, nil, 401, #"Token realm="sample""#),
      (.basic, "Basic \(pair)", 200, nil), (.basic, "basic \(pair)", 200, nil),
      (.basic, "Basic c2FtcGxl", 401, #"Basic realm="sample""#),
      (.basic, "Bearer sample-api-token", 401, #"Basic realm="sample""#),
      (.oauth2, "Bearer sample-api-token", 401, nil),
      (.open, nil, 200, nil), (.open, "Bearer whatever", 200, nil),
    ] as [Row]
  )
  private func `the app takes the credentials of its setting and no others`(row: Row) async throws {
    try await onLoop { loop in
      var settings = SampleAppSettings(seed: 1)
      settings.credentials = row.credentials
      let app = SampleApp(settings: settings, loop: loop)
      let url = try #require(HTTPURL("http://127.0.0.1:8080/scim/v2/Users?startIndex=1&count=2"))
      var request = HTTPRequest(method: "GET", url: url)
      if let field = row.field { request.fields.append("Authorization", field) }
      let answer = await app.respond(to: request)
      #expect(answer.status == row.status)
      if let challenge = row.challenge { #expect(answer.fields["WWW-Authenticate"] == challenge) }
    }
  }

  @Test(arguments: [("X-API-Key", 200), ("x-api-key", 200), ("Authorization", 401)])
  func `the app looks for them in the field of its setting`(
    field: String,
    status: Int
  ) async throws {
    try await onLoop { loop in
      var settings = SampleAppSettings(seed: 1)
      (settings.credentials, settings.apiField) = (.header, "X-API-Key")
      let app = SampleApp(settings: settings, loop: loop)
      let url = try #require(HTTPURL("http://127.0.0.1:8080/scim/v2/Users?startIndex=1&count=2"))
      var request = HTTPRequest(method: "GET", url: url)
      request.fields.append(field, "sample-api-token")
      #expect(await app.respond(to: request).status == status)
    }
  }
}
