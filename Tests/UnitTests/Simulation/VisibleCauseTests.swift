import HTTP
import JSON
import Okta
import Profiles
import SampleApp
import Testing

@testable import Simulation

/// Each row of the table of causes, by what an app does.
@Suite struct VisibleCauseTests {
  /// What an app does, and what is said of it.
  struct Case: Sendable {
    var cause: String
    var faults: Set<Fault> = []
    var change: @Sendable (Intent, inout HTTPResponse) -> Void = { _, _ in }
    var scenario = "authorize\nassign ada\n"
    /// Switched on besides those of every run.
    var capability: Capability?
    var advice: String
  }

  private static let deactivation = "authorize\nassign ada\ndeactivate ada\n"
  private static let push = "authorize\nassign ada\npush group team  members ada\n"
  private static let update = "authorize\nassign ada\nupdate ada  lastName King\n"

  static let cases = [
    Case(
      cause: "patch-not-there",
      faults: [.patch501],
      scenario: deactivation,
      advice: #"no PATCH for a user (HTTP 501): implement it"#
    ),
    Case(
      cause: "patch-not-there",
      change: { intent, answer in
        if intent.act == .patch, intent.resource == .group { answer = HTTPResponse(status: 501) }
      },
      scenario: push,
      capability: .pushGroups,
      advice: #"in the profile that is "family": "oin-put", or take pushGroups out of"#
    ),
    Case(
      cause: "password-not-taken",
      change: { intent, answer in
        if intent.act == .patch { answer = HTTPResponse(status: 501) }
      },
      scenario: "authorize\nassign ada\npush password ada\n",
      capability: .syncPassword,
      advice: "the app takes no password by PATCH /Users/"
    ),
    Case(
      cause: "pathless-patch",
      faults: [.patchPathlessRefused],
      scenario: deactivation,
      advice: "the PATCH has no path, its value is an object of attributes"
    ),
    Case(
      cause: "method-not-there",
      change: { intent, answer in
        if intent.act == .replace { answer = HTTPResponse(status: 405) }
      },
      scenario: update,
      advice: "the app has no PUT /Users/"
    ),
    Case(
      cause: "start-index-from-zero",
      change: { intent, answer in
        if intent.act == .find { answer.edit { $0["totalResults"] = 1 } }
        if intent.act == .create { answer = HTTPResponse(status: 409) }
      },
      advice: "the look-up counts 1 and lists none: startIndex 1 is the first"
    ),
    Case(
      cause: "listed-under-another-name",
      change: { intent, answer in
        if intent.act == .find {
          answer.edit {
            $0["totalResults"] = 1
            $0["Resources"] = [["id": "7", "userName": "ada"]]
          }
        }
      },
      advice: #"has the userName "ada": if that is the same person, show userName as it was given"#
    ),
    Case(
      cause: "hidden-since-inactive",
      faults: [.lookUpHidesInactive],
      scenario: "authorize\nassign ada\nunassign ada\nassign ada\n",
      advice: "let a look-up find inactive users, too"
    ),
    Case(
      cause: "hidden-for-a-plus",
      faults: [.lookUpPlusAsSpace],
      scenario: """
        authorize
        assign ada  login ada+x.{namespace}@{domain}
        unassign ada
        assign ada  login ada+x.{namespace}@{domain}

        """,
      advice: "in a query a plus sign is written %2B"
    ),
    Case(
      cause: "hidden-from-the-look-up",
      change: { intent, answer in
        if intent.act == .create { answer = HTTPResponse(status: 409) }
      },
      advice: "the look-up before found nobody of that name"
    ),
    Case(
      cause: "base-url",
      change: { intent, answer in
        if intent.act == .create { answer = HTTPResponse(status: 404) }
      },
      advice: "is scim.baseURL right? the app knows no /scim/v2/Users"
    ),
    Case(
      cause: "no-groups",
      change: { intent, answer in
        if intent.resource == .group { answer = HTTPResponse(status: 404) }
      },
      scenario: "authorize\ntest credentials\nsave connection\n",
      capability: .importGroups,
      advice: "the app has no /Groups: let it answer there"
    ),
    Case(
      cause: "its-own-words",
      faults: [.putFailsAfterRefresh],
      scenario: "authorize\nassign ada\nafter access token expires\nupdate ada  lastName King\n",
      advice: #"look for what the app says of it: "internal error" (HTTP 500 to PUT /Users/"#
    ),
    Case(
      cause: "its-own-words",
      change: { intent, answer in
        if intent.act == .create {
          answer = HTTPResponse(
            status: 500,
            fields: ["Content-Type": "text/html"],
            body: Array("<html><TITLE>IntegrityError at /Users</TITLE>".utf8)
          )
        }
      },
      advice:
        #"look for what the app says of it: "IntegrityError at /Users" (HTTP 500 to POST /Users)"#
    ),
    Case(
      cause: "",
      change: { intent, answer in
        if intent.act == .create { answer = HTTPResponse(status: 500) }
      },
      advice: "see the app's log: it answered POST /Users with HTTP 500 and says nothing of why"
    ),
  ]

  @Test(arguments: cases.indices)
  func `where an exchange shows why an event failed, the advice says it`(
    index: Int
  ) async throws {
    let item = VisibleCauseTests.cases[index]
    var run = SimulatedRun()
    run.app.faults = item.faults
    run.family = .oinPatch
    run.wrap = { transport, _ in Changed(transport: transport, change: item.change) }
    run.change = { settings in
      if let capability = item.capability {
        settings.profile.scim.capabilities.insert(capability)
      }
    }
    // A PUT is what the family without PATCH sends.
    if item.cause == "method-not-there" { run.family = .aiw }
    let result = try await run.perform(item.scenario)
    #expect(
      result.findings.contains { $0.advice.contains(item.advice) },
      "\(item.cause): \(result.findings.map { ($0.id, $0.advice) })"
    )
  }

  @Test func `each cause has a case`() {
    let told = Set(VisibleCauseTests.cases.map(\.cause))
    #expect(VisibleCause.all.map(\.name).filter { !told.contains($0) } == [])
  }
}

private struct Changed: Transport {
  var transport: any Transport
  var change: @Sendable (Intent, inout HTTPResponse) -> Void

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    // What is refused is not done.
    var refusal = HTTPResponse(status: 200)
    change(intent, &refusal)
    if refusal.status >= 400 {
      return Exchange(
        request: request,
        result: .success(refusal),
        due: .zero,
        sent: .zero,
        received: .zero,
        intent: intent
      )
    }
    var exchange = await transport.send(request, due: due, intent: intent)
    guard var answer = exchange.response else { return exchange }
    change(intent, &answer)
    exchange.result = .success(answer)
    return exchange
  }
}

extension HTTPResponse {
  fileprivate mutating func edit(_ edit: (inout JSONObject) -> Void) {
    guard var object = (try? JSONReader.read(body))?.object else { return }
    edit(&object)
    body = JSONValue.object(object).compactBytes
  }
}
