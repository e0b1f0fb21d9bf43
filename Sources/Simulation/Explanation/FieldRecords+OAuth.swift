import HTTP
import Profiles

// Okta-behaviour 2.2, 2.5, 2.7, 2.9.

extension FieldRecord {
  /// The URL that the admin's browser opens; what else a browser sends is not Okta's.
  static let ofAuthorization: [FieldRecord] = [
    FieldRecord(
      [.openPage],
      .request,
      .confirmed,
      [.oinAuth, .adrian],
      settings: ["authentication.authorizationEndpoint"],
      "the admin's browser opens the endpoint as the admin has written it, with Okta's parameters"
    ),
    FieldRecord(
      [.openPage],
      .configuredQuery("scope"),
      .confirmed,
      [.kbScope, .kbRefresh],
      settings: ["authentication.authorizationEndpoint"],
      """
      Okta has no box for scopes in an AIW app: they stand in the endpoint's own query, \
      offline_access too, and are kept
      """
    ),
    FieldRecord(
      [.openPage],
      .configuredQuery("*"),
      .inferred,
      [.kbScope],
      settings: ["authentication.authorizationEndpoint"],
      "stays, as a scope in the endpoint's own query does"
    ),
    FieldRecord(
      [.openPage],
      .query("response_type", "client_id"),
      .confirmed,
      [.apiConn, .management],
      "in both published samples"
    ),
    FieldRecord(
      [.openPage],
      .query("state"),
      .confirmed,
      [.apiConn, .management],
      settings: ["okta.state"],
      "in both published samples; to be returned unchanged, its form is not published"
    ),
    FieldRecord(
      [.openPage],
      .query("redirect_uri"),
      .confirmed,
      [.prepare, .apiConn],
      settings: ["authentication.redirectURI", "okta.redirectHost"],
      """
      percent-encoded; one host for all orgs, the app's name in Okta is the text between /cpc/ \
      and /oauth/
      """
    ),
    FieldRecord(
      [.openPage],
      .query("scope"),
      families: [.oinPatch, .oinPut],
      .confirmed,
      [.oinAuth, .management],
      settings: ["authentication.scopes", "okta.scopePosition"],
      "from the field Scopes of the OIN Wizard; where it stands, and its separator, is unknown"
    ),
    FieldRecord(
      [.openPage],
      .query("scope"),
      .unknown,
      [.kbScope],
      settings: ["authentication.scopes"],
      """
      only the OIN Wizard has a field for scopes; for another app they belong into the endpoint's \
      own query
      """
    ),
    FieldRecord(
      [.openPage],
      .query("code_challenge", "code_challenge_method"),
      .unknown,
      [.rfc7636],
      settings: ["okta.pkce"],
      "absent from every published sample; sent because the profile asks for it"
    ),
    FieldRecord(
      [.openPage],
      .queryOrder,
      .inferred,
      [.apiConn, .management],
      settings: ["okta.scopePosition"],
      "the order of both published samples, which are other connectors'"
    ),
  ]

  private static let tokenRequests: [Intent.Act] = [.exchangeCode, .refresh, .requestToken]

