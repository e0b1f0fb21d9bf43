import HTTP
import Loop
import Profiles
import TestSupport
import Testing
import World

@testable import Okta

/// What is so of an app behind the on-prem agent alone (okta-behaviour sections 1, 7, 9 and 16.12).
@Suite struct OnPremTests {
  private static let all: Set<Capability> = Set(Capability.allCases)
  private static let testOfUsers = "GET /t1/scim/Users?startIndex=1&count=2"

  private static func configuration(_ features: [String]?) -> HTTPResponse {
    let named = features.map { names in
      let list = names.map { "\"\($0)\"" }.joined(separator: ",")
      return
        #","urn:okta:schemas:scim:providerconfig:1.0":{"userManagementCapabilities":[\#(list)]}"#
    }
    return .scim(#"{"patch":{"supported":false}\#(named ?? "")}"#)
  }

  /// An app that names these features, has nobody at first, and then whom it was sent.
  private func side(
    _ loop: EventLoop,
    _ configuration: HTTPResponse,
    switches: [String: String] = [:],
    authentication: Authentication = .bearer(Secret("pasted-token-1", alias: "access_token#1"))
  ) -> OktaSide {
    let app = ScriptedTransport(loop: loop, latency: .milliseconds(1)) { request, _ in
      if request.url.path.contains("ServiceProviderConfig") { return .success(configuration) }
      let kind = request.url.path.contains("/Groups") ? "displayName" : "userName"
      let held = #"{"id":"u1","\#(kind)":"ada.n1@example.com","active":true}"#
      if request.method == "POST" { return .success(.scim(held, status: 201)) }
      if request.url.query?.hasPrefix("filter") == true { return .success(.nobody) }
      if request.url.query != nil { return .success(.list(held)) }
      return .success(.scim(held))
    }
    return OktaSide(
      loop: loop,
      profile: .make(
        family: .onPrem,
        capabilities: Self.all,
        authentication: authentication,
        switches: switches.merging(["createPassword": "none"]) { value, _ in value }
      ),
      app: app
    )
  }

  private typealias Row = (feature: String, event: LifecycleEvent)

  private static func about(_ type: (Clauses) -> any DescribedEvent) -> LifecycleEvent {
    LifecycleEvent(type(Clauses(person: "ada")))
  }

  /// Okta help, "SCIM messages" (on-prem agent), Get implemented user management capabilities.
  private static let features = [
    "GROUP_PUSH", "IMPORT_NEW_USERS", "IMPORT_PROFILE_UPDATES", "PUSH_NEW_USERS",
    "PUSH_PASSWORD_UPDATES", "PUSH_PENDING_USERS", "PUSH_PROFILE_UPDATES",
    "PUSH_USER_DEACTIVATION", "REACTIVATE_USERS", "OPP_SCIM_INCREMENTAL_IMPORTS",
  ]

  private static let group: LifecycleEvent = {
    var clauses = Clauses()
    clauses.group = "team"
    return LifecycleEvent(GroupPush(clauses))
  }()

  private static let rows: [Row] = [
    ("GROUP_PUSH", group),
    ("PUSH_PASSWORD_UPDATES", about(PasswordPush.init)),
    ("PUSH_PROFILE_UPDATES", .updateAda("title", "Countess")),
    ("PUSH_USER_DEACTIVATION", .deactivate("ada")),
    ("REACTIVATE_USERS", .reactivate("ada")),
    ("OPP_SCIM_INCREMENTAL_IMPORTS", .importChangedUsers),
  ]

  @Test(arguments: rows)
  private func `what the app does not name is not sent, and that is told`(
    row: Row
  ) async throws {
    try await onLoop { loop in
      let whole = side(loop, Self.configuration(Self.features))
      await whole.perform(.testCredentials, .assignAda)
      let before = whole.lines().count
      #expect(await whole.perform(row.event) == "success")
      #expect(whole.lines().count > before)

      let less = side(loop, Self.configuration(Self.features.filter { $0 != row.feature }))
      await less.perform(.testCredentials, .assignAda)
      #expect(less.lines().count == before)
      let outcome = await less.provisioner.perform(row.event, number: 9)
      #expect(outcome.isSuccess)
      #expect(less.lines().count == before)
      #expect(
        outcome.silence == "the app's ServiceProviderConfig does not name \(row.feature)"
      )
    }
  }

  @Test func `nobody is created at an app that does not name it`() async throws {
    try await onLoop { loop in
      let okta = side(loop, Self.configuration(["PUSH_PROFILE_UPDATES"]))
      #expect(await okta.perform(.testCredentials, .assignAda) == "success")
      #expect(okta.lines(from: 3) == [])
    }
  }

