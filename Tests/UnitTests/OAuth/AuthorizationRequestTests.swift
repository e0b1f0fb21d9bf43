import HTTP
import OAuth
import Testing

@Suite struct AuthorizationRequestTests {
  private let own =
    "response_type=code&state=st-1&client_id=okta&redirect_uri=https%3A%2F%2Fokta.test%2Fcb"

  /// Okta, app-provisioning-connection guide: response_type, state, client_id, redirect_uri.
  @Test(arguments: [
    ("https://app.test/authorize", "https://app.test/authorize?"),
    ("https://app.test/authorize?", "https://app.test/authorize?"),
    ("https://app.test/authorize?scope=scim&", "https://app.test/authorize?scope=scim&"),
    (
      "https://app.test/authorize?scope=scim%20offline_access",
      "https://app.test/authorize?scope=scim%20offline_access&"
    ),
    ("https://app.test/authorize?tenant=a#top", "https://app.test/authorize?tenant=a&"),
  ])
  func `the endpoint's own query stays before the parameters`(endpoint: String, start: String) {
    let request = AuthorizationRequest.make(endpoint: endpoint)
    #expect(request.url == start + own)
  }

  @Test func `literal spaces of the configured endpoint are encoded once, and escapes stay`() throws
  {
    // Bynder's guide writes the scopes into the endpoint with spaces.
    let request = AuthorizationRequest.make(
      endpoint: "https://app.test/authorize?scope=admin.user:read offline&x=%2B%zz"
    )

    let url = try #require(HTTPURL(request.url))

    #expect(
      url.target == "/authorize?scope=admin.user:read%20offline&x=%2B%25zz&" + own
    )
  }

  @Test(arguments: [
    (AuthorizationRequest.ScopePosition.first, "scope=scim%20offline_access&@"),
    (.last, "@&scope=scim%20offline_access"),
  ])
  func `scopes stand where the switch puts them`(
    position: AuthorizationRequest.ScopePosition,
    query: String
  ) {
    let request = AuthorizationRequest.make(
      scopes: ["scim", "offline_access"],
      scopePosition: position
    )
    #expect(request.url == "https://app.test/authorize?" + query.replacing("@", with: own))
  }

  @Test func `PKCE adds the challenge and its method`() {
    let request = AuthorizationRequest.make(codeChallenge: "abc-_")
    #expect(
      request.url == "https://app.test/authorize?" + own
        + "&code_challenge=abc-_&code_challenge_method=S256"
    )
  }

  @Test func `a state of odd characters comes back as it was`() throws {
    let state = "a=+./~-_ ü=="
    let url = try #require(HTTPURL(AuthorizationRequest.make(state: state).url))
    #expect(url.queryFields["state"] == state)
  }
}

extension AuthorizationRequest {
  static func make(
    endpoint: String = "https://app.test/authorize",
    state: String = "st-1",
    scopes: [String] = [],
    scopePosition: ScopePosition = .last,
    codeChallenge: String? = nil
  ) -> AuthorizationRequest {
    AuthorizationRequest(
      endpoint: endpoint,
      clientID: "okta",
      redirectURI: "https://okta.test/cb",
      state: state,
      scopes: scopes,
      scopePosition: scopePosition,
      codeChallenge: codeChallenge
    )
  }
}
