import HTTP
import JSON
import Loop
import OAuth
import Profiles
import SampleApp
import TestSupport
import Testing
import World

@testable import Simulation

@Suite struct ExplanationTests {
  private typealias Change = @Sendable (inout IntegrationProfile) -> Void

  private static func explain(_ profile: IntegrationProfile) async throws -> Explanation {
    try await onLoop { loop in await Explanation(of: profile, loop: loop) }
  }

  private static let secrets = ["pasted-token-1", "sample-client-secret", "sample-admin-password"]

  /// A profile with all capabilities, made by a person with secrets of their own.
  private static func profile(
    _ family: AppFamily = .aiw,
    _ mode: Authentication.Mode = .oauth2,
    _ change: Change = { _ in }
  ) -> IntegrationProfile {
    let secret = Secret(secrets[0], alias: "secret")
    var profile = IntegrationProfile.sampleApp(SampleAppSettings(), family: family)
    profile.scim.capabilities = Set(Capability.allCases)
    switch mode {
    case .oauth2: break
    case .clientCredentials:
      profile.authentication = .clientCredentials(
        ClientCredentialsSettings(
          tokenEndpoint: "https://app.test/token",
          client: ClientSettings(id: "okta", secret: secret),
          scopes: [],
          refresh: RefreshPolicy()
        )
      )
    case .bearer: profile.authentication = .bearer(secret)
    case .header: profile.authentication = .header(secret)
    case .basic: profile.authentication = .basic(username: "okta", password: secret)
    case .unauthenticated: profile.authentication = .unauthenticated
    }
    change(&profile)
    return profile
  }

  private static func codeGrant(
    _ change: @escaping @Sendable (inout AuthorizationCodeSettings) -> Void
  ) -> Change {
    { profile in
      guard case .authorizationCode(var settings) = profile.authentication else { return }
      change(&settings)
      profile.authentication = .authorizationCode(settings)
    }
  }

  private static func clientCredentials(
    _ change: @escaping @Sendable (inout ClientCredentialsSettings) -> Void
  ) -> Change {
    { profile in
      guard case .clientCredentials(var settings) = profile.authentication else { return }
      change(&settings)
      profile.authentication = .clientCredentials(settings)
    }
  }

  private static func entitlements(_ switches: [String: String]) -> Change {
    { profile in
      profile.scim.entitlements = true
      profile.switches = Switches(switches)
    }
  }

  /// One for each setting that changes a request, in each family and mode.
  private static var profiles: [IntegrationProfile] {
    var profiles = AppFamily.allCases.flatMap { family in
      Authentication.Mode.allCases.map { profile(family, $0) }
    }
    for family in AppFamily.allCases {
      for definition in Switch.all {
        let others: [String] =
          switch definition.values {
          case .words(let words): words.filter { $0 != definition.defaultValue }
          case .boolean: [definition.defaultValue == "true" ? "false" : "true"]
          case .positiveInteger: ["2"]
          case .positiveNumber, .duration: []
          }
        profiles += others.map { value in
          profile(family) { $0.switches = Switches([definition.name: value]) }
        }
      }
    }
    profiles += [
      profile(.onPrem) { profile in
        profile.scim.version = .v1
        profile.attributeMappings = AttributeMapping.defaults(.v1)
      },
      profile(.onPrem, .header) { profile in
        profile.authentication = .header(Secret(secrets[0], alias: "s"), field: "X-API-Key")
      },
    ]
    // What the others send has the same rows.
    for family in [AppFamily.aiw, .oinPatch] {
      let changes: [Change] = [
        codeGrant { $0.scopes = ["scim", "offline_access"] },
        codeGrant { $0.client.authentication = .basic },
        codeGrant { $0.client.authentication = .privateKeyJWT },
        { profile in
          codeGrant { $0.scopes = ["scim"] }(&profile)
          profile.switches = Switches(["refreshParameters": "both"])
        },
        codeGrant { $0.authorizationEndpoint += "?scope=scim offline_access&audience=a" },
        codeGrant { $0.tokenEndpoint += "?tenant=a" },
        { $0.sendsRequestID = true },
        { profile in
          profile.scim.version = .v1
          profile.attributeMappings = AttributeMapping.defaults(.v1)
        },
        { $0.attributeMappings.append(AttributeMapping(from: "cost", to: "urn:acme:2:User:cost")) },
        { $0.scim.capabilities = [] },
        { $0.scim.entitlements = true },
        entitlements(["entitlementPaging": "test"]),
        entitlements(["entitlementPaging": "none"]),
        entitlements(["clearedEntitlements": "omit"]),
        { $0.scim.importsUserSchema = true },
      ]
      profiles += changes.map { profile(family, .oauth2, $0) }
      profiles += RefreshPolicy.Trigger.allCases.map { trigger in
        profile(family, .oauth2, codeGrant { $0.refresh.trigger = trigger })
      }
      profiles += [
        clientCredentials { $0.scopes = ["scim"] },
        clientCredentials { $0.tokenEndpoint += "?scope=scim" },
        clientCredentials { $0.client.authentication = .basic },
      ].map { profile(family, .clientCredentials, $0) }
    }
    return profiles
  }

