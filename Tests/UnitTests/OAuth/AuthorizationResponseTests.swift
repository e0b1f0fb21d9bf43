import OAuth
import Testing

@Suite struct AuthorizationResponseTests {
  private func read(_ query: String) throws(AuthorizationError) -> String {
    try AuthorizationResponse.read("https://okta.test/cb" + query, state: "s+1").code
  }

  @Test(arguments: [
    ("?code=c1&state=s%2B1", "c1"),
    ("?state=s%2B1&code=a%2Fb%3D", "a/b="),
    // RFC 9207: the issuer may be named.
    ("?code=c1&state=s%2B1&iss=https%3A%2F%2Fapp.test&session_state=x", "c1"),
    ("?code=c1&state=s%2B1#_=_", "c1"),
  ])
  func `the code is read, whatever stands beside it`(query: String, code: String) throws {
    #expect(try read(query) == code)
  }

  @Test(arguments: [
    ("?code=c1", AuthorizationError.stateMissing),
    ("", .stateMissing),
    ("#code=c1&state=s%2B1", .inFragment), ("#code=c1&state=x", .stateMissing),
    ("?code=c1&state=s%2B1x", .stateAltered(sent: "s+1", returned: "s+1x")),
    // A plus that was decoded once too often, or encoded once too little, is a space.
    ("?code=c1&state=s+1", .stateAltered(sent: "s+1", returned: "s 1")),
    ("?state=s%2B1", .codeMissing),
    ("?code=&state=s%2B1", .codeMissing),
    ("?code=c1&code=c2&state=s%2B1", .codeRepeated),
    (
      "?error=access_denied&error_description=not+now&state=s%2B1",
      .refused(error: "access_denied", description: "not now", keepsState: true)
    ),
    ("?error=access_denied", .refused(error: "access_denied", description: nil, keepsState: false)),
    (
      "?error=server_error&state=other&code=c1",
      .refused(error: "server_error", description: nil, keepsState: false)
    ),
  ])
  func `what may not be used says why`(query: String, error: AuthorizationError) {
    #expect(throws: error) { try read(query) }
  }
}
