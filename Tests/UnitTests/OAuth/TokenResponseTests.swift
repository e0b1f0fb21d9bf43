import HTTP
import JSON
import OAuth
import TestSupport
import Testing
import World

@Suite struct TokenResponseTests {
  private func read(
    _ body: String,
    status: Int = 200,
    type: String = "application/json"
  ) throws(TokenResponseError) -> TokenResponse {
    try read(.json(body, status: status, type: type, fields: ["Cache-Control": "no-store"]))
  }

  private func read(_ response: HTTPResponse) throws(TokenResponseError) -> TokenResponse {
    try TokenResponse.read(response, JSONBody(response.body))
  }

  @Test func `the example of RFC 6749, section 5_1, is read without a problem`() throws {
    let response = try read(
      """
      {"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"Bearer","expires_in":3600,
       "refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA","example_parameter":"example_value"}
      """
    )
    #expect(response.accessToken == "2YotnFZFEjr1zCsicMWpAA")
    #expect(response.refreshToken == "tGzv3JOkF0XG5Qx2TlKWIA")
    #expect(response.expiresIn == 3600)
    #expect(response.problems == [])
  }

  typealias Lifetime = (json: String, seconds: Int?, problems: [TokenResponse.Problem])

  /// RFC 6749 appendix A.14: one or more digits; more than 31,536,000 s is refused by the OpenID
  /// Foundation's tests.
  @Test(
    arguments: [
      ("1", 1, []),
      ("31536000", 31_536_000, []),
      ("31536001", 31_536_001, [.expiresInHuge(31_536_001)]),
      ("1767225600000", 1_767_225_600_000, [.expiresInHuge(1_767_225_600_000)]),
      ("9223372036854775807", nil, [.expiresInUnusable("9223372036854775807")]),
      ("1e400", nil, [.expiresInUnusable("1e400")]),
      ("0", 0, [.expiresInNotPositive(0)]),
      ("-5", -5, [.expiresInNotPositive(-5)]),
      ("3600.0", 3600, [.expiresInNotWhole("3600.0")]),
      ("\"3600\"", 3600, [.expiresInNotANumber("\"3600\"")]),
      ("\" 60 \"", 60, [.expiresInNotANumber("\" 60 \"")]),
      ("\"soon\"", nil, [.expiresInUnusable("\"soon\"")]),
      ("\"\"", nil, [.expiresInUnusable("\"\"")]),
      ("null", nil, [.expiresInMissing]),
      ("true", nil, [.expiresInUnusable("true")]),
      ("[60]", nil, [.expiresInUnusable("[60]")]),
    ] as [Lifetime]
  )
  func `a lifetime is read where it can be, and its form is judged`(lifetime: Lifetime) throws {
    let response = try read(
      #"{"access_token":"a","token_type":"bearer","expires_in":\#(lifetime.json)}"#
    )
    #expect(response.expiresIn == lifetime.seconds)
    #expect(response.problems == lifetime.problems)
  }