  /// Of all of them, made once for all tests.
  private static let explained = Task {
    try await onLoop { loop in
      var all: [Explanation] = []
      for profile in profiles { all.append(await Explanation(of: profile, loop: loop)) }
      return all
    }
  }

  // MARK: The table

  @Test func `each part of each request has a row, and each row is met`() async throws {
    var met: Set<Int> = []
    var unknown: Set<String> = []
    for explanation in try await Self.explained.value {
      for event in explanation.events {
        #expect(event.end?.hasPrefix("not shown") != true, "\(event.end ?? "")")
        for request in event.requests {
          for part in request.parts {
            if let number = part.number {
              met.insert(number)
            } else {
              unknown.insert("\(request.act.rawValue), \(part.place.rawValue) \(part.name)")
            }
          }
        }
      }
    }
    #expect(unknown.sorted() == [], "\(unknown.sorted().joined(separator: "\n"))")
    let idle = FieldRecord.all.indices.filter { !met.contains($0) }.map { FieldRecord.all[$0] }
    #expect(idle.map { "\($0.acts) \($0.parts) \($0.moments ?? []) \($0.says)" } == [])
  }

  @Test func `each event is explained, or is none of Okta's own`() async throws {
    let profile = Self.profile { $0.scim.entitlements = true }
    let old = Self.profile(.onPrem) { $0.scim.version = .v1 }
    let moments = ExplainedMoment.all(profile) + ExplainedMoment.all(old)
    let explained = moments.map { $0.event.described }
    for type in DescribedEvents.all {
      let isExplained = explained.contains { Swift.type(of: $0) == type }
      let isNotOktas = ExplainedMoment.notOktas.contains { $0 == type }
      #expect(isExplained != isNotOktas, "\(type)")
    }
    let ids = ExplainedMoment.all(profile).map(\.id)
    #expect(Set(ids).count == ids.count)
    for moment in FieldRecord.all.flatMap({ $0.moments ?? [] }) {
      #expect(moments.contains { $0.id == moment }, "no moment has the id '\(moment)'")
    }
  }

  @Test func `each key that changes something is one of a profile`() {
    let keys = ProfileKey.all.map(\.path)
    let facts = RecordedFact.ofKind + RecordedFact.ofRefresh + RecordedFact.neverSent
    for path in FieldRecord.all.flatMap(\.settings) + facts.flatMap(\.settings) {
      #expect(keys.contains(path), "\(path)")
    }
  }