  static let ofTokens: [FieldRecord] = [
    FieldRecord(
      [.exchangeCode],
      .request,
      .reported,
      [.openReplay],
      settings: ["authentication.tokenEndpoint"],
      "what an app in production with Okta reads; seconds after the redirect"
    ),
    FieldRecord(
      [.requestToken],
      .request,
      .confirmed,
      [.kbScope],
      settings: ["authentication.tokenEndpoint"],
      "Okta's support names two grant types for SCIM, this and the code; a vendor says there is none"
    ),
    FieldRecord(
      [.refresh],
      .request,
      modes: [.clientCredentials],
      .unknown,
      [],
      settings: ["authentication.refresh.trigger"],
      "there is nothing to refresh: that the client asks for itself again is assumed"
    ),
    FieldRecord(
      [.refresh],
      .request,
      .confirmed,
      [.kbRefresh],
      settings: ["authentication.refresh.trigger"],
      """
      only when a SCIM request is about to run; whether the stated end, a 401 or both make it is \
      unknown
      """
    ),
    FieldRecord(
      tokenRequests,
      .configuredQuery("scope"),
      modes: [.clientCredentials],
      .confirmed,
      [.kbScope],
      settings: ["authentication.tokenEndpoint"],
      "for client credentials the scopes stand in the token URL"
    ),
    FieldRecord(
      tokenRequests,
      .configuredQuery("*"),
      .inferred,
      [.kbScope],
      settings: ["authentication.tokenEndpoint"],
      "what the admin has written into the token URL is kept"
    ),
    FieldRecord(
      tokenRequests,
      .header("Content-Type"),
      .reported,
      [.openReplay],
      "an app in production with Okta reads a form"
    ),
    FieldRecord(
      tokenRequests,
      .header("User-Agent"),
      .unknown,
      [],
      settings: ["okta.tokenRequestUserAgent"],
      "no token request of Okta's was ever published; none is sent unless the profile asks for it"
    ),
    FieldRecord(
      tokenRequests,
      .header("Authorization"),
      .unknown,
      [.devforum3389],
      settings: ["authentication.clientAuthentication"],
      "not evidenced: Okta's staff say only that client id and secret are used"
    ),
    FieldRecord(
      tokenRequests,
      .header("Content-Length", "Host"),
      .inferred,
      [.rfc9110],
      "HTTP asks for it"
    ),
    ofProfile(tokenRequests),
    FieldRecord(
      tokenRequests,
      .header("Accept", "Connection", "Accept-Encoding"),
      .unknown,
      [],
      "no token request of Okta's was ever published"
    ),
    FieldRecord(
      tokenRequests,
      .headerOrder,
      .unknown,
      [],
      "no token request of Okta's was ever published; the order of its SCIM requests"
    ),
    FieldRecord(
      [.requestToken, .refresh],
      .form("grant_type"),
      modes: [.clientCredentials],
      .confirmed,
      [.kbScope],
      "the other grant type that Okta's support names"
    ),
    FieldRecord(
      tokenRequests,
      .form("client_id", "client_secret"),
      modes: [.clientCredentials],
      .unknown,
      [.kbScope],
      settings: ["authentication.clientAuthentication"],
      "whether in the form or by the Basic scheme is unknown for this grant"
    ),
    FieldRecord(
      [.requestToken, .refresh],
      .form("scope"),
      modes: [.clientCredentials],
      .unknown,
      [.kbScope],
      settings: ["authentication.scopes"],
      "Okta's support has the scopes in the token URL; in the form they are assumed"
    ),
    FieldRecord(
      [.exchangeCode],
      .form("grant_type", "code"),
      .reported,
      [.openReplay],
      "what an app in production with Okta reads"
    ),
    FieldRecord(
      [.exchangeCode],
      .form("redirect_uri"),
      .inferred,
      [.rfc6749],
      settings: ["authentication.redirectURI", "okta.exchangeRedirectURI"],
      "the same as in the authorization request: RFC 6749 section 4.1.3 requires it"
    ),
    FieldRecord(
      [.exchangeCode],
      .form("code_verifier"),
      .unknown,
      [.openReplay],
      settings: ["okta.pkce"],
      "an app in production with Okta takes none; sent because the profile asks for it"
    ),
    FieldRecord(
      [.refresh],
      .form("grant_type", "refresh_token"),
      .reported,
      [.openReplay],
      settings: ["okta.refreshParameters"],
      "what an app in production with Okta reads; whether scope and redirect_uri are repeated is unknown"
    ),
    FieldRecord(
      [.refresh],
      .form("scope", "redirect_uri"),
      .unknown,
      [],
      settings: ["okta.refreshParameters"],
      "switched on here: no captured refresh shows that Okta repeats it, or that it does not"
    ),
    FieldRecord(
      tokenRequests,
      .form("client_assertion_type", "client_assertion"),
      .unknown,
      [.management],
      settings: ["authentication.clientAuthentication"],
      "private_key_jwt: Okta's API has a public key for integrations that use it; whether SCIM ever does, and "
        + "what its assertions hold, is unknown: sub, iss, aud, exp, iat and jti as RFC 7523 has them"
    ),
    FieldRecord(
      tokenRequests,
      .form("client_id", "client_secret"),
      .reported,
      [.openReplay],
      settings: ["authentication.clientAuthentication"],
      "client_secret_post: an app in production with Okta reads only the form, for both grants"
    ),
    FieldRecord(
      tokenRequests,
      .formOrder,
      .unknown,
      [],
      "no token request of Okta's was ever published"
    ),
  ]

  /// What no request of Okta's has.
  static func ofProfile(_ acts: [Intent.Act]) -> FieldRecord {
    FieldRecord(
      acts,
      .header("X-Request-Id"),
      nil,
      [],
      settings: ["requestID"],
      "not Okta's: the profile asks for it, so that a request is found in the app's log"
    )
  }
}