  @Test(
    arguments: [
      (#"{"access_token":"a","token_type":"Bearer"}"#, [.expiresInMissing]),
      (#"{"access_token":"a","token_type":"BEARER","expires_in":9,"error":null}"#, []),
      (#"{"access_token":"a","expires_in":9}"#, [.tokenTypeMissing]),
      (#"{"access_token":"a","token_type":"mac","expires_in":9}"#, [.tokenTypeUnknown("mac")]),
      (
        #"{"access_token":"a","token_type":"Bearer","expires_in":9,"refresh_token":7}"#,
        [.refreshTokenNotAString("a number")]
      ),
      (
        #"{"access_token":"a","token_type":"Bearer","expires_in":9,"refresh_token":""}"#,
        [.refreshTokenNotAString("an empty string")]
      ),
    ] as [(String, [TokenResponse.Problem])]
  )
  func `what is amiss but can be lived with is listed`(
    body: String,
    problems: [TokenResponse.Problem]
  ) throws {
    #expect(try read(body).problems == problems)
  }

  @Test func `of a repeated key the last value counts`() throws {
    let response = try read(
      #"{"access_token":"a","access_token":"b","token_type":"Bearer","expires_in":9}"#
    )
    #expect(response.accessToken == "b")
  }

  @Test func `a response that may be cached, or is of another type, is told`() throws {
    let response = try read(
      .json(
        #"{"access_token":"a","token_type":"Bearer","expires_in":9}"#,
        type: "text/html; charset=utf-8",
        fields: ["Cache-Control": "private"]
      )
    )
    #expect(response.problems == [.cacheable("private"), .notJSONMediaType("text/html")])
  }

  @Test(
    arguments: [
      (
        200, #"{"error":"invalid_grant","access_token":"a"}"#,
        .refused(status: 200, error: "invalid_grant", errorDescription: nil)
      ),
      (
        500, #"{"error":"server_error"}"#,
        .refused(status: 500, error: "server_error", errorDescription: nil)
      ),
      (
        400, #"{"error":"invalid_grant","error_description":"used"}"#,
        .refused(status: 400, error: "invalid_grant", errorDescription: "used")
      ),
      (502, "<html>Bad gateway</html>", .refused(status: 502, error: nil, errorDescription: nil)),
      (503, #""try later""#, .refused(status: 503, error: nil, errorDescription: nil)),
      (429, "null", .refused(status: 429, error: nil, errorDescription: nil)),
      (401, "", .refused(status: 401, error: nil, errorDescription: nil)),
      (200, "{}", .missingField("access_token", status: 200)),
      (200, #"{"access_token":null}"#, .missingField("access_token", status: 200)),
      (200, #"{"access_token":""}"#, .missingField("access_token", status: 200)),
      (
        200, #"{"access_token":{"value":"a"}}"#,
        .wrongKind(field: "access_token", expected: "a string", found: "an object")
      ),
      (200, "[]", .wrongKind(field: "the body", expected: "a JSON object", found: "an array")),
    ] as [(Int, String, TokenResponseError)]
  )
  func `what a client cannot go on with is an error`(
    status: Int,
    body: String,
    error: TokenResponseError
  ) {
    #expect(throws: error) { try read(body, status: status) }
  }

  @Test(arguments: ["", "<html></html>", "access_token=a&token_type=bearer"])
  func `a success that is not JSON says what it is`(body: String) {
    let error = #expect(throws: TokenResponseError.self) { try read(body, type: "text/html") }
    guard case .notJSON(200, "text/html", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.endsGrant == false)
  }

  /// Only these end a grant: RFC 6749 section 5.2, and design.md, Tokens.
  @Test(
    arguments: [
      (400, "invalid_grant", true), (401, "invalid_grant", true),
      (400, "unauthorized_client", true),
      (200, "invalid_grant", true), (401, "invalid_client", false), (400, "invalid_request", false),
      (400, "invalid_scope", false), (500, "invalid_grant", false), (503, nil, false),
      (429, nil, false), (408, nil, false), (400, nil, false),
    ] as [(Int, String?, Bool)]
  )
  func `only invalid_grant and unauthorized_client end a grant`(
    status: Int,
    error: String?,
    ends: Bool
  ) {
    let refusal = TokenResponseError.refused(status: status, error: error, errorDescription: nil)
    #expect(refusal.endsGrant == ends)
  }

  @Test func `no bytes whatever are too much for the reader`() {
    var random = SeededRandom(seed: 11)
    let pieces = [
      "{", "}", "[", "]", "\"access_token\"", "\"expires_in\"", ":", ",", "1e999", "-", "\"", "\\u",
      "null", "\"a\"", "99999999999999999999", "\u{0}", " ",
    ]
    for _ in 0..<2000 {
      let count = Int.random(in: 0...12, using: &random)
      let body = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      let status = [200, 400, 500].randomElement(using: &random) ?? 200
      _ = try? read(body, status: status)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = try? read(HTTPResponse(status: status, body: bytes))
    }
  }
}