  @Test func `each source is used, and what is known has one`() {
    let facts = RecordedFact.ofKind + RecordedFact.ofRefresh + RecordedFact.neverSent
    let used = Set(FieldRecord.all.flatMap(\.sources) + facts.flatMap(\.sources))
    #expect(OktaSource.allCases.filter { !used.contains($0) }.map(\.rawValue) == [])
    for record in FieldRecord.all where record.mark != .unknown && record.mark != nil {
      #expect(!record.sources.isEmpty, "\(record.says)")
    }
    for fact in facts where fact.mark != .unknown { #expect(!fact.sources.isEmpty, "\(fact.says)") }
  }

  // MARK: The requests

  private static func lines(_ explanation: Explanation) -> [String: [String]] {
    var lines: [String: [String]] = [:]
    for event in explanation.events {
      lines[event.id] = event.requests.map { request in
        let value = request.parts[0].value
        return value.replacing("http://127.0.0.1:8080", with: "").prefix { $0 != "?" }.description
      }
    }
    return lines
  }

  private static let look = "GET /scim/v2/Users"
  private static let read = "GET /scim/v2/Users/user-1"
  private static let put = "PUT /scim/v2/Users/user-1"
  private static let patch = "PATCH /scim/v2/Users/user-1"

  /// Okta, SCIM 2.0 reference; captures (okta-behaviour 4.1 to 4.5).
  @Test func `an AIW app gets what okta-behaviour has for each event`() async throws {
    let (look, read, put) = (Self.look, Self.read, Self.put)
    let (groups, group) = ("GET /scim/v2/Groups", "/scim/v2/Groups/group-1")
    #expect(
      Self.lines(try await Self.explain(Self.profile())) == [
        "authorize": ["GET /oauth/authorize", "POST /oauth/token"],
        "re-authenticate": ["GET /oauth/authorize", "POST /oauth/token"],
        "test-credentials": [look],
        "test-credentials.expired": ["POST /oauth/token", look],
        "test-credentials.rejected": [look, "POST /oauth/token", look],
        "refresh": ["POST /oauth/token"],
        "save-connection": [look, "GET /scim/v2/Groups"],
        "save-to-app": [look],
        "assign.new": [look, "POST /scim/v2/Users"],
        "assign.all-attributes": [look, "POST /scim/v2/Users"],
        "assign.link": [look, read, put],
        "assign.link-inactive": [look, read, put, read, put],
        "update": [read, put],
        "update.cleared": [read, put],
        "deactivate": [read, put],
        "reactivate": [read, put],
        "unassign": [read, put],
        "assign.again": [look, read, put, read, put],
        "push-password": [read, put],
        "suspend": [],
        "unsuspend": [],
        "delete": [],
        "assign.before-provisioning": [],
        "provision": [look, "POST /scim/v2/Users"],
        "force-sync": [read, put],
        "retry-tasks": [look, "POST /scim/v2/Users"],
        "push-group.new": [groups, "POST /scim/v2/Groups", "GET \(group)", "PUT \(group)"],
        "push-group.empty": [groups, "POST /scim/v2/Groups", "GET \(group)", "PUT \(group)"],
        "push-group.link": [groups, "GET \(group)", "PUT \(group)"],
        "change-group.add": ["GET \(group)", "PUT \(group)"],
        "change-group.remove": ["GET \(group)", "PUT \(group)"],
        "rename-group": ["GET \(group)", "PUT \(group)"],
        "push-now": ["GET \(group)", "PUT \(group)"],
        "push-now.empty": ["GET \(group)", "PUT \(group)"],
        "deactivate-push": [],
        "activate-push": ["GET \(group)", "PUT \(group)"],
        "unlink-group.leave": [],
        "unlink-group.delete": ["DELETE \(group)"],
        "import-users": [look],
        "import-groups": [groups],
        "import": [look, groups],
      ]
    )
  }

