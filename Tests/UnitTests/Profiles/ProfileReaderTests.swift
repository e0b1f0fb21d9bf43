import Foundation
import JSON
import OAuth
import Profiles
import TestSupport
import Testing
import World

@Suite struct ProfileReaderTests {
  @Test func `a pipe or a device is no profile`() throws {
    let path = NSTemporaryDirectory() + "oktasim-pipe-\(UUID().uuidString)"
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    for path in [path, "/dev/zero"] {
      let error = #expect(throws: SourceError.self) {
        _ = try firstMistake { try ScenarioReader.read(path: path) }
      }
      #expect(error?.problem.contains("this is a pipe or a device, not a file") == true)
    }
  }

  @Test func `what a profile says cannot steer a terminal`() throws {
    let text = "{\"family\": \"\u{1B}]0;owned\u{7}\u{202E}\", \t\"x\": }"
    let error = #expect(throws: SourceError.self) {
      try firstMistake {
        try ProfileReader.read(
          SourceText(file: "a\u{1B}[2J.json", text: text),
          environment: Environment([:]),
          variables: .leaveOpen
        )
      }
    }
    let shown = "\(try #require(error))"
    #expect(!shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
    #expect(!shown.contains("\u{202E}") && shown.contains("\\u001B"))
    // The carets stand below what they mean.
    let lines = shown.split(separator: "\n")
    let place = try #require(lines.last?.firstIndex(of: "^"))
    let column = try #require(lines.last).distance(
      from: lines[lines.count - 1].startIndex,
      to: place
    )
    let quoted = lines[lines.count - 2]
    #expect(
      quoted[quoted.index(quoted.startIndex, offsetBy: column)] == "}" || quoted.contains("owned")
    )
  }

  /// RFC 7523: the client has a key in place of a secret.
  @Test(arguments: [
    (#""clientKey": { "environment": "KEY" }"#, []),
    (#""clientAuthentication": "private_key_jwt""#, ["'authentication' has no 'clientKey'"]),
    // One mistake is told once.
    (
      #""clientAuthentication": "private_key_jtw", "clientKey": { "environment": "KEY" }"#,
      ["'private_key_jtw' is not a value of 'authentication.clientAuthentication'"]
    ),
    (
      #""clientAuthentication": "client_secret_pots", "clientSecret": { "environment": "SECRET" }"#,
      ["'client_secret_pots' is not a value of 'authentication.clientAuthentication'"]
    ),
    (
      #""clientSecret": { "environment": "SECRET" }, "clientKey": { "environment": "KEY" }"#,
      ["'authentication.clientSecret' has no use beside a clientKey"]
    ),
    (
      #""clientKey": { "environment": "SECRET" }"#,
      [
        "what 'authentication.clientKey' names holds no private key in PEM without a passphrase"
      ]
    ),
    (
      #""clientAuthentication": "client_secret_post", "clientSecret": { "environment": "SECRET" }, "#
        + #""clientKey": { "environment": "KEY" }"#,
      ["'authentication.clientKey' has no use beside a clientSecret"]
    ),
  ])
  func `a client has a secret or a key`(members: String, problems: [String]) throws {
    let method =
      members.contains("clientAuthentication")
      ? "" : #", "clientAuthentication": "private_key_jwt""#
    let text = """
      { "family": "aiw", "scim": { "baseURL": "http://a.test" }, "authentication": {
        "mode": "oauth2-client-credentials", "tokenEndpoint": "http://a.test/t", "clientID": "c",
        \(members)\(method) } }
      """
    let environment = ["KEY": PublishedKey.privateKey, "SECRET": "s3cret"]
    if problems.isEmpty {
      let profile = try read(text, environment: environment)
      let client = try #require(profile.authentication.client)
      #expect(client.authentication == .privateKeyJWT)
      #expect(client.secret.exposed() == "")
      // So that it is redacted wherever an app shows it.
      #expect(profile.secrets.map { $0.exposed() } == [PublishedKey.privateKey])
    } else {
      let found = allMistakes(text, environment: environment)
      #expect(found.map(\.problem) == problems)
      #expect(!found.map(\.description).joined().contains("s3cret"))
    }
  }

  @Test func `the contract's own example is read`() throws {
    let profile = try read(
      """
      {
        "profile": "acme-chat",
        "family": "aiw",
        "scim": {
          "version": "2.0",
          "baseURL": "http://127.0.0.1:8080/scim/v2/",
          "uniqueIdentifier": "userName",
          "capabilities": ["createUsers", "updateUsers", "deactivateUsers", "importGroups"]
        },
        "authentication": {
          "mode": "oauth2",
          "authorizationEndpoint": "http://127.0.0.1:8080/oauth/authorize?scope=scim%20offline_access",
          "tokenEndpoint": "http://127.0.0.1:8080/oauth/token",
          "revocationEndpoint": "http://127.0.0.1:8080/oauth/revoke",
          "redirectURI": "https://system-admin.okta.com/admin/app/cpc/acme_chat_1/oauth/callback",
          "clientID": "okta",
          "clientSecret": { "environment": "ACME_CLIENT_SECRET" },
          "clientAuthentication": "client_secret_basic",
          "scopes": ["scim"],
          "refresh": { "trigger": "rejection", "margin": "10s", "concurrency": "parallel" },
          "grants": "one-at-a-time",
          "login": {
            "username": "admin@acme.test",
            "password": { "environment": "ACME_ADMIN_PASSWORD" },
            "fields": { "tenant": "acme" },
            "consent": { "button": "Allow" },
            "origins": ["https://login.acme.test:8443"]
          }
        },
        "attributeMappings": [ { "from": "nick", "to": "nickName" } ],
        "okta": { "pkce": "S256", "reassignLookUp": false, "membersPerPatch": 50 },
        "people": { "domain": "acme.test" }
      }
      """,
      environment: ["ACME_CLIENT_SECRET": "s3cret", "ACME_ADMIN_PASSWORD": "hunter2"]
    )

    #expect(profile.name == "acme-chat")
    #expect(profile.family == .aiw)
    #expect(
      profile.scim
        == SCIMSettings(
          version: .v2,
          baseURL: "http://127.0.0.1:8080/scim/v2",
          uniqueIdentifier: "userName",
          capabilities: [.createUsers, .updateUsers, .deactivateUsers, .importGroups]
        )
    )
    let settings = try #require(profile.authorizationCode)
    #expect(settings.revocationEndpoint == "http://127.0.0.1:8080/oauth/revoke")
    #expect(settings.client.secret.exposed() == "s3cret")
    #expect(settings.client.secret.alias == "client_secret#1")
    #expect(settings.client.authentication == .basic)
    #expect(settings.scopes == ["scim"])
    #expect(settings.grants == .oneAtATime)
    var refresh = RefreshPolicy()
    refresh.trigger = .rejection
    refresh.margin = .seconds(10)
    refresh.concurrency = .parallel
    #expect(settings.refresh == refresh)
    guard case .form(let login) = settings.login else {
      Issue.record("the login is not a form")
      return
    }
    #expect(login.username == "admin@acme.test")
    #expect(login.password.exposed() == "hunter2")
    #expect(login.password.alias == "password#1")
    #expect(login.fields == ["tenant": "acme"])
    #expect(login.consentButton == "Allow")
    #expect(login.origins == ["https://login.acme.test:8443"])
    #expect(profile.attributeMappings.contains(AttributeMapping(from: "nick", to: "nickName")))
    #expect(!profile.attributeMappings.contains { $0.from == "nickName" })
    #expect(profile.switches[.pkce] == "S256")
    #expect(profile.switches[.reassignLookUp] == "false")
    #expect(profile.switches[.membersPerPatch] == "50")
    #expect(profile.switches.set == ["pkce", "reassignLookUp", "membersPerPatch"])
    #expect(profile.peopleDomain == "acme.test")
    #expect(profile.file == "Profiles/acme/profile.json")
    #expect(profile.folder == "Profiles/acme")
  }

  @Test func `a short profile gets its defaults, and none of them sends a request`() throws {
    let profile = try read(bearer)
    #expect(profile.name == "acme")
    #expect(profile.scim.capabilities == [])
    #expect(profile.scim.version == .v2)
    #expect(profile.scim.uniqueIdentifier == "userName")
    #expect(profile.attributeMappings == AttributeMapping.defaults)
    #expect(profile.peopleDomain == "example.com")
    #expect(profile.switches.set == [])
    guard case .bearer(let token) = profile.authentication else {
      Issue.record("the mode is not bearer")
      return
    }
    #expect(token.alias == "credentials#1")
  }

  @Test func `a program may sign in to the embedded sample app`() throws {
    let profile = try read(
      """
      { "family": "aiw",
        "authentication": { "login": { "command": ["./login.py"] } },
        "embeddedSampleApp": { "audience": "https://a.test", "refreshTokens": "offline-access",
          "authorizationQuery": "audience=https%3A%2F%2Fa.test&scope=a offline_access" } }
      """
    )
    guard case .command(["./login.py"]) = profile.authorizationCode?.login else {
      Issue.record("\(String(describing: profile.authorizationCode?.login))")
      return
    }
    #expect(profile.embeddedSampleApp?.audience == "https://a.test")
    #expect(profile.embeddedSampleApp?.refreshTokens == .offlineAccess)
    #expect(
      profile.embeddedSampleApp?.authorizationQuery
        == "audience=https%3A%2F%2Fa.test&scope=a offline_access"
    )
  }

  @Test func `with the embedded sample app URLs, client and login are left out`() throws {
    let profile = try read(
      """
      { "family": "oin-patch",
        "scim": { "capabilities": ["createUsers"] },
        "authentication": { "scopes": ["a"], "refresh": { "margin": "1s" } },
        "embeddedSampleApp": { "clock": "virtual", "accessTokenLifetime": "2s",
          "rotation": "retire-on-use", "faults": ["late-expiry"], "users": 3 } }
      """
    )
    var app = EmbeddedSampleApp()
    app.clock = .virtual
    app.accessTokenLifetime = .seconds(2)
    app.rotation = .retireOnUse
    app.faults = ["late-expiry"]
    app.users = 3
    #expect(profile.embeddedSampleApp == app)
    #expect(profile.authorizationCode?.scopes == ["a"])
    #expect(profile.authorizationCode?.refresh.margin == .seconds(1))
    #expect(profile.authorizationCode?.tokenEndpoint == "")
    #expect(profile.scim.baseURL == "")
  }

  // MARK: Mistakes, word for word

  static let mistakes: [(json: String, text: String)] = [
    (
      #"{ "famly": "aiw" }"#,
      """
      'famly' is not a key of the profile
       --> Profiles/acme/profile.json:1:3
        |
      1 | { "famly": "aiw" }
        |   ^^^^^^^ did you mean 'family'?
      """
    ),
    (
      """
      {
        "family": "awi"
      }
      """,
      """
      'awi' is not a value of 'family'
       --> Profiles/acme/profile.json:2:13
        |
      2 |   "family": "awi"
        |             ^^^^^ did you mean 'aiw'?
      """
    ),
    (
      #"{ "family": "aiw", "embeddedSampleApp": {}, "scim": { "entitlements": 1 } }"#,
      """
      'scim.entitlements' is a number
       --> Profiles/acme/profile.json:1:71
        |
      1 | { "family": "aiw", "embeddedSampleApp": {}, "scim": { "entitlements": 1 } }
        |                                                                       ^ true or false is asked for
      """
    ),
    (
      #"{ "family": "aiw", "embeddedSampleApp": {}, "scim": { "version": "1.1", "entitlements": true } }"#,
      """
      'scim.entitlements' is on for an app that speaks SCIM 1.1
       --> Profiles/acme/profile.json:1:89
        |
      1 | { "family": "aiw", "embeddedSampleApp": {}, "scim": { "version": "1.1", "entitlements": true } }
        |                                                                                         ^^^^ Okta's documents have it with SCIM 2.0 alone
      """
    ),
    (
      #"{ "family": "aiw", "embeddedSampleApp": {}, "scim": { "entitlementFields": { "Role.name": "x" } } }"#,
      """
      'Role.name' is not a field of a resource type
       --> Profiles/acme/profile.json:1:78
        |
      1 | { "family": "aiw", "embeddedSampleApp": {}, "scim": { "entitlementFields": { "Role.name": "x" } } }
        |                                                                              ^^^^^^^^^^^ write the type's name, a dot, and id, displayName or description: Role.id
      """
    ),
    (
      """
      { "family": "aiw", "embeddedSampleApp": {},
        "authentication": { "grants": "kept" } }
      """,
      """
      'kept' is not supported yet
       --> Profiles/acme/profile.json:2:33
        |
      2 |   "authentication": { "grants": "kept" } }
        |                                 ^^^^^^
      """
    ),
    (
      """
      { "family": "aiw", "embeddedSampleApp": {},
        "scim": { "baseURL": "http://127.0.0.1" } }
      """,
      """
      'scim.baseURL' is given although the run starts the sample app itself
       --> Profiles/acme/profile.json:2:13
        |
      2 |   "scim": { "baseURL": "http://127.0.0.1" } }
        |             ^^^^^^^^^ leave it out
      """
    ),
    (
      """
      { "family": "aiw", "embeddedSampleApp": {},
        "authentication": { "mode": "bearer", "token": { "environment": "T" } } }
      """,
      """
      'authentication.token' is given although the run starts the sample app itself
       --> Profiles/acme/profile.json:2:41
        |
      2 |   "authentication": { "mode": "bearer", "token": { "environment": "T" } } }
        |                                         ^^^^^^^ leave it out
      """
    ),
    (
      """
      { "family": "aiw", "embeddedSampleApp": {}, "okta": { "pkce": "s256" } }
      """,
      """
      's256' is not a value of 'okta.pkce'
       --> Profiles/acme/profile.json:1:63
        |
      1 | { "family": "aiw", "embeddedSampleApp": {}, "okta": { "pkce": "s256" } }
        |                                                               ^^^^^^ did you mean 'S256'?
      """
    ),
    (
      #"{ "family": "aiw", "scim": { "baseURL": "localhost:8080/scim" } }"#,
      """
      'scim.baseURL' is not an absolute URL
       --> Profiles/acme/profile.json:1:41
        |
      1 | { "family": "aiw", "scim": { "baseURL": "localhost:8080/scim" } }
        |                                         ^^^^^^^^^^^^^^^^^^^^^ write http://… or https://…
      """
    ),
    (
      #"{ "family": "aiw", "scim": { "capabilities": [] } }"#,
      """
      'scim' has no 'baseURL'
       --> Profiles/acme/profile.json:1:28
        |
      1 | { "family": "aiw", "scim": { "capabilities": [] } }
        |                            ^^^^^^^^^^^^^^^^^^^^^^ add "baseURL"
      """
    ),
    (
      """
      { "family": "aiw", "scim": { "baseURL": "http://a.test" },
        "authentication": { "mode": "bearer", "token": "t0ps3cret" } }
      """,
      """
      'authentication.token' is a secret, which never stands in the file
       --> Profiles/acme/profile.json:2:50
        |
      2 |   "authentication": { "mode": "bearer", "token": "*********" } }
        |                                                  ^^^^^^^^^^^ write { "environment": "NAME" }
      """
    ),
    (
      """
      { "family": "aiw", "scim": { "baseURL": "http://a.test" },
        "authentication": { "mode": "bearer", "token": { "environment": "UNSET" } } }
      """,
      """
      the environment variable 'UNSET', which 'authentication.token' takes its value from, is not set
       --> Profiles/acme/profile.json:2:50
        |
      2 |   "authentication": { "mode": "bearer", "token": { "environment": "UNSET" } } }
        |                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^ set it before the run
      """
    ),
    (
      """
      { "family": "aiw", "scim": { "baseURL": "http://a.test" },
        "authentication": { "mode": "bearer",
          "token": { "environment": "TOKEN", "default": "t0ps3cret" } } }
      """,
      """
      'authentication.token' is a secret and so has no default
       --> Profiles/acme/profile.json:3:51
        |
      3 |     "token": { "environment": "TOKEN", "default": *********** } } }
        |                                                   ^^^^^^^^^^^ leave the default out
      """.replacing("***********", with: "\"*********\"")
    ),
    (
      """
      { "family": "aiw", "scim": { "baseURL": "http://a.test" },
        "authentication": { "mode": "bearer", "token": { "environment": "A B" } } }
      """,
      """
      'A B' is not a name of a variable
       --> Profiles/acme/profile.json:2:67
        |
      2 |   "authentication": { "mode": "bearer", "token": { "environment": "A B" } } }
        |                                                                   ^^^^^ write ACME_CLIENT_SECRET
      """
    ),
    (
      """
      { "family": "aiw", "embeddedSampleApp": {}, "authentication": {
        "clientKey": { "environment": "KEY" } } }
      """,
      """
      'authentication.clientKey' is given although the run starts the sample app itself
       --> Profiles/acme/profile.json:2:3
        |
      2 |   "clientKey": { "environment": "KEY" } } }
        |   ^^^^^^^^^^^ leave it out
      """
    ),
    (
      """
      { "family": "aiw", "embeddedSampleApp": { "accessTokenLifetime": "500ms" } }
      """,
      """
      'embeddedSampleApp.accessTokenLifetime' is not in whole seconds
       --> Profiles/acme/profile.json:1:66
        |
      1 | { "family": "aiw", "embeddedSampleApp": { "accessTokenLifetime": "500ms" } }
        |                                                                  ^^^^^^^ write 2s, 5m or 1h: a token response gives whole seconds
      """
    ),
    (
      """
      { "family": "aiw", "embeddedSampleApp": { "graceWindow": "30 s" } }
      """,
      """
      '30 s' is not a duration
       --> Profiles/acme/profile.json:1:58
        |
      1 | { "family": "aiw", "embeddedSampleApp": { "graceWindow": "30 s" } }
        |                                                          ^^^^^^ write a number with its unit: \
      500ms, 2s, 5m, 1h or 1d
      """
    ),
    (
      """
      { "family": "aiw", "embeddedSampleApp": { "authorizationQuery": "a=b#c" } }
      """,
      """
      'a=b#c' has a fragment
       --> Profiles/acme/profile.json:1:65
        |
      1 | { "family": "aiw", "embeddedSampleApp": { "authorizationQuery": "a=b#c" } }
        |                                                                 ^^^^^^^ leave out '#' and what follows it
      """
    ),
    (
      """
      { "family": "aiw", "embeddedSampleApp": {},
        "attributeMappings": [ { "from": "title" } ] }
      """,
      """
      'attributeMappings[0]' has no 'to'
       --> Profiles/acme/profile.json:2:26
        |
      2 |   "attributeMappings": [ { "from": "title" } ] }
        |                          ^^^^^^^^^^^^^^^^^^^ add a SCIM path, or null to remove the mapping
      """
    ),
    (
      """
      { "family": "aiw", "scim": { "baseURL": "http://a.test" },
        "authentication": { "mode": "basic", "clientID": "x" } }
      """,
      """
      'authentication.clientID' does not belong to the mode 'basic'
       --> Profiles/acme/profile.json:2:40
        |
      2 |   "authentication": { "mode": "basic", "clientID": "x" } }
        |                                        ^^^^^^^^^^ leave it out
      """
    ),
    (
      """
      { "family": "aiw", "scim": { "baseURL": "http://a.test" },
        "authentication": { "mode": "none" } }
      """,
      """
      'none' is a mode of the family 'on-prem' alone
       --> Profiles/acme/profile.json:2:31
        |
      2 |   "authentication": { "mode": "none" } }
        |                               ^^^^^^ write "oauth2", "oauth2-client-credentials", "bearer", "header" or "basic", or "family": "on-prem"
      """
    ),
    (
      """
      { "family": "oin-patch", "embeddedSampleApp": {},
        "authentication": { "mode": "header", "headerName": "X-API-Key" } }
      """,
      """
      'authentication.headerName' is for the family 'on-prem' alone
       --> Profiles/acme/profile.json:2:41
        |
      2 |   "authentication": { "mode": "header", "headerName": "X-API-Key" } }
        |                                         ^^^^^^^^^^^^ leave it out
      """
    ),
    (
      """
      { "family": "on-prem", "embeddedSampleApp": {},
        "authentication": { "mode": "header", "headerName": "X API Key" } }
      """,
      """
      'X API Key' is not the name of a header
       --> Profiles/acme/profile.json:2:55
        |
      2 |   "authentication": { "mode": "header", "headerName": "X API Key" } }
        |                                                       ^^^^^^^^^^^ write X-API-Key
      """
    ),
    (
      """
      { "family": "on-prem", "embeddedSampleApp": {},
        "authentication": { "mode": "header", "headerName": "host" } }
      """,
      """
      Host is a header that Okta fills itself
       --> Profiles/acme/profile.json:2:55
        |
      2 |   "authentication": { "mode": "header", "headerName": "host" } }
        |                                                       ^^^^^^ write X-API-Key
      """
    ),
  ]

  @Test(arguments: mistakes)
  func `a mistake is named with its place and what to write`(json: String, text: String) {
    #expect(allMistakes(json).map(\.description).contains(text))
  }

  @Test(arguments: [
    ("scim.baseURL", "http://h.test/a b", "holds a space"),
    ("scim.baseURL", "http://h.test/?a=b", "has a query"),
    ("scim.baseURL", "ftp://h.test/", "is not an absolute URL"),
    ("scim.baseURL", "http://", "has no host"),
    ("scim.baseURL", "http://h.test:99999", "has no sound port"),
    ("scim.baseURL", "http://a:b@h.test", "holds a user name"),
    ("scim.baseURL", "http://h.test/#x", "has a fragment"),
    ("scim.baseURL", "http://h.test/%zz", "has a '%' without two hexadecimal digits"),
  ])
  func `a URL that no request can be made of is a mistake`(
    key: String,
    url: String,
    problem: String
  ) {
    let error = #expect(throws: SourceError.self) { try read(bearer, settings: ["\(key)=\(url)"]) }
    #expect(error?.problem == "'\(key)' \(problem)")
  }

  @Test func `the limit of a whole answer is a time`() throws {
    #expect(try read(bearer).wholeAnswerLimit == nil)
    #expect(try read(bearer, settings: ["limits.wholeAnswer=2m"]).wholeAnswerLimit == .seconds(120))
    let error = #expect(throws: SourceError.self) {
      try read(bearer, settings: ["limits.wholeAnswer=0s"])
    }
    #expect(error?.problem == "'limits.wholeAnswer' is no time at all")
  }

  @Test(arguments: [
    ("https://login.acme.test/", "is more than an origin"),
    ("https://login.acme.test/login", "is more than an origin"),
    ("https://login.acme.test?a", "is more than an origin"),
    ("login.acme.test", "is not an absolute URL"),
    ("https://a@login.acme.test", "holds a user name"),
  ])
  func `an origin is scheme, host and port`(origin: String, problem: String) {
    let json = """
      { "family": "aiw", "scim": { "baseURL": "http://h.test" }, "authentication": {
        "mode": "oauth2", "authorizationEndpoint": "http://h.test", "tokenEndpoint": "http://h.test",
        "redirectURI": "http://r.test", "clientID": "c", "clientSecret": { "environment": "S" },
        "login": { "username": "u", "password": { "environment": "S" }, "origins": ["\(origin)"] } } }
      """
    let error = #expect(throws: SourceError.self) { try read(json, environment: ["S": "secret"]) }
    #expect(error?.problem == "'authentication.login.origins[0]' \(problem)")
  }

  @Test(arguments: [
    "http://[::1]:8080/scim", "https://a-b.example.com", "http://127.0.0.1:65535/x%20y",
  ])
  func `a sound URL is taken as it stands`(url: String) throws {
    #expect(try read(bearer, settings: ["scim.baseURL=" + url]).scim.baseURL == url)
  }

  // MARK: Settings

  @Test func `a setting replaces a value by its path`() throws {
    let profile = try read(
      #"{ "family": "aiw", "embeddedSampleApp": {} }"#,
      settings: [
        "okta.pkce=S256", "authentication.refresh.trigger=rejection",
        #"embeddedSampleApp.faults=["x"]"#, "embeddedSampleApp.faults.1=y",
        "embeddedSampleApp.users=4", "scim.version=2.0", "profile=7", "family=oin-put",
      ]
    )
    #expect(profile.switches[.pkce] == "S256")
    #expect(profile.authorizationCode?.refresh.trigger == .rejection)
    #expect(profile.embeddedSampleApp?.faults == ["x", "y"])
    #expect(profile.embeddedSampleApp?.users == 4)
    #expect(profile.name == "7")
    #expect(profile.family == .oinPut)
  }

  @Test(arguments: [
    (
      "family=awi",
      "'awi' is not a value of 'family'\n --> --set family\n  = did you mean 'aiw'?"
    ),
    (
      "scmi.baseURL=x",
      "'scmi' is not a key of the profile\n --> --set scmi.baseURL\n  = did you mean 'scim'?"
    ),
    ("family.x=1", "'family' is a string, so there is no 'x' in it\n --> --set family.x"),
    (
      "authentication.token=t0ps3cret",
      "'authentication.token' is a secret, which never stands on the command line\n"
        + " --> --set authentication.token\n  = write { \"environment\": \"NAME\" }"
    ),
  ])
  func `a mistake in a setting names the setting`(setting: String, text: String) {
    let error = #expect(throws: SourceError.self) { try read(bearer, settings: [setting]) }
    #expect(error?.description == text)
  }

  @Test(arguments: ["scim", "=x", "a..b=x", ".a=x", ""])
  func `an argument without a path and a value is no setting`(argument: String) {
    #expect(Setting(argument: argument) == nil)
  }

  // MARK: Variables

  @Test func `any string may come from the environment`() throws {
    let json = """
      { "family": { "environment": "FAMILY", "default": "aiw" },
        "scim": { "baseURL": { "environment": "URL", "default": "http://b.test" },
                  "capabilities": [{ "environment": "CAPABILITY", "default": "createUsers" }] },
        "authentication": { "mode": "bearer", "token": { "environment": "TOKEN" } } }
      """
    let profile = try read(json, environment: ["URL": "http://a.test", "TOKEN": "t"])
    #expect(profile.family == .aiw)
    #expect(profile.scim.baseURL == "http://a.test")
    #expect(profile.scim.capabilities == [.createUsers])
  }

  @Test func `a check leaves unset variables open`() throws {
    let json = """
      { "family": { "environment": "FAMILY" }, "scim": { "baseURL": { "environment": "URL" } },
        "authentication": { "mode": "bearer", "token": { "environment": "TOKEN" } } }
      """
    let profile = try read(json, variables: .leaveOpen)
    #expect(profile.scim.baseURL == "")
  }

  @Test func `a secret on a line with another mistake is covered`() {
    for json in [
      #"{ "family": "aiw", "x": { "clientSecret": "t0ps3cret" } }"#,
      #"{ "token" : "t0ps3cret" "x": 1 }"#,
      #"{ "authentication": { "mode": "bearer", "token": "t0ps3cret", "value": "t0ps3cret" } }"#,
    ] {
      let mistakes = allMistakes(json)
      #expect(!mistakes.isEmpty)
      #expect(!mistakes.contains { $0.description.contains("t0ps3cret") })
    }
  }

  @Test func `all mistakes are told, from above, and none that follows from another`() {
    let json = """
      {
        "famly": "aiw",
        "scim": { "version": "3", "baseURL": "here", "capabilities": ["creatUsers", "x"] },
        "authentication": {
          "mode": "oauth2",
          "tokenEndpoint": "http://a.test/t", "redirectURI": 7, "clientID": "",
          "clientSecret": { "environment": "UNSET_1" },
          "refresh": { "trigger": "now", "margin": "soon" },
          "login": { "password": { "environment": "UNSET_2" }, "fields": { "a": [] } }
        },
        "okta": { "pkce": "S257", "membersPerPatch": 0 },
        "people": { "domain": "a b" },
        "attributeMappings": [
          { "from": "title", "to": "a b" }, { "to": null }, { "from": "title", "to": "Groups[0].value" }
        ]
      }
      """
    #expect(
      allMistakes(json, settings: ["scim.baseURL.x=1", "leeway=long"]).map(\.problem) == [
        "'scim.baseURL' is a string, so there is no 'x' in it",
        "'long' is not a duration",
        "'famly' is not a key of the profile",
        "'3' is not a value of 'scim.version'",
        "'scim.baseURL' is not an absolute URL",
        "'creatUsers' is not a capability",
        "'x' is not a capability",
        "'authentication' has no 'authorizationEndpoint'",
        "'authentication.redirectURI' is a number",
        "'authentication.clientID' is empty",
        "the environment variable 'UNSET_1', which 'authentication.clientSecret' takes its value "
          + "from, is not set",
        "'now' is not a value of 'authentication.refresh.trigger'",
        "'soon' is not a duration",
        "the environment variable 'UNSET_2', which 'authentication.login.password' takes its "
          + "value from, is not set",
        "'authentication.login.fields.a' is an array",
        "'S257' is not a value of 'okta.pkce'",
        "'okta.membersPerPatch' is 0",
        "'a b' is not a domain",
        "'a b' is not a SCIM path",
        "'attributeMappings[1]' has no 'from'",
        "'groups' is reserved: Okta sends who belongs to a group with the group",
      ]
    )
  }

  @Test func `of a file that is another by mistake the first hundred mistakes are told`() {
    let keys = (0..<30_000).map { "\"familx\($0)\":1" }.joined(separator: ",")
    #expect(allMistakes("{\(keys)}").count == Mistakes.mostInFile)
    let faults = (0..<30_000).map { "\"f\($0)\"" }.joined(separator: ",")
    let app = "{\"family\":\"aiw\",\"embeddedSampleApp\":{\"faults\":[\(faults)]}}"
    #expect(allMistakes(app, faults: ["early-death"]).count == Mistakes.mostInFile)
  }

  // MARK: Attribute mappings

  @Test func `entries add, replace by their path and remove`() throws {
    let profile = try read(
      """
      { "family": "aiw", "embeddedSampleApp": {},
        "attributeMappings": [
          { "from": "badge", "to": "urn:acme:User:badge" },
          { "from": "nick", "to": "nickname" },
          { "from": "title", "to": null } ] }
      """
    )
    var expected = AttributeMapping.defaults.filter { $0.from != "title" }
    let nick = try #require(expected.firstIndex { $0.to == "nickName" })
    expected[nick] = AttributeMapping(from: "nick", to: "nickname")
    expected.append(AttributeMapping(from: "badge", to: "urn:acme:User:badge"))
    #expect(profile.attributeMappings == expected)
  }

  // MARK: Robustness

  @Test func `a profile cut off anywhere is a mistake and no crash`() {
    let bytes = Array(bearer.utf8)
    for end in bytes.indices {
      let source = SourceText(file: "p", bytes: Array(bytes[..<end]))
      #expect(throws: Mistakes.self) {
        try ProfileReader.read(source, environment: Environment([:]), variables: .leaveOpen)
      }
    }
  }

  @Test func `a profile with any byte changed is read or refused, and no crash`() {
    let bytes = Array(bearer.utf8)
    for place in bytes.indices {
      for byte: UInt8 in [0, 0x22, 0x7B, 0x7D, 0x5B, 0x80, 0xFF] {
        var changed = bytes
        changed[place] = byte
        _ = try? ProfileReader.read(
          SourceText(file: "p", bytes: changed),
          environment: Environment([:]),
          variables: .leaveOpen
        )
      }
    }
  }

  @Test func `a file that is not there is named`() {
    let error = #expect(throws: SourceError.self) {
      try firstMistake {
        try ProfileReader.read(
          path: "no-such-folder/profile.json",
          environment: Environment([:]),
          variables: .refuse
        )
      }
    }
    #expect(
      error?.description
        == "could not read the profile: there is no such file\n --> no-such-folder/profile.json"
        + "\n  = a profile is a folder that holds a profile.json"
    )
  }

  private let bearer = """
    {
      "family": "aiw",
      "scim": { "baseURL": "http://a.test/scim/v2" },
      "authentication": { "mode": "bearer", "token": { "environment": "TOKEN" } }
    }
    """

  private func allMistakes(
    _ json: String,
    settings: [String] = [],
    environment: [String: String] = ["TOKEN": "t"],
    faults: [String]? = nil
  ) -> [SourceError] {
    do throws(Mistakes) {
      _ = try ProfileReader.read(
        SourceText(file: "Profiles/acme/profile.json", text: json),
        settings: settings.compactMap(Setting.init(argument:)),
        environment: Environment(environment),
        variables: .refuse,
        faults: faults
      )
      return []
    } catch {
      return error.all
    }
  }

  private func read(
    _ json: String,
    settings: [String] = [],
    environment: [String: String] = ["TOKEN": "t"],
    variables: UnsetVariables = .refuse
  ) throws -> IntegrationProfile {
    try firstMistake {
      try ProfileReader.read(
        SourceText(file: "Profiles/acme/profile.json", text: json),
        settings: settings.compactMap(Setting.init(argument:)),
        environment: Environment(environment),
        variables: variables
      )
    }
  }
}

extension IntegrationProfile {
  fileprivate var authorizationCode: AuthorizationCodeSettings? {
    if case .authorizationCode(let settings) = authentication { settings } else { nil }
  }
}