  /// One of the two is enough, and groups are read with users.
  @Test(arguments: [
    (["IMPORT_NEW_USERS"], 2), (["IMPORT_PROFILE_UPDATES"], 2), (["GROUP_PUSH"], 0),
  ])
  func `an import needs one of two features`(features: [String], requests: Int) async throws {
    try await onLoop { loop in
      let okta = side(loop, Self.configuration(features))
      await okta.perform(.testCredentials)
      let outcome = await okta.provisioner.perform(.importAll, number: 9)
      #expect(okta.lines(from: 3).count == requests)
      #expect(
        outcome.silence
          == (requests > 0
            ? nil
            : "the app's ServiceProviderConfig does not name IMPORT_NEW_USERS or IMPORT_PROFILE_UPDATES")
      )
    }
  }

  /// Assumed: no document has what an app means that says nothing of features.
  @Test func `an app that says nothing of features is not restricted`() async throws {
    try await onLoop { loop in
      let okta = side(loop, Self.configuration(nil))
      await okta.perform(.testCredentials, .assignAda)
      for row in Self.rows {
        let before = okta.lines().count
        #expect(await okta.perform(row.event) == "success")
        #expect(okta.lines().count > before, "\(row.event)")
      }
    }
  }

  @Test func `what was switched off by one test comes back with the next`() async throws {
    try await onLoop { loop in
      let okta = side(loop, Self.configuration([]))
      await okta.perform(.testCredentials)
      #expect(!okta.provisioner.isOn(.createUsers))
      okta.provisioner.features.note(nil)
      #expect(okta.provisioner.isOn(.createUsers))
    }
  }

  /// metabase/metabase#81407: an app that answered 401 could not be set up.
  @Test(arguments: [
    (
      HTTPResponse.scimError(401, "who?"), "Unauthorized. Errors reported by remote server: who?"
    ),
    (HTTPResponse(status: 500), "Internal Server Error"),
    (.scim("[]"), "the body is an array, not a JSON object"),
    (.scim(""), "the body is empty"),
  ])
  func `a configuration that cannot be read fails the test`(
    answer: HTTPResponse,
    words: String
  ) async throws {
    try await onLoop { loop in
      let okta = side(loop, answer)
      let ending = await okta.perform(.testCredentials)
      #expect(ending == "Error authenticating: \(words)")
      #expect(okta.lines() == ["GET /t1/scim/ServiceProviderConfig"])
    }
  }

  /// What it comes to is unknown; the endpoint is not what the app is for.
  @Test(arguments: [404, 501])
  func `an app without the endpoint is not kept from anything`(status: Int) async throws {
    try await onLoop { loop in
      let okta = side(loop, .scimError(status, "no such endpoint"))
      #expect(await okta.perform(.testCredentials) == "success")
      #expect(okta.lines() == ["GET /t1/scim/ServiceProviderConfig", Self.testOfUsers])
      #expect(okta.provisioner.isOn(.createUsers))
    }
  }

  @Test func `the reading may be switched off`() async throws {
    try await onLoop { loop in
      let okta = side(
        loop,
        .scimError(404, "no such endpoint"),
        switches: ["onPremConfiguration": "not-read"]
      )
      #expect(await okta.perform(.testCredentials) == "success")
      #expect(okta.lines() == [Self.testOfUsers])
    }
  }

  // MARK: Credentials

  /// Okta help, "Connect to a SCIM connector": Basic, an HTTP header of any name, or none.
  @Test(arguments: [
    (Authentication.unauthenticated, "", ""),
    (
      .header(Secret("raw value", alias: "credentials#1"), field: "X-API-Key"), "X-API-Key",
      "raw value"
    ),
    (.header(Secret("raw value", alias: "credentials#1")), "Authorization", "raw value"),
  ])
  func `what is shown, and in which field`(
    mode: Authentication,
    field: String,
    value: String
  ) async throws {
    try await onLoop { loop in
      let okta = side(loop, Self.configuration(nil), authentication: mode)
      #expect(await okta.perform(.testCredentials, .assignAda) == "success")
      for request in okta.app.received {
        let names = request.head.map { String($0.prefix { $0 != ":" }) }
        #expect(names.contains("Authorization") == (field == "Authorization"))
        if !field.isEmpty { #expect(request.fields[field] == value) }
        // At the place of Authorization.
        let place = names.firstIndex(of: "User-Agent")
        #expect(field.isEmpty || place.map { names[$0 + 1] } == field)
      }
    }
  }

  // MARK: Incremental import

  private static let filter = "/t1/scim/Users?filter=meta.lastModified%20gt%20%22"

  /// The example of Okta's connector SDK has a GREATER_THAN filter, of `meta.lastModified`, with the date
  /// of the most recent import in the form yyyy-MM-dd'T'HH:mm:ss'Z'.
  ///
  /// The run starts on 2026-01-01 (1 767 225 600 s).
  @Test func `an incremental import asks for what has changed since the last`() async throws {
    try await onLoop { loop in
      let okta = side(loop, Self.configuration(nil))
      func ask(_ event: LifecycleEvent) async -> [String] {
        let before = okta.lines().count
        #expect(await okta.perform(event) == "success")
        return okta.lines(from: before + 1)
      }
      // Nothing was imported yet.
      #expect(await ask(.importChangedUsers) == ["GET /t1/scim/Users?startIndex=1&count=100"])
      try await loop.sleep(for: .seconds(61))
      #expect(
        await ask(.importChangedUsers)
          == ["GET \(Self.filter)2026-01-01T00%3A00%3A00Z%22&startIndex=1&count=100"]
      )
      try await loop.sleep(for: .seconds(61))
      #expect(
        await ask(.importChangedUsers)
          == ["GET \(Self.filter)2026-01-01T00%3A01%3A01Z%22&startIndex=1&count=100"]
      )
    }
  }

  @Test func `who is not listed in an incremental import keeps the assignment`() async throws {
    try await onLoop { loop in
      let okta = side(loop, Self.configuration(nil))
      await okta.perform(.importUsers, .assignAda, .importChangedUsers)
      #expect(okta.provisioner.directory["ada"]?.isAssigned == true)
    }
  }

  @Test func `incremental imports may be switched off`() async throws {
    try await onLoop { loop in
      let okta = side(
        loop,
        Self.configuration(nil),
        switches: ["incrementalImports": "none"]
      )
      await okta.perform(.importUsers, .importChangedUsers)
      #expect(Set(okta.lines()) == ["GET /t1/scim/Users?startIndex=1&count=100"])
    }
  }
}