  @Test func `an OIN app with PATCH and a pasted token gets what okta-behaviour has`() async throws
  {
    let (look, read, put, patch) = (Self.look, Self.read, Self.put, Self.patch)
    let (groups, group) = ("GET /scim/v2/Groups", "/scim/v2/Groups/group-1")
    let change = "PATCH \(group)"
    #expect(
      Self.lines(try await Self.explain(Self.profile(.oinPatch, .bearer))) == [
        "authorize": [],
        "re-authenticate": [],
        "test-credentials": [look],
        "test-credentials.rejected": [look],
        "save-connection": [look, "GET /scim/v2/Groups"],
        "save-to-app": [look],
        "assign.new": [look, "POST /scim/v2/Users"],
        "assign.all-attributes": [look, "POST /scim/v2/Users"],
        "assign.link": [look, read, put],
        "assign.link-inactive": [look, read, put, patch],
        "update": [read, put],
        "update.cleared": [read, put],
        "deactivate": [patch],
        "reactivate": [patch],
        "unassign": [patch],
        "assign.again": [look, read, put, patch],
        "push-password": [patch],
        "suspend": [],
        "unsuspend": [],
        "delete": [],
        "assign.before-provisioning": [],
        "provision": [look, "POST /scim/v2/Users"],
        "force-sync": [read, put],
        "retry-tasks": [look, "POST /scim/v2/Users"],
        "push-group.new": [groups, "POST /scim/v2/Groups", change, change],
        "push-group.empty": [groups, "POST /scim/v2/Groups", change],
        "push-group.link": [groups, change],
        "change-group.add": [change, change],
        "change-group.remove": [change, change],
        "rename-group": [change],
        "push-now": [change],
        "push-now.empty": [change],
        "deactivate-push": [],
        "activate-push": [change],
        "unlink-group.leave": [],
        "unlink-group.delete": ["DELETE \(group)"],
        "import-users": [look],
        "import-groups": [groups],
        "import": [look, groups],
      ]
    )
  }

  private typealias Row = (
    family: AppFamily, mode: Authentication.Mode, value: String, mark: String
  )

  /// Okta-behaviour 3, Authorization forms.
  @Test(
    arguments: [
      (.aiw, .oauth2, "Bearer access_token#1", "C"),
      (.oinPut, .clientCredentials, "Bearer access_token#1", "C"),
      (.aiw, .bearer, "Bearer access_token#1", "C"),
      (.oinPatch, .header, "credentials#1", "C"),
      (.aiw, .header, "credentials#1", "U"),
      (.onPrem, .basic, "Basic credentials#1", "C"),
      (.onPrem, .oauth2, "Bearer access_token#1", "U"),
    ] as [(AppFamily, Authentication.Mode, String, String)]
  )
  func `each mode has its Authorization field`(
    family: AppFamily,
    mode: Authentication.Mode,
    value: String,
    mark: String
  ) async throws {
    let explanation = try await Self.explain(Self.profile(family, mode))
    let event = try #require(explanation.events.first { $0.id == "test-credentials" })
    let part = try #require(event.requests[0].parts.first { $0.name == "Authorization" })
    #expect([part.value, part.letter] == [value, mark])
  }

  /// Okta-behaviour 6: SCIM 1.1 alone, and 9: the reading is confirmed of it.
  @Test func `of SCIM 1_1 a description is explained, and the reading of the configuration`()
    async throws
  {
    let old = Self.profile(.onPrem) { profile in
      profile.scim.version = .v1
      profile.attributeMappings = AttributeMapping.defaults(.v1)
    }
    let events = try await Self.explain(old).events
    let pushed = try #require(events.first { $0.id == "push-group.described" })
    let create = try #require(pushed.requests.first { $0.act == .create })
    let description = try #require(
      create.parts.first { $0.name == "urn:okta:custom:group:1.0:description" }
    )
    #expect(description.value == #""Analysts""#)
    #expect([description.letter] == ["C"])
    let reading = try #require(events.first { $0.id == "test-credentials" }?.requests.first)
    #expect(reading.parts.first?.letter == "C")
    #expect(try await !Self.explain(Self.profile(.onPrem)).events.contains { $0.id == pushed.id })
  }

  @Test func `a header of another name has the record of credentials`() async throws {
    let profile = Self.profile(.onPrem, .header) { profile in
      profile.authentication = .header(Secret(Self.secrets[0], alias: "s"), field: "X-API-Key")
    }
    let event = try #require(try await Self.explain(profile).events.first { $0.id == "update" })
    for request in event.requests {
      let part = try #require(request.parts.first { $0.name == "X-API-Key" })
      #expect([part.value, part.letter] == ["credentials#1", "C"])
    }
  }

  private typealias Mark = (
    family: AppFamily, switches: [String: String], moment: String, part: String, mark: String,
    sources: [OktaSource]
  )

  /// Okta-behaviour 4.6, 6, 7 and 16.
  @Test(
    arguments: [
      (.aiw, [:], "push-password", "replace password", "C", [.scim20]),
      (.oinPut, [:], "push-password", "replace password", "I", [.scim20]),
      (.oinPatch, [:], "push-password", "patch Operations[].value.password", "U", [.scim20]),
      (.aiw, [:], "push-now", "replace members[].display", "R", [.gateway95]),
      (.oinPatch, [:], "push-group.new", "patch Operations[].value.id", "R", [.gateway112]),
      (.oinPatch, [:], "change-group.add", "patch Operations[].value.id", "C", [.scim20, .guide]),
      (.oinPatch, [:], "push-now.empty", "patch Operations[].value[]", "R", [.sdk757]),
      (
        .oinPatch, ["groupFullPush": "pathless"], "push-now.empty",
        "patch Operations[].value.members[]", "R", [.gateway113]
      ),
      (
        .oinPatch, ["groupFullPush": "pathless"], "push-now",
        "patch Operations[].value.members[].value", "I", [.gateway113]
      ),
      (.aiw, [:], "push-group.empty", "create members[]", "C", [.scim20, .labAIW]),
      (.aiw, [:], "import-users", "page ", "C", [.scim20, .requirements]),
      (.onPrem, [:], "import-users", "page ", "I", [.management, .agentMessages]),
      (
        .onPrem, [:], "import-users.incremental", "page filter", "R", [.agentSDK]
      ),
      // 16.12: of SCIM 2.0.
      (.onPrem, [:], "test-credentials", "read ", "R", [.metabase]),
      (.aiw, [:], "retry-tasks", "create ", "I", [.kbSpring, .devforum22746]),
    ] as [Mark]
  )
  private func `a part has the mark and the sources of okta-behaviour`(row: Mark) async throws {
    let profile = Self.profile(row.family) { $0.switches = Switches(row.switches) }
    let event = try #require(
      try await Self.explain(profile).events.first { $0.id == row.moment }
    )
    let parts = event.requests.flatMap { request in
      request.parts.map { (name: "\(request.act.rawValue) \($0.name)", part: $0) }
    }
    let part = try #require(parts.first { $0.name == row.part }?.part)
    #expect(part.letter == row.mark)
    #expect(part.record?.sources == row.sources)
  }

  @Test func `what is never sent is not explained either`() async throws {
    for explanation in try await Self.explained.value {
      let profile = explanation.profile
      for request in explanation.events.flatMap(\.requests) {
        let names = request.parts.map(\.name)
        for name in ["If-Match", "If-None-Match", "nonce", "prompt", "access_type", "resource"] {
          #expect(!names.contains(name))
        }
        let line = request.parts[0].value
        for place in ["/Bulk", "/Me?", "/.search", "DELETE http://127.0.0.1:8080/scim/v2/Users"] {
          #expect(!line.contains(place))
        }
        #expect(profile.family == .onPrem || !line.contains("/ServiceProviderConfig"))
        #expect(profile.family == .oinPatch || !line.hasPrefix("PATCH "))
        if profile.switches[.pkce] == "none" { #expect(!names.contains("code_challenge")) }
      }
    }
  }

  // MARK: What is told

  @Test func `what is switched off sends nothing and says so`() async throws {
    let explanation = try await Self.explain(Self.profile { $0.scim.capabilities = [] })
    let event = try #require(explanation.events.first { $0.id == "deactivate" })
    #expect(event.requests.isEmpty)
    #expect(event.end == "nothing is sent: deactivateUsers is not among scim.capabilities")
  }

  /// Nothing has failed, so that no task is there.
  @Test func `a retry of what is switched off names what is switched off`() async throws {
    let explanation = try await Self.explain(Self.profile { $0.scim.capabilities = [] })
    let event = try #require(explanation.events.first { $0.id == "retry-tasks" })
    #expect(event.requests.isEmpty)
    #expect(event.end == "nothing is sent: createUsers is not among scim.capabilities")
  }

  @Test func `a policy that forbids the refresh is told as the admin would see it`() async throws {
    let profile = Self.profile(.aiw, .oauth2, Self.codeGrant { $0.refresh.trigger = .never })
    let events = try await Self.explain(profile).events
    let rejected = try #require(events.first { $0.id == "test-credentials.rejected" })
    #expect(rejected.requests.count == 1)
    #expect(rejected.end == "a task waits for the admin: Error authenticating: Unauthorized")
  }

  /// A mapping to the app's id makes Okta ask for a user whom no app could have.
  @Test func `an event whose way there fails is named and not shown`() async throws {
    let profile = Self.profile { profile in
      profile.attributeMappings.append(AttributeMapping(from: "login", to: "id"))
    }
    let events = try await Self.explain(profile).events
    let event = try #require(events.first { $0.id == "reactivate" })
    #expect(event.requests.isEmpty)
    #expect(event.end?.hasPrefix("not shown, since 'deactivate' fails before it: a task ") == true)
  }

  @Test func `a profile's secrets are not looked at, and its login is not started`() async throws {
    let started = Self.codeGrant { $0.login = .command(["/nonexistent/login.sh"]) }
    let profiles =
      Authentication.Mode.allCases.map { Self.profile(.aiw, $0) }
      + [Self.profile(.aiw, .oauth2, started)]
    for profile in profiles {
      let explanation = try await Self.explain(profile)
      #expect(explanation.events.allSatisfy { $0.end?.hasPrefix("not shown") != true })
      let texts = [
        ExplanationText(explanation, style: TextStyle(.plain)).text,
        ExplanationJSON(explanation, version: "0").text,
        ExplanationMarkdown(explanation).text,
      ]
      for text in texts {
        for secret in Self.secrets + ["stand-in", "minimal-app-"] {
          #expect(!text.contains(secret))
        }
      }
    }
  }

  @Test func `a URL that is left open has a stand-in`() async throws {
    let profile = Self.profile { profile in
      profile.scim.baseURL = ""
      Self.codeGrant {
        $0.authorizationEndpoint = ""
        $0.tokenEndpoint = ""
        $0.redirectURI = ""
      }(&profile)
    }
    let events = try await Self.explain(profile).events
    #expect(events[0].requests[1].parts[0].value == "POST https://app.example/oauth/token")
  }

  @Test func `the same profile is explained in the same words`() async throws {
    let first = ExplanationJSON(try await Self.explain(Self.profile()), version: "0").text
    let second = ExplanationJSON(try await Self.explain(Self.profile()), version: "0").text
    #expect(first == second)
  }

  @Test func `no line of the text is wider than a terminal, but for names`() async throws {
    for explanation in try await Self.explained.value {
      let text = ExplanationText(explanation, style: TextStyle(.plain)).text
      for line in text.split(separator: "\n") where line.count > 98 {
        #expect(line.contains("urn:"), "\(line)")
      }
    }
  }

  /// Programs hold on to these names.
  @Test func `the JSON has what its comment says`() async throws {
    let text = ExplanationJSON(try await Self.explain(Self.profile()), version: "9").text
    let json = try JSONReader.read(text)
    #expect(
      json.object?.keys == [
        "oktasim", "explainVersion", "profile", "family", "mode", "kind", "events", "refresh",
        "neverSent", "marks", "sources",
      ]
    )
    let event = json["events"]?.array?.first { $0["id"] == "assign.link" }
    #expect(event?.object?.keys == ["id", "event", "circumstance", "requests", "end"])
    let request = event?["requests"]?.array?.first
    #expect(request?.object?.keys == ["number", "act", "resource", "parts"])
    let part = request?["parts"]?.array?.first { $0["name"] == "filter" }
    #expect(
      part == [
        "place": "query", "name": "filter",
        "value": "userName%20eq%20%22ada%40example.com%22", "mark": "C",
        "says": """
        eq is the only operator; a space is %20 since 2019 and was + before; a + in the value is %2B
        """,
        "sources": ["S20", "T-0D54"],
        "settings": ["scim.uniqueIdentifier", "okta.filterSpace", "okta.filterPlus"],
      ]
    )
  }
}
