import OAuth

/// A key of `profile.json`: the row that its reading and its mistakes, `oktasim keys` and the schema
/// for editors are made from.
package struct ProfileKey: Sendable {
  /// What may stand there.
  enum Kind: Sendable, Equatable {
    /// Its members have rows of their own.
    case object
    /// A list of such objects.
    case objects
    /// Names of the person's choice with texts.
    case map
    /// Names of the person's choice with a command, as a list of words, or a URL.
    case hooks
    case text
    case texts
    case words([String])
    case wordList([String])
    case url(URLCheck.Parts)
    case urls(URLCheck.Parts)
    /// Only `{ "environment": "NAME" }`.
    case secret
    case duration
    /// Of whole seconds, and at least one.
    case wholeSeconds
    case boolean
    case wholeNumber(ClosedRange<Int>)
    case positiveNumber
    /// A text, or null.
    case textOrNull
  }

  /// From the root, in a list without the place: `attributeMappings.from`.
  package var path: String
  var kind: Kind
  /// In the words of the file; nil where it has to be given, or nothing holds without it.
  package var standard: String?
  /// In one sentence.
  package var meaning: String
  /// As JSON.
  package var example: String
  package var isRequired: Bool
  /// The authentication modes that have it; nil for all.
  package var modes: [String]?
  /// Words that the format has and this version does not read.
  var notYet: [String] = []

  /// Whether the authentication mode has it.
  func belongs(to mode: Authentication.Mode) -> Bool { modes?.contains(mode.rawValue) ?? true }

  /// Its last word.
  package var name: String { path.split(separator: ".").last.map(String.init) ?? "" }
  var parent: String {
    path.lastIndex(of: ".").map { String(path[..<$0]) } ?? ""
  }

  /// What may stand there, in words.
  package var values: String {
    switch kind {
    case .object: "an object"
    case .objects: "a list of objects"
    case .map: "an object of names and texts"
    case .hooks: "an object of names with commands, as lists of words, or URLs"
    case .text: "a text"
    case .texts: "a list of texts"
    case .words(let words): Suggestion.list(words.filter { !notYet.contains($0) })
    case .wordList(let words): "a list of \(Suggestion.list(words))"
    case .url(.base): "a URL without query"
    case .url(.origin): "a scheme, host and port"
    case .url: "a URL"
    case .urls(.origin): "a list of schemes, hosts and ports"
    case .urls: "a list of URLs"
    case .secret: #"a secret: { "environment": "NAME" }"#
    case .duration: "a duration: 500ms, 2s, 5m, 1h, 1d"
    case .wholeSeconds: "whole seconds: 2s, 5m, 1h"
    case .boolean: "true or false"
    case .wholeNumber(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .positiveNumber: "a number above 0"
    case .textOrNull: "a text, or null"
    }
  }
}

extension ProfileKey {
  init(
    _ path: String,
    _ kind: Kind,
    _ standard: String? = nil,
    required: Bool = false,
    modes: [String]? = nil,
    notYet: [String] = [],
    example: String,
    _ meaning: String
  ) {
    self.init(
      path: path,
      kind: kind,
      standard: standard,
      meaning: meaning,
      example: example,
      isRequired: required,
      modes: modes,
      notYet: notYet
    )
  }

  /// Keys of the format that this version does not read.
  static let notYet: Set<String> = [
    "authentication.secondClient", "authentication.secondLogin",
  ]

  /// The keys of the object at a path, in the order of the table.
  static func below(_ path: String) -> [ProfileKey] { all.filter { $0.parent == path } }

  static func at(_ path: String) -> ProfileKey? { byPath[path] }

  private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

  private static func words<Choice: RawRepresentable & CaseIterable>(
    _ type: Choice.Type
  ) -> Kind where Choice.RawValue == String {
    .words(type.allCases.map(\.rawValue))
  }

  /// The table, in the order in which a person fills it in.
  package static let all: [ProfileKey] =
    general + scim + authentication + login
    + rest.flatMap { $0.path == "secondLogin" ? [$0] + keys(ofLogin: $0.path) : [$0] }

  private static let general: [ProfileKey] = [
    ProfileKey(
      "$schema",
      .text,
      example: #""profile.schema.json""#,
      "For editors, which know the keys by it ('oktasim keys --json-schema'); nothing is read from it."
    ),
    ProfileKey(
      "profile",
      .text,
      "the folder's name",
      example: #""acme-chat""#,
      "The profile's name in reports."
    ),
    ProfileKey(
      "family",
      words(AppFamily.self),
      required: true,
      example: #""aiw""#,
      "How the app was made in Okta, and with it which verbs it gets: App Integration Wizard (GET and PUT), catalog app with PATCH, catalog app with PUT, On-Prem agent."
    ),
    ProfileKey(
      "comment",
      .text,
      example: #""our staging app""#,
      "Whatever you like; any object may have one."
    ),
  ]

  private static let scim: [ProfileKey] = [
    ProfileKey("scim", .object, required: true, example: "{ … }", "The app's SCIM service."),
    ProfileKey(
      "scim.version",
      words(SCIMSettings.Version.self),
      "2.0",
      example: #""2.0""#,
      "The SCIM version that it speaks; of an on-prem app 1.1 where it is left out."
    ),
    ProfileKey(
      "scim.baseURL",
      .url(.base),
      required: true,
      example: #""http://127.0.0.1:8080/scim/v2""#,
      "Where it is; /Users is appended."
    ),
    ProfileKey(
      "scim.uniqueIdentifier",
      .text,
      "userName",
      example: #""userName""#,
      "The attribute by which Okta looks a user up."
    ),
    ProfileKey(
      "scim.capabilities",
      .wordList(Capability.allCases.map(\.rawValue)),
      "[]",
      example: #"["createUsers", "updateUsers", "deactivateUsers"]"#,
      "What is switched on under \"To App\" and \"To Okta\"; an event whose capability is off sends nothing."
    ),
    ProfileKey(
      "scim.entitlements",
      .boolean,
      "false",
      example: "true",
      "Whether the app has entitlement management: Okta discovers its roles and entitlements at 'save connection' and gives them to people."
    ),
    ProfileKey(
      "scim.entitlementFields",
      .map,
      "{}",
      example: #"{ "Role.id": "roleId", "Role.displayName": "title" }"#,
      "What the app calls id, displayName and description in its lists of roles and entitlements, by resource type, as the OIN Wizard maps them."
    ),
    ProfileKey(
      "scim.importUserSchema",
      .boolean,
      "false",
      example: "true",
      "Whether Import User Schema is on (OIN Wizard): Okta reads /ResourceTypes and /Schemas, without entitlements."
    ),
  ]

  private static let oauth = ["oauth2"]
  private static let tokens = ["oauth2", "oauth2-client-credentials"]

  private static let authentication: [ProfileKey] = [
    ProfileKey(
      "authentication",
      .object,
      required: true,
      example: "{ … }",
      "How Okta authenticates to the SCIM service."
    ),
    ProfileKey(
      "authentication.mode",
      words(Authentication.Mode.self),
      required: true,
      example: #""oauth2""#,
      "oauth2 is the code grant of a person; bearer a pasted token, header a value sent raw, basic a user name and password; none, of an on-prem app alone, shows nothing."
    ),
    ProfileKey(
      "authentication.authorizationEndpoint",
      .url(.endpoint),
      required: true,
      modes: oauth,
      example: #""http://127.0.0.1:8080/oauth/authorize?scope=scim%20offline_access""#,
      "Where an admin authorizes; a query, such as a scope, is kept."
    ),
    ProfileKey(
      "authentication.tokenEndpoint",
      .url(.endpoint),
      required: true,
      modes: tokens,
      example: #""http://127.0.0.1:8080/oauth/token""#,
      "Where codes and refresh tokens are exchanged."
    ),
    ProfileKey(
      "authentication.revocationEndpoint",
      .url(.endpoint),
      modes: oauth,
      example: #""http://127.0.0.1:8080/oauth/revoke""#,
      "Where tokens are revoked (RFC 7009), for scenarios that need it."
    ),
    ProfileKey(
      "authentication.redirectURI",
      .url(.redirect),
      required: true,
      modes: oauth,
      example: #""https://system-admin.okta.com/admin/app/cpc/acme_chat_1/oauth/callback""#,
      "Registered at the app as Okta's customers will; nothing connects to it."
    ),
    ProfileKey(
      "authentication.clientID",
      .text,
      required: true,
      modes: tokens,
      example: #""okta""#,
      "The client that is registered at the app for Okta."
    ),
    ProfileKey(
      "authentication.clientSecret",
      .secret,
      required: true,
      modes: tokens,
      example: #"{ "environment": "ACME_CLIENT_SECRET" }"#,
      "Its secret, unless it has a clientKey."
    ),
    ProfileKey(
      "authentication.clientKey",
      .secret,
      modes: tokens,
      example: #"{ "environment": "ACME_CLIENT_KEY" }"#,
      "Its RSA private key in PEM without a passphrase, where clientAuthentication is private_key_jwt; the app "
        + "knows the public half."
    ),
    ProfileKey(
      "authentication.clientAuthentication",
      words(Authentication.ClientAuthentication.self),
      "client_secret_post",
      modes: tokens,
      example: #""client_secret_post""#,
      "Where the client's secret stands: in the form, or in an Authorization field (RFC 6749 section 2.3.1); or "
        + "that it signs an assertion by its key instead (RFC 7523, RS256)."
    ),
    ProfileKey(
      "authentication.scopes",
      .texts,
      "[]",
      modes: tokens,
      example: #"["scim", "offline_access"]"#,
      "What is asked for; one scope a text."
    ),
    ProfileKey(
      "authentication.grants",
      .words(AuthorizationCodeSettings.Grants.allCases.map(\.rawValue) + ["kept"]),
      "per-scenario",
      modes: oauth,
      notYet: ["kept"],
      example: #""one-at-a-time""#,
      "one-at-a-time: a new grant retires the old one at this app, so scenarios run in a row."
    ),
    ProfileKey(
      "authentication.refresh",
      .object,
      modes: tokens,
      example: #"{ "trigger": "rejection" }"#,
      "What kind of client Okta is."
    ),
    ProfileKey(
      "authentication.refresh.trigger",
      words(RefreshPolicy.Trigger.self),
      RefreshPolicy().trigger.rawValue,
      example: #""rejection""#,
      "Whether it refreshes when a token is over by its clock, when it was rejected, or either."
    ),
    ProfileKey(
      "authentication.refresh.margin",
      .duration,
      "0s",
      example: #""10s""#,
      "How long before its end a token counts as over."
    ),
    ProfileKey(
      "authentication.refresh.capMargin",
      .boolean,
      RefreshPolicy().capMargin ? "true" : "false",
      example: "false",
      "Whether the margin is cut for tokens that live shorter."
    ),
    ProfileKey(
      "authentication.refresh.concurrency",
      words(RefreshPolicy.Concurrency.self),
      RefreshPolicy().concurrency.rawValue,
      example: #""parallel""#,
      "Whether jobs that meet the end of a token share one refresh or each make their own."
    ),
    ProfileKey(
      "authentication.refresh.keepOldRefreshToken",
      words(RefreshPolicy.KeepOldRefreshToken.self),
      RefreshPolicy().keepOldRefreshToken.rawValue,
      example: #""always""#,
      "Whether the old refresh token is kept only where a response has none, or always (a careless client)."
    ),
    ProfileKey(
      "authentication.refresh.missingExpiresIn",
      words(RefreshPolicy.MissingExpiresIn.self),
      RefreshPolicy().missingExpiresIn.rawValue,
      example: #""fail""#,
      "Whether a token without expires_in is used until it is rejected, or refused."
    ),
    ProfileKey(
      "authentication.token",
      .secret,
      required: true,
      modes: ["bearer"],
      example: #"{ "environment": "ACME_TOKEN" }"#,
      "The pasted token, sent as 'Authorization: Bearer …'."
    ),
    ProfileKey(
      "authentication.value",
      .secret,
      required: true,
      modes: ["header"],
      example: #"{ "environment": "ACME_HEADER" }"#,
      "The whole value of the Authorization field, sent raw."
    ),
    ProfileKey(
      "authentication.headerName",
      .text,
      "Authorization",
      modes: ["header"],
      example: #""X-API-Key""#,
      "The field that the value stands in; another than Authorization of an on-prem app alone."
    ),
    ProfileKey(
      "authentication.username",
      .text,
      required: true,
      modes: ["basic"],
      example: #""okta""#,
      "For 'Authorization: Basic …'."
    ),
    ProfileKey(
      "authentication.password",
      .secret,
      required: true,
      modes: ["basic"],
      example: #"{ "environment": "ACME_PASSWORD" }"#,
      "For 'Authorization: Basic …'."
    ),
  ]

  private static let login: [ProfileKey] =
    [
      ProfileKey(
        "authentication.login",
        .object,
        required: true,
        modes: oauth,
        example: "{ … }",
        "The admin who signs in and consents on the app's own pages."
      )
    ] + keys(ofLogin: "authentication.login")

  /// What a person's sign-in is told by.
  private static func keys(ofLogin path: String) -> [ProfileKey] {
    [
      ProfileKey(
        path + ".username",
        .text,
        example: #""admin@acme.test""#,
        "What is typed for the user name; left out where the page asks for none, and 'fields' says what it asks for."
      ),
      ProfileKey(
        path + ".password",
        .secret,
        example: #"{ "environment": "ACME_ADMIN_PASSWORD" }"#,
        "What is typed for the password; left out where the page asks for none."
      ),
      ProfileKey(
        path + ".totp",
        .secret,
        example: #"{ "environment": "ACME_ADMIN_TOTP" }"#,
        "The secret behind the QR code of a second factor, in Base32: codes are computed from it (RFC 6238)."
      ),
      ProfileKey(
        path + ".fields",
        .map,
        "{}",
        example: #"{ "tenant": "acme" }"#,
        "Further form fields, by their names, where the page asks for more than it shows by itself."
      ),
      ProfileKey(
        path + ".button",
        .text,
        example: #""Sign in""#,
        "The text or the name of the button that signs in, where there are several."
      ),
      ProfileKey(
        path + ".consent",
        .object,
        example: #"{ "button": "Allow" }"#,
        "The page that asks for consent."
      ),
      ProfileKey(
        path + ".consent.button",
        .text,
        example: #""Allow""#,
        "The text or the name of the button that consents."
      ),
      ProfileKey(
        path + ".origins",
        .urls(.origin),
        "[]",
        example: #"["https://login.acme.test"]"#,
        "Origins that get what is typed besides the authorization endpoint's."
      ),
      ProfileKey(
        path + ".command",
        .texts,
        example: #"["./login.sh", "admin"]"#,
        "A program in place of the browser, for pages that need JavaScript: it gets the authorization URL as its last argument and this program's environment, runs in the profile's folder where it is kept there, prints the final URL, and is ended after 60 s."
      ),
    ]
  }

  private static let rest: [ProfileKey] =
    [
      ProfileKey(
        "attributeMappings",
        .objects,
        "the family's table",
        example: #"[{ "from": "title", "to": "title" }]"#,
        "Which of Okta's attributes is which of the app's; entries add to the default table or replace by 'to'."
      ),
      ProfileKey(
        "attributeMappings.from",
        .text,
        example: #""title""#,
        "A name in Okta's user profile, or a custom one."
      ),
      ProfileKey(
        "attributeMappings.value",
        .text,
        example: #""employee""#,
        "In place of 'from': what everybody has."
      ),
      ProfileKey(
        "attributeMappings.type",
        words(AttributeMapping.ValueType.self),
        "string",
        example: #""boolean""#,
        "The kind of value that the app gets; a text that is none of it goes as text."
      ),
      ProfileKey(
        "attributeMappings.to",
        .textOrNull,
        required: true,
        example: #""emails[type eq \"work\"].value""#,
        "A SCIM path; null removes the mapping."
      ),
      ProfileKey(
        "people",
        .object,
        example: #"{ "domain": "acme.test" }"#,
        "The people whom scenarios make up."
      ),
      ProfileKey(
        "people.domain",
        .text,
        "example.com",
        example: #""acme.test""#,
        "The domain of their e-mail addresses."
      ),
      ProfileKey(
        "secondClient",
        .object,
        example:
          #"{ "clientID": "okta-2", "clientSecret": { "environment": "ACME_SECOND_SECRET" } }"#,
        "Another client that is registered at the app, which is shown what belongs to the first."
      ),
      ProfileKey(
        "secondClient.clientID",
        .text,
        required: true,
        example: #""okta-2""#,
        "As whom it asks for tokens."
      ),
      ProfileKey(
        "secondClient.clientSecret",
        .secret,
        required: true,
        example: #"{ "environment": "ACME_SECOND_SECRET" }"#,
        "Its secret, unless it has a clientKey."
      ),
      ProfileKey(
        "secondClient.clientKey",
        .secret,
        example: #"{ "environment": "ACME_SECOND_KEY" }"#,
        "Its private key, as that of the first."
      ),
      ProfileKey(
        "secondClient.clientAuthentication",
        words(Authentication.ClientAuthentication.self),
        "client_secret_post",
        example: #""client_secret_basic""#,
        "Where its secret stands, or that it has a key."
      ),
      ProfileKey(
        "secondLogin",
        .object,
        example:
          #"{ "username": "admin@second.test", "password": { "environment": "ACME_SECOND_PASSWORD" } }"#,
        "An admin of another tenant of the app, who signs in for every org of a scenario but the first; its "
          + "keys are those of authentication.login."
      ),
      ProfileKey(
        "hooks",
        .hooks,
        example: #"{ "restart-app": ["docker", "restart", "app"] }"#,
        "What changes the app from outside, by name: a program and its arguments, or a URL that takes an "
          + "empty POST; each has 30 s. Shipped scenarios know "
          + Hook.known.map(\.0).joined(separator: ", ") + "."
      ),
      ProfileKey(
        "leeway",
        .duration,
        "the larger of 1s and 10 %",
        example: #""5m""#,
        "How long after its end an access token may still be honoured, as --leeway."
      ),
      ProfileKey(
        "limits",
        .object,
        example: #"{ "wholeAnswer": "2m" }"#,
        "Limits that are ours, not Okta's."
      ),
      ProfileKey(
        "limits.wholeAnswer",
        .duration,
        "five times okta.requestTimeout",
        example: #""2m""#,
        "How long the whole of an answer may take."
      ),
      ProfileKey(
        "requestID",
        .boolean,
        "false",
        example: "true",
        "Whether each request to the SCIM service and the token endpoint carries X-Request-Id with scenario and exchange (ours: Okta sends none)."
      ),
      ProfileKey(
        "okta",
        .object,
        example: #"{ "pkce": "S256" }"#,
        "What Okta's public record leaves open; 'oktasim switches' gives the evidence."
      ),
    ] + Switch.all.map(ProfileKey.init(of:)) + [
      ProfileKey(
        "embeddedSampleApp",
        .object,
        example: "{}",
        "The run starts the sample app itself; URLs, client and login are left out then, but for a login.command, which signs in on the real clock."
      ),
      ProfileKey(
        "embeddedSampleApp.clock",
        words(EmbeddedSampleApp.Clock.self),
        "real",
        example: #""virtual""#,
        "On the virtual clock hours pass in milliseconds."
      ),
      ProfileKey(
        "embeddedSampleApp.accessTokenLifetime",
        .wholeSeconds,
        "2s, on the virtual clock 1h",
        example: #""2s""#,
        "How long its access tokens live."
      ),
      ProfileKey(
        "embeddedSampleApp.refreshTokenLifetime",
        .wholeSeconds,
        "no end",
        example: #""1h""#,
        "How long its refresh tokens live."
      ),
      ProfileKey(
        "embeddedSampleApp.refreshTokenIdleLimit",
        .wholeSeconds,
        "no limit",
        example: #""30m""#,
        "How long a refresh token may lie unused."
      ),
      ProfileKey(
        "embeddedSampleApp.rotation",
        words(EmbeddedSampleApp.Rotation.self),
        "rotate",
        example: #""fixed""#,
        "What a refresh answers with: a new refresh token, the same one, or none."
      ),
      ProfileKey(
        "embeddedSampleApp.graceWindow",
        .duration,
        "10s",
        example: #""0s""#,
        "How long a rotated refresh token still works."
      ),
      ProfileKey(
        "embeddedSampleApp.tokenFormat",
        words(EmbeddedSampleApp.TokenFormat.self),
        "opaque",
        example: #""jwt-like""#,
        "What its access tokens look like."
      ),
      ProfileKey(
        "embeddedSampleApp.refreshTokens",
        words(EmbeddedSampleApp.RefreshTokens.self),
        "always",
        example: #""offline-access""#,
        "Whether it gives a refresh token to each authorization, or where the scope has offline_access."
      ),
      ProfileKey(
        "embeddedSampleApp.audience",
        .text,
        example: #""https://scim.sample.test""#,
        "What the authorization request's audience has to be for tokens that its API takes; without it they are opaque and refused."
      ),
      ProfileKey(
        "embeddedSampleApp.authorizationQuery",
        .text,
        example: #""audience=https%3A%2F%2Fscim.sample.test&scope=offline_access""#,
        "What an admin has written behind the '?' of its authorization endpoint."
      ),
      ProfileKey(
        "embeddedSampleApp.faults",
        .texts,
        "[]",
        example: #"["early-death"]"#,
        "How it is wrong; 'oktasim sample-app --list-faults' lists them."
      ),
      ProfileKey(
        "embeddedSampleApp.users",
        .wholeNumber(0...100_000),
        "0",
        example: "100",
        "How many users it has at the start."
      ),
      ProfileKey(
        "embeddedSampleApp.groups",
        .wholeNumber(0...100_000),
        "0",
        example: "10",
        "How many groups it has at the start."
      ),
    ]

  private init(of definition: Switch) {
    let kind: Kind =
      switch definition.values {
      case .words(let words): .words(words)
      case .boolean: .boolean
      case .positiveInteger: .wholeNumber(1...1_000_000)
      case .positiveNumber: .positiveNumber
      case .duration: .duration
      }
    let isText =
      switch definition.values {
      case .words, .duration: true
      case .boolean, .positiveInteger, .positiveNumber: false
      }
    self.init(
      "okta." + definition.name,
      kind,
      definition.defaultValue,
      example: isText ? "\"\(definition.defaultValue)\"" : definition.defaultValue,
      "\(definition.mark.rawValue): \(definition.evidence)."
    )
  }
}
