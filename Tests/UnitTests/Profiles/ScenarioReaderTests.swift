import JSON
import Profiles
import TestSupport
import Testing
import World

@Suite struct ScenarioReaderTests {
  @Test func `the contract's own example is read`() throws {
    let scenario = try read(Self.example)

    #expect(scenario.name == "t")
    #expect(scenario.title == "access token expires between two pushes")
    #expect(scenario.covers == ["F-02", "F-13", "F-27"])
    #expect(scenario.level == .must)
    #expect(scenario.blocks.map(\.start) == [.immediately, .afterAccessTokenExpires])
    #expect(scenario.blocks.map(\.line) == [nil, 13])
    #expect(
      scenario.events.map(\.event) == [
        .authorize,
        .assign(
          "ada",
          [
            AttributeChange(name: "firstName", value: "Ada"),
            AttributeChange(name: "lastName", value: "Lovelace"),
          ]
        ),
        .update("ada", [AttributeChange(name: "lastName", value: "King")]),
      ]
    )
    #expect(
      scenario.events[0].expectations == [
        Expectation(
          kind: .token([
            ValuePattern(path: "expires_in", value: .present),
            ValuePattern(path: "refresh_token", value: .present),
          ]),
          line: 8,
          column: 3,
          text: "expect token  expires_in present  refresh_token present"
        )
      ]
    )
    #expect(
      scenario.events[2].expectations.map(\.kind) == [
        .exchange(exchange("GET", "/Users/{ada}")),
        .exchange(exchange("PUT", "/Users/{ada}")),
        .refreshes(.exactly(1)),
      ]
    )
    #expect(scenario.events[2].index == 2)
    #expect(scenario.events[2].line == 14)
    #expect(scenario.events[2].column == 1)
    #expect(scenario.events[2].text == "update ada  lastName King")
    #expect(
      scenario.atEnd.map(\.kind) == [
        .user("ada", [ValuePattern(path: "name.familyName", value: .text("King"))])
      ]
    )
  }

  @Test func `an exchange has words on both sides of the arrow`() throws {
    let scenario = try read(
      """
      Scenario: t
      assign ada
        expect POST {token}  grant_type refresh_token  code absent -> 200|404  expires_in 2..5
        expect PUT /Users/{ada}?a=b emails[type eq "work"].value "a \\"b\\" # c" -> 2xx active true # why
        expect task "no route"
        expect rejected at most 2
      """
    )
    #expect(
      scenario.events[0].expectations.map(\.kind) == [
        .exchange(
          ExchangePattern(
            method: "POST",
            path: "{token}",
            request: [
              ValuePattern(path: "grant_type", value: .text("refresh_token")),
              ValuePattern(path: "code", value: .absent),
            ],
            status: StatusPattern(alternatives: [200...200, 404...404]),
            response: [ValuePattern(path: "expires_in", value: .range(2, 5))]
          )
        ),
        .exchange(
          ExchangePattern(
            method: "PUT",
            path: "/Users/{ada}?a=b",
            request: [
              ValuePattern(path: #"emails[type eq "work"].value"#, value: .text(#"a "b" # c"#))
            ],
            status: StatusPattern(alternatives: [200...299]),
            response: [ValuePattern(path: "active", value: .text("true"))]
          )
        ),
        .task("no route"),
        .rejected(.atMost(2)),
      ]
    )
  }

  @Test func `every event and every time is read`() throws {
    let scenario = try read(
      """
      Scenario: t
      Tags: slow ci
      Level: should
      Needs: importUsers revocation hook restart lifetime at most 30s window at most 10s
      Seed: 7
      re-authenticate
      test credentials
      at 5s
      save connection
      save to app
      after 500ms
      assign ada
      unassign ada
      after 3 lifetimes
      deactivate ada
      reactivate ada
      at once
      skip 1h
      spoil access token
      forget access token
        expect nothing sent
        expect success
      create ada again
      create ada again  login ADA@example.com
      look up ada
      lose answer of next POST /Users
      """
    )
    #expect(scenario.tags == ["slow", "ci"])
    #expect(scenario.level == .should)
    #expect(scenario.seed == 7)
    #expect(
      scenario.needs == [
        .capability(.importUsers), .revocation, .hook("restart"), .lifetimeAtMost(.seconds(30)),
        .windowAtMost(.seconds(10)),
      ]
    )
    #expect(
      scenario.blocks.map(\.start) == [
        .immediately, .at(.seconds(5)), .after(.milliseconds(500)), .afterLifetimes(3), .atOnce,
      ]
    )
    #expect(
      scenario.events.map(\.event) == [
        .reauthenticate, .testCredentials, .saveConnection, .saveToApp, .assign("ada", []),
        .unassign("ada"), .deactivate("ada"), .reactivate("ada"), .skip(.seconds(3600)),
        .spoilAccessToken, .forgetAccessToken, .createAgain("ada", []),
        .createAgain("ada", [AttributeChange(name: "login", value: "ADA@example.com")]),
        LifecycleEvent(UserLookUp(Clauses(person: "ada"))),
        .loseAnswer(ofNext: AwaitedRequest(.post, "/Users")),
      ]
    )
    #expect(scenario.events.map(\.index) == Array(0..<15))
  }

  @Test func `tasks are counted under an event and at the end`() throws {
    let scenario = try read(
      """
      Scenario: t
      retry tasks
        expect tasks 2
        expect task "Bad Gateway"
      at end
        expect tasks at most 1
      """
    )
    #expect(scenario.events.map(\.event) == [.retryTasks])
    #expect(
      scenario.events[0].expectations.map(\.kind) == [.tasks(.exactly(2)), .task("Bad Gateway")]
    )
    #expect(scenario.atEnd.map(\.kind) == [.tasks(.atMost(1))])
  }

  @Test func `none clears an attribute and a quoted none does not`() throws {
    let scenario = try read("Scenario: t\nassign ada  title none  nickName \"none\" city \"\"")
    #expect(
      scenario.events[0].event
        == .assign(
          "ada",
          [
            AttributeChange(name: "title", value: nil),
            AttributeChange(name: "nickName", value: "none"),
            AttributeChange(name: "city", value: ""),
          ]
        )
    )
  }

  @Test func `line ends of another system change nothing but the bytes`() throws {
    let other = try read(Self.example.replacing("\n", with: "\r\n"))
    #expect(other.events.map(\.text) == (try read(Self.example)).events.map(\.text))
  }

  // MARK: Mistakes, word for word

  static let mistakes: [(text: String, message: String)] = [
    (
      "Scenario: t\n  udpate ada title Countess",
      """
      'udpate' is not an event
       --> t.scenario:2:3
        |
      2 |   udpate ada title Countess
        |   ^^^^^^ did you mean 'update'?
      """
    ),
    (
      "Scenario: t\ntest credental",
      """
      'test credental' is not an event
       --> t.scenario:2:1
        |
      2 | test credental
        | ^^^^^^^^^^^^^^ did you mean 'test credentials'?
      """
    ),
    (
      "Scenario: t\nassign ada\ncreate ada agian",
      """
      'agian' has no place after 'create ada'
       --> t.scenario:3:12
        |
      3 | create ada agian
        |            ^^^^^ write 'create ada again'
      """
    ),
    (
      "Scenario: t\nassign ada\ncreate ada",
      """
      'create ada' needs 'again'
       --> t.scenario:3:1
        |
      3 | create ada
        | ^^^^^^ write 'create ada again'
      """
    ),
    (
      "Scenario: t\ncreate ada again",
      """
      'ada' is an unknown person
       --> t.scenario:2:8
        |
      2 | create ada again
        |        ^^^ no line above assigns a person of this name
      """
    ),
    (
      "Scenario: t\nlose answer of next",
      """
      'lose answer of next' needs a request
       --> t.scenario:2:1
        |
      2 | lose answer of next
        | ^^^^^^^^^^^^^^^^^^^ write 'lose answer of next POST /Users'
      """
    ),
    (
      "Scenario: t\nlose answer of next PSOT /Users",
      """
      'PSOT' is not a method that is waited for
       --> t.scenario:2:21
        |
      2 | lose answer of next PSOT /Users
        |                     ^^^^ did you mean 'POST'?
      """
    ),
    (
      "Scenario: t\nlose answer of next PUT Users",
      """
      'Users' is not a path below scim.baseURL
       --> t.scenario:2:25
        |
      2 | lose answer of next PUT Users
        |                         ^^^^^ write 'POST /Users' or the like
      """
    ),
    (
      "Scenario: t\nrefresh 1 times at once",
      """
      '1' is not how many
       --> t.scenario:2:9
        |
      2 | refresh 1 times at once
        |         ^ write '5 times at once', 2 to 50 of them
      """
    ),
    (
      "Scenario: t\nrefresh with refresh token",
      """
      'refresh with refresh token' needs the number of a refresh token
       --> t.scenario:2:1
        |
      2 | refresh with refresh token
        | ^^^^^^^^^^^^^^^^^^^^^^^^^^ write 'refresh with refresh token #1'
      """
    ),
    (
      "Scenario: t\nrefresh with refresh token #0",
      """
      '#0' is not the number of a token
       --> t.scenario:2:28
        |
      2 | refresh with refresh token #0
        |                            ^^ write '#1' for the first that the app has given
      """
    ),
    (
      "Scenario: t\nrefresh with refresh token #1 by another",
      """
      'by' is not a way to ask
       --> t.scenario:2:31
        |
      2 | refresh with refresh token #1 by another
        |                               ^^ write 'altered', 'another client's', 'wrong secret', 'no authentication', 'same scope', 'less scope' or 'scope "users.read"'
      """
    ),
    (
      "Scenario: t\nassign ada\n  expect user ada  active flase",
      """
      'flase' is no value of active
       --> t.scenario:3:27
        |
      3 |   expect user ada  active flase
        |                           ^^^^^ did you mean 'false'?
      """
    ),
    (
      "Scenario: t\nskip 1 hour",
      """
      'hour' has no place after 'skip 1'
       --> t.scenario:2:8
        |
      2 | skip 1 hour
        |        ^^^^ write a number with its unit: 500ms, 2s, 5m, 1h or 1d
      """
    ),
    (
      "Scenario: t\nCovers: F-63 S-20 F-64",
      """
      'F-64' is not a failure mode
       --> t.scenario:2:19
        |
      2 | Covers: F-63 S-20 F-64
        |                   ^^^^ write F-01 to F-63 or S-01 to S-20, with spaces between several
      """
    ),
    (
      "Scenario: t\nCovers: f-2",
      """
      'f-2' is not a failure mode
       --> t.scenario:2:9
        |
      2 | Covers: f-2
        |         ^^^ did you mean 'F-02'?
      """
    ),
    (
      "Scenario: t\nassign ada\nupdate adda  title none",
      """
      'adda' is an unknown person
       --> t.scenario:3:8
        |
      3 | update adda  title none
        |        ^^^^ did you mean 'ada'?
      """
    ),
    (
      "authorize",
      """
      a scenario starts with its title
       --> t.scenario:1:1
        |
      1 | authorize
        | ^^^^^^^^^ write 'Scenario: …' above this line
      """
    ),
    (
      "Scenario: t\nat 5s\nauthorize\nafter 5s\nat 9s",
      """
      the time goes backwards: at least 10s have passed before
       --> t.scenario:5:1
        |
      5 | at 9s
        | ^^^^^ write 'at 10s' or later, or 'after …'
      """
    ),
    (
      "Scenario: t\nauthorize\nCovers: F-02",
      """
      headers stand above the first event
       --> t.scenario:3:1
        |
      3 | Covers: F-02
        | ^^^^^^^ move this line to the top
      """
    ),
    (
      "Scenario: t\nCovrs: F-02",
      """
      'Covrs:' is not a header
       --> t.scenario:2:1
        |
      2 | Covrs: F-02
        | ^^^^^^ did you mean 'Covers:'?
      """
    ),
    (
      "Scenario: t\nNeeds: importUser\nauthorize",
      """
      'importUser' is not a need
       --> t.scenario:2:8
        |
      2 | Needs: importUser
        |        ^^^^^^^^^^ did you mean 'importUsers'?
      """
    ),
    (
      "Scenario: t\nassign ada  lastName \"King",
      """
      this quote is not closed
       --> t.scenario:2:22
        |
      2 | assign ada  lastName "King
        |                      ^ write " at the end of the value
      """
    ),
    (
      "Scenario: t\nassign ada  lastName",
      """
      'lastName' has no value
       --> t.scenario:2:13
        |
      2 | assign ada  lastName
        |             ^^^^^^^^ write a value behind it, or none to clear it
      """
    ),
    (
      "Scenario: t\nauthorize\n  expect refrehses 1",
      """
      'refrehses' is not an expectation
       --> t.scenario:3:10
        |
      3 |   expect refrehses 1
        |          ^^^^^^^^^ did you mean 'refreshes'?
      """
    ),
    (
      "Scenario: t\nauthorize\n  expect get /Users -> 200",
      """
      'get' is not a method
       --> t.scenario:3:10
        |
      3 |   expect get /Users -> 200
        |          ^^^ did you mean 'GET'?
      """
    ),
    (
      "Scenario: t\nauthorize\n  expect GET /Users -> 20x",
      """
      '20x' is not a status
       --> t.scenario:3:24
        |
      3 |   expect GET /Users -> 20x
        |                        ^^^ write 200, 2xx or 200|404
      """
    ),
    (
      "Scenario: t\nauthorize\n  expect GET /Users -> 200 -> 300",
      """
      '->' is not a name
       --> t.scenario:3:28
        |
      3 |   expect GET /Users -> 200 -> 300
        |                            ^^ names and values stand by turns; statuses stand in one word: 200|404
      """
    ),
    (
      "Scenario: t\nassign ada\n  expect GET /Users/{aba} -> 200",
      """
      'aba' is an unknown person
       --> t.scenario:3:14
        |
      3 |   expect GET /Users/{aba} -> 200
        |              ^^^^^^^^^^^^ did you mean 'ada'?
      """
    ),
    (
      "Scenario: t\n  expect refreshes 1\nauthorize",
      """
      this expectation stands under no event
       --> t.scenario:2:3
        |
      2 |   expect refreshes 1
        |   ^^^^^^^^^^^^^^^^^^ write it below the event that it is about, or below 'at end'
      """
    ),
    (
      "Scenario: t\nauthorize\nat end\n  expect GET /Users -> 200",
      """
      this expectation is about one event and cannot stand below 'at end'
       --> t.scenario:4:3
        |
      4 |   expect GET /Users -> 200
        |   ^^^^^^^^^^^^^^^^^^^^^^^^ write it below its event
      """
    ),
    (
      "Scenario: t\nauthorize\nat end\ntest credentials",
      """
      only expectations stand below 'at end'
       --> t.scenario:4:1
        |
      4 | test credentials
        | ^^^^^^^^^^^^^^^^ move it above 'at end'
      """
    ),
    (
      "Scenario: t\nassign token",
      """
      'token' is reserved and cannot name a person
       --> t.scenario:2:8
        |
      2 | assign token
        |        ^^^^^ {token} stands for an endpoint
      """
    ),
    (
      "# nothing\nScenario: t",
      """
      the scenario has no event
       --> t.scenario:2:1
        |
      2 | Scenario: t
        | ^^^^^^^^^ write one below, such as 'authorize'
      """
    ),
    (
      "Scenario: t\nafter acess token expires",
      """
      'after acess token expires' is not a time
       --> t.scenario:2:7
        |
      2 | after acess token expires
        |       ^^^^^^^^^^^^^^^^^^^ did you mean 'after access token expires'?
      """
    ),
    (
      "",
      """
      the file holds no scenario
       --> t.scenario
        = a scenario starts with 'Scenario:' and its title
      """
    ),
  ]

  @Test(arguments: mistakes)
  func `a mistake is named with its place and what to write`(text: String, message: String) {
    let error = #expect(throws: SourceError.self) { try read(text) }
    #expect(error?.description == message)
  }

  /// A number behind `token` is one, any other mark begins a comment.
  @Test func `refreshes that no careful client makes are read and written`() throws {
    let lines =
      [
        "refresh", "refresh 5 times at once", "refresh with refresh token #1",
        "refresh with refresh token #12 altered", "refresh with refresh token #2 another client's",
        "refresh with refresh token #2 wrong secret",
        "refresh with refresh token #2 no authentication",
        "refresh with refresh token #2 scope users.read",
        "refresh with refresh token #2 scope \"a b\"", "refresh with refresh token #2 scope \"\"",
        "refresh with refresh token last same scope", "refresh with refresh token last less scope",
        "exchange code again", "exchange code 10 times at once", "exchange code after 601s",
        "exchange code another redirect URI", "exchange code another verifier",
        "exchange code no verifier", "exchange code another client's", "authorize and refuse",
        "authorize with unregistered redirect URI",
        "revoke access token", "revoke refresh token", "hook restart-app",
        "hook advance-clock 10m",
        "probe access token #3", "probe altered token", "probe no token",
        "lose answer of next token request", "lose answer of next PUT",
        "cut answer of next token request", "cut answer of next POST /Users",
        "hold next PUT until access token expires", "hold next page until access token expires",
        "lose answer of next page", "import", "import users", "import groups",
        "import users in 3 pages", "import in 20 pages", "org b", "org a",
        "retry tasks",
      ] + SpecRequest.allCases.map { "spec \($0.rawValue)" }
    let text = "Scenario: t\nauthorize\n" + lines.map { $0 + "  #1 is a comment\n" }.joined()
    let scenario = try ScenarioReader.read(SourceText(file: "t.scenario", text: text), name: "t")
    #expect(scenario.events.dropFirst().map { "\($0.event)" } == lines)
    let plan = Plan(scenario: scenario)
    #expect(try Plan(jsonLines: SourceText(file: "-", text: plan.jsonLines)) == plan)
  }

  @Test(arguments: [
    ("spec", "'spec' needs a request of Okta's SPEC test"),
    ("spec list user", "'list user' is no request of Okta's SPEC test"),
    ("spec list users twice", "'list users twice' is no request of Okta's SPEC test"),
    (#"spec "list users""#, "'list users' is no request of Okta's SPEC test"),
    ("spec read first user", "'spec read first user' needs the answer to 'spec list users'"),
    ("spec read created", "'spec read created' needs the answer to 'spec create'"),
    (
      "spec find new user\nspec create again",
      "'spec create again' needs the answer to 'spec create'"
    ),
    // The mistake above is why.
    ("spec lst users\nspec read first user", "'lst users' is no request of Okta's SPEC test"),
  ])
  func `a request of the SPEC test is one of Okta's, in order`(
    text: String,
    problem: String
  ) throws {
    do throws(Mistakes) {
      _ = try ScenarioReader.read(
        SourceText(file: "t.scenario", text: "Scenario: t\n" + text),
        name: "t"
      )
      Issue.record("no mistake")
    } catch {
      #expect(error.all.map(\.problem) == [problem])
    }
  }

  /// Names of groups may have spaces; a later name stands for the group as well.
  @Test func `events of people and groups are read and written`() throws {
    let lines = [
      "suspend ada", "unsuspend ada", "push password ada", "force sync", "provision ada",
      "misplace ada", "push group team", "push group crew  members ada bob",
      #"push group "Those who sell"  members ada  description "A \"b\" c""#,
      "change group team  add ada bob", "change group team  add ada  remove bob",
      "change group team  remove bob", "rename group team to \"The team\"",
      #"change group "The team"  add bob"#, "push now team", "deactivate push team",
      "activate push team", "unlink group team leave", "unlink group crew delete",
      "deactivate push", "delete ada",
    ]
    let text =
      "Scenario: t\nassign ada\nassign bob\nassign push\n" + lines.map { "\($0)\n" }.joined()
    let scenario = try ScenarioReader.read(SourceText(file: "t.scenario", text: text), name: "t")
    let events = scenario.events.dropFirst(3)
    #expect(events.map { "\($0.event)" } == lines)
    #expect(events.first { $0.text.contains("The team\"  add") }?.subject == "team")
    let plan = Plan(scenario: scenario)
    #expect(try Plan(jsonLines: SourceText(file: "-", text: plan.jsonLines)) == plan)
  }

  @Test(arguments: [
    ("push group", "'push group' needs a group"),
    ("push group ada", "'ada' is a person already"),
    ("push group team\nassign team", "'team' is a group already"),
    ("push group team  members eve", "'eve' is an unknown person"),
    ("push group team  members", "'members' names nobody"),
    ("push group team  members ada ada", "'ada' stands here twice"),
    ("push group team  owner ada", "'owner' has no place there"),
    ("push group team  description", "'description' needs a text"),
    ("push group \" \"", "' ' cannot name a group"),
    ("push group Team\npush group team", "'team' differs from 'Team' only in case"),
    ("change group team  add ada", "'team' is an unknown group"),
    (
      "push group team\nchange group team", "'change group team' needs 'add' or 'remove' and people"
    ),
    ("push group team\nchange group team  add ada  remove ada", "'ada' is both added and removed"),
    ("push group team\nrename group team", "'rename group team' needs a new name"),
    ("push group team\nrename group team as crew", "'as' has no place after 'team'"),
    ("push group team\nrename group team to", "'to' needs a name"),
    ("push group team\nunlink group team", "'unlink group team' needs 'leave' or 'delete'"),
    ("push group team\nunlink group team keep", "'keep' is neither 'leave' nor 'delete'"),
    ("push group team\norg b\npush now team", "'team' is a group of org 'a', not of 'b'"),
    ("push group team\n  expect group crew  members ada", "'crew' is an unknown group"),
    ("push group team\n  expect group team  members eve", "'eve' is an unknown person"),
    ("push group team\n  expect group team", "this says nothing about the group"),
    (
      "push group team\n  expect group team  absent ada",
      "'ada' has no place after 'expect group team absent'"
    ),
  ])
  func `a mistake about a group is named`(line: String, problem: String) {
    let error = #expect(throws: SourceError.self) {
      try read("Scenario: t\nassign ada\n" + line)
    }
    #expect(error?.problem == problem)
  }

  @Test(arguments: [
    ("import user", "did you mean 'users'?"),
    ("import users in", "write 'in 3 pages', 2 to 20 of them"),
    ("import users in 1 pages", "write 'in 3 pages', 2 to 20 of them"),
    ("import users in 21 pages", "write 'in 3 pages', 2 to 20 of them"),
    ("import users in 3 files", "write 'in 3 pages', 2 to 20 of them"),
    ("import everything", "write 'in 3 pages', 2 to 20 of them"),
    ("import groups in 3 pages x", "nothing follows there"),
  ])
  func `a mistake in an import says what to write`(line: String, help: String) throws {
    let error = try #require(throws: SourceError.self) { try read("Scenario: t\n" + line) }
    #expect(error.description.contains(help), "\(error.description)")
  }

  @Test func `roles and entitlements are read and written`() throws {
    let lines = [
      "assign ada  title Countess  role Editor  role #2  entitlement \"Pro licence\"",
      "assign bob  before provisioning  role \"#1\"  entitlement #999", "update ada  role none",
      "update ada  role \"none\"  entitlement none", "update ada  entitlement #1",
    ]
    let text = "Scenario: t\n" + lines.map { $0 + "  # a comment\n" }.joined()
    let scenario = try ScenarioReader.read(SourceText(file: "t.scenario", text: text), name: "t")
    #expect(scenario.events.map { "\($0.event)" } == lines)
    #expect(
      scenario.events[0].event.entitlements == [
        EntitlementChange(kind: .role, names: [.named("Editor"), .numbered(2)]),
        EntitlementChange(kind: .entitlement, names: [.named("Pro licence")]),
      ]
    )
    #expect(scenario.events[2].event.entitlements.first?.names == [])
    let plan = Plan(scenario: scenario)
    #expect(try Plan(jsonLines: SourceText(file: "-", text: plan.jsonLines)) == plan)
    #expect(plan.jsonLines.contains(#""roles":["Editor",2],"entitlements":["Pro licence"]"#))
    #expect(plan.jsonLines.contains(#""roles":null"#))
  }

  @Test(arguments: [
    ("assign ada  role", "'role' names none"),
    ("assign ada  role #0", "'#0' is not a number"),
    ("assign ada  role #1000", "'#1000' is not a number"),
    ("assign ada  role A  role A", "'role A' stands here twice"),
    ("assign ada  role none  role A", "'role none' stands beside another"),
    ("assign ada  entitlement A  entitlement none", "'entitlement none' stands beside another"),
    ("assign ada\ncreate ada again  role A", "'role' has no place there"),
  ])
  func `a mistake about a role is named`(text: String, problem: String) {
    let error = #expect(throws: SourceError.self) { try read("Scenario: t\n" + text) }
    #expect(error?.problem == problem)
  }

  // MARK: Beside a profile

  @Test(arguments: [
    (
      "assign ada  secondEmail x",
      """
      'secondEmail' is not mapped to an attribute of the app
       --> t.scenario:2:13
        |
      2 | assign ada  secondEmail x
        |             ^^^^^^^^^^^ add it to the profile's attributeMappings
      """
    ),
    (
      "assign lastNam  lastNam King",
      """
      'lastNam' is neither in Okta's user profile nor mapped
       --> t.scenario:2:17
        |
      2 | assign lastNam  lastNam King
        |                 ^^^^^^^ did you mean 'lastName'?
      """
    ),
  ])
  func `an attribute that is not mapped is a mistake`(line: String, message: String) throws {
    let scenario = try read("Scenario: t\n" + line)
    let profile = try IntegrationProfile.embedded()
    let error = #expect(throws: SourceError.self) {
      try firstMistake { try ScenarioChecks.check(scenario, against: profile) }
    }
    #expect(error?.description == message)
  }

  @Test(arguments: [
    ("Needs: createUsers", nil),
    ("Needs: revocation", nil),
    ("Needs: lifetime at most 30s", nil),
    ("Needs: window at most 10s", nil),
    ("Needs: pushGroups", "needs pushGroups: the profile does not switch it on"),
    ("Needs: createUsers hook x", "needs hook x: the profile has no hook 'x'"),
  ])
  func `an unmet need is told in words`(needs: String, reason: String?) throws {
    let scenario = try read("Scenario: t\n\(needs)\nauthorize")
    #expect(Needs.unmetNeed(of: scenario, in: try .embedded()) == reason)
  }

  @Test func `all mistakes are told, and none that follows from another`() {
    let text = """
      authorize
      Covers: F-99
      asign ada  title x
        expect refreshes many
        expect GET /Users/{ada} -> 200
      update ada  title y
      at 5 s
      update "ada
      update bob  title z
      update bob  title z
      at end
        expect user bob  title z
      assign carl
        expect GET /Users/{carl} -> 200
        expect user carl  title none
      """
    let mistakes = Result { () throws(Mistakes) in
      try ScenarioReader.read(SourceText(file: "t.scenario", text: text), name: "t")
    }
    guard case .failure(let mistakes) = mistakes else {
      Issue.record("the scenario has no mistake")
      return
    }
    #expect(
      mistakes.all.map { "\($0.position?.line ?? 0) \($0.problem)" } == [
        "1 a scenario starts with its title",
        "2 'F-99' is not a failure mode",
        "3 'asign' is not an event",
        "4 'many' is not a number of times",
        "7 's' has no place after 'at 5'",
        "8 this quote is not closed",
        "9 'bob' is an unknown person",
        "13 only expectations stand below 'at end'",
      ]
    )
  }

  // MARK: Robustness

  @Test func `a scenario cut off anywhere is read or refused, and no crash`() {
    let bytes = Array(Self.example.utf8)
    for end in bytes.indices {
      let source = SourceText(file: "t.scenario", bytes: Array(bytes[..<end]))
      do {
        _ = try ScenarioReader.read(source, name: "t")
      } catch {
        #expect(error.all.allSatisfy { !$0.description.isEmpty } && !error.all.isEmpty)
      }
    }
  }

  @Test func `a scenario with any byte changed is read or refused, and no crash`() {
    let bytes = Array(Self.example.utf8)
    for place in bytes.indices {
      for byte: UInt8 in [0, 0x0A, 0x0D, 0x20, 0x22, 0x23, 0x3A, 0x5B, 0x5C, 0x7B, 0x80, 0xFF] {
        var changed = bytes
        changed[place] = byte
        do {
          let source = SourceText(file: "t.scenario", bytes: changed)
          let scenario = try ScenarioReader.read(source, name: "t")
          #expect(!scenario.events.isEmpty)
        } catch {
          #expect(error.all.allSatisfy { !$0.description.isEmpty } && !error.all.isEmpty)
        }
      }
    }
  }

  @Test(
    arguments: [
      ([0xFF], "the line holds bytes that are not UTF-8"),
      ([0x61, 0x00], "the line holds a control character"),
      ([0xEF, 0xBB, 0xBF], "the file starts with a byte order mark"),
      ([UInt8](repeating: 0x61, count: 5000), "the line is 5000 bytes long; at most 4096 are read"),
      (
        [UInt8](repeating: 0x0A, count: 1 << 20 + 1),
        "the scenario is longer than 1 MiB, which is the most that is read"
      ),
    ] as [([UInt8], String)]
  )
  func `bytes that are no scenario are refused`(bytes: [UInt8], problem: String) {
    let error = #expect(throws: SourceError.self) {
      try firstMistake {
        try ScenarioReader.read(SourceText(file: "t.scenario", bytes: bytes), name: "t")
      }
    }
    #expect(error?.problem == problem)
  }

  static let example = """
    # The access token runs out between two pushes. Okta meets one 401 or sees the expiry,
    # refreshes once, and the push succeeds.
    Scenario: access token expires between two pushes
    Covers: F-02 F-13 F-27
    Level: must

    authorize
      expect token  expires_in present  refresh_token present
    assign ada  firstName Ada  lastName Lovelace
      expect GET /Users -> 200
      expect POST /Users -> 201

    after access token expires
    update ada  lastName King
      expect GET /Users/{ada} -> 200
      expect PUT /Users/{ada} -> 200
      expect refreshes 1

    at end
      expect user ada  name.familyName King
    """

  private func read(_ text: String) throws -> Scenario {
    try firstMistake {
      try ScenarioReader.read(SourceText(file: "t.scenario", text: text), name: "t")
    }
  }

  private func exchange(_ method: String, _ path: String) -> ExchangePattern {
    ExchangePattern(
      method: method,
      path: path,
      request: [],
      status: StatusPattern(alternatives: [200...200]),
      response: []
    )
  }
}

extension IntegrationProfile {
  /// A profile of the embedded sample app that creates users.
  fileprivate static func embedded() throws -> IntegrationProfile {
    let json = """
      { "family": "aiw", "embeddedSampleApp": {}, "scim": { "capabilities": ["createUsers"] } }
      """
    return try ProfileReader.read(
      SourceText(file: "profile.json", text: json),
      environment: Environment([:]),
      variables: .refuse
    )
  }
}
