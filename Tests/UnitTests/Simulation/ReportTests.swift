import HTTP
import JSON
import Loop
import Okta
import Profiles
import SampleApp
import TestSupport
import Testing
import World

@testable import Simulation

@Suite struct ReportTests {
  private let expiry = """
    Covers: F-02
    authorize
    assign ada  firstName Ada  lastName Lovelace

    after access token expires
    update ada  lastName King

    """

  /// The run of an app whose second refresh, or whose first, is refused.
  private func failing() async throws -> ScenarioResult {
    var run = SimulatedRun()
    run.app.faults = [.refreshDiesWithAccessToken]
    return try await run.perform(expiry, name: "token-expiry")
  }

  // MARK: JSON

  @Test func `the report has the keys and the kinds of the contract, in its order`() async throws {
    let result = try await failing()
    let report = JSONReport(.make([result], seconds: .milliseconds(9800))).json
    #expect(
      shape(report) == """
        {oktasim:string,reportVersion:number,profile:string,seed:number,namespace:string,\
        startedAt:string,seconds:number,late:number,finished:boolean,\
        summary:{scenarios:number,passed:number,failed:number,warning:number,observed:number,\
        skipped:number,notJudged:number},\
        scenarios:[{name:string,title:string,verdict:string,seconds:number,ranToEnd:boolean,\
        reason:string,tasks:[{event:string,subject:string,message:string,line:number,\
        exchange:number,logEvent:string}]}],\
        tokens:[{alias:string,scenario:string,grant:number,expiresIn:number,receivedAt:number,\
        endedAt:number,endedBy:string}],\
        findings:[{id:string,scenario:string,failureModes:[string],verdict:string,level:string,\
        party:string,message:string,advice:string,source:string,file:string,line:number,\
        exchanges:[number],sent:string,got:string,event:string,status:number,\
        consequences:[{id:string,line:number,exchanges:[number],what:string}],rerun:string}],\
        policies:[{name:string,value:string,evidence:[{scenario:string,exchange:number}]}],\
        notExercised:[string],warnings:[],\
        families:[{family:string,answer:string,reason:string,asked:[]}]}
        """
    )
    #expect(report["seconds"]?.compactText == "9.800")
    #expect(report["startedAt"] == "2026-01-01T00:00:00.000Z")
    let finding = try #require(report["findings"]?.array?.first)
    #expect(finding["id"] == "F-27.refused-after-expiry")
    #expect(finding["party"] == "authorization server")
    #expect(finding["line"] == 7)
    #expect(finding["rerun"] == "oktasim run Profiles/sample token-expiry --seed 7")
    let words = ["expired", "replaced", "rejected", "revoked", "run-end"]
    let ended = report["tokens"]?.array?.compactMap { $0["endedBy"]?.string } ?? []
    #expect(ended.allSatisfy(words.contains))
  }

  /// The value with kinds in the place of values, and one element of each list.
  private func shape(_ value: JSONValue) -> String {
    switch value {
    case .object(let object):
      "{" + object.members.map { "\($0.key):\(shape($0.value))" }.joined(separator: ",") + "}"
    case .array(let array): "[" + (array.first.map(shape) ?? "") + "]"
    default: value.kindInWords.replacing("a ", with: "")
    }
  }

  @Test func `a summary counts scenarios by their worst verdict`() async throws {
    let result = try await failing()
    let results = [
      Verdict.passed, .passed, .failed, .skipped, .warning, .observed, .notJudged,
    ].map { verdict in
      var result = result
      result.verdict = verdict
      return result
    }
    #expect(
      RunSummary(results).inWords
        == "7 scenarios: 2 passed, 1 failed, 1 warning, 1 observed, 1 not judged, 1 skipped"
    )
    #expect(RunSummary([results[0]]).inWords == "1 scenario: 1 passed")
    #expect(RunSummary([]).inWords == "0 scenarios: nothing was run")
    #expect(Verdict.allCases == [.passed, .skipped, .notJudged, .observed, .warning, .failed])
  }

  // MARK: Text

  @Test func `a failed scenario shows its timeline, the line, the reason and how to repeat it`()
    async throws
  {
    let result = try await failing()
    let report = TextReport(
      scenarios: [result.record.scenario],
      style: TextStyle(.plain),
      showsBodies: false
    )
    // The manner of layout.md, "What a failure looks like".
    #expect(
      report.scenario(result) + report.findings([result]) == """
        a story  failed       66.0 s

          1     0.000s  authorize   GET   /oauth/authorize             200
          2                         POST  /oauth/login                 303
          3                         GET   /oauth/consent               200
          4                         POST  /oauth/consent               302  code
          5                         POST  /oauth/token                 200  code#1: access_token#1 for 60 s, refresh_token#1
          6     0.010s  assign ada  GET   /Users?filter=userName eq "ada…"&startIndex=1&count=100  200  no match
          7                         POST  /Users                       201  id lcyhgw6a6pchk9o63t6l
          8    66.010s  update ada  GET   /Users/lcyhgw6a6pchk9o63t6l  401  the access token has expired; with access_token#1, 66 s old, lives 60 s; oktasim looks, not Okta
          9                         PUT   /Users/lcyhgw6a6pchk9o63t6l  401  the access token has expired; with access_token#1, 66.002 s old, lives 60 s; oktasim looks, not Okta
         10                         POST  /oauth/token                 400  refresh_token#1: invalid_grant; since access_token#1 was 66.004 s old and lives 60 s
                                                                            Okta: "Error while trying to push profile update for Ada King: Unauthorized: the app refused the token request: HTTP 400 invalid_grant (the refresh token has expired); an admin has to re-authenticate" (application.integration.authentication_failure)
         11    66.016s  clean-up    GET   /oauth/authorize             200
         12                         POST  /oauth/login                 303
         13                         GET   /oauth/consent               200
         14                         POST  /oauth/consent               302  code
         15                         POST  /oauth/token                 200  code#2: access_token#2 for 60 s, refresh_token#2
         16                         GET   /Users/lcyhgw6a6pchk9o63t6l  200
         17                         PUT   /Users/lcyhgw6a6pchk9o63t6l  200

          task left: update ada (line 7)
        error: the app refused the token request: HTTP 400 invalid_grant (the refresh token has expired); refresh_token#1 was 66.004 s old and had not been used before; the access token had expired 6.004 s before
         --> Profiles/sample/token-expiry.scenario:7:1
          |
        7 | update ada  lastName King
          | ^^^^^^^^^^^^^^^^^^^^^^^^^ POST /oauth/token -> 400
          = sent: POST /oauth/token grant_type=refresh_token
          = got: 400 {"error":"invalid_grant","error_description":"the refresh token has expired"}
          = keep the refresh token when its access token expires: the time after is what it is for
          = RFC 6749 section 1.5, section 6: F-27 authorization server [F-27.refused-after-expiry]
          = exchange 10
          = also: update ada failed (line 7)
          = again: oktasim run Profiles/sample token-expiry --seed 7


        """
    )
  }

  /// What came of a look-up: nobody, somebody, several, or a count without anybody.
  @Test(arguments: [
    (#""totalResults":0,"Resources":[]"#, "no match"),
    (#""totalResults":1"#, "totalResults 1, nothing listed"),
    (#""totalResults":1,"Resources":[{"id":"7"}]"#, "found id 7"),
    (#""totalResults":2,"Resources":[{"id":"7"},{"id":"8"}]"#, "found id 7 and 1 more"),
  ])
  func `a timeline shows what was looked up and what came`(
    list: String,
    note: String
  ) async throws {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Listing(transport: transport, answer: "{\(list)}") }
    let result = try await run.perform("authorize\nassign ada\n")
    let rows = Timeline(record: result.record).rows
    let row = try #require(rows.first { $0.place.hasPrefix("/Users?") })
    #expect(row.place == #"/Users?filter=userName eq "ada…"&startIndex=1&count=100"#)
    #expect(row.note == note)
  }

  @Test func `a scenario that passed is one line among others`() async throws {
    let result = try await SimulatedRun().perform(expiry)
    let report = TextReport(
      scenarios: [result.record.scenario, result.record.scenario],
      style: TextStyle(.plain),
      showsBodies: false
    )
    // The wait is 60 s and a tenth of it as leeway, with some milliseconds of exchanges.
    #expect(report.scenario(result) == "a story  passed       66.0 s\n")
    #expect(
      report.verdict(.make([result], seconds: .seconds(66)), isWhole: false) == """
        policy: access tokens live 60 s
                an access token is refused 6 s after its stated end
                a refresh gives a new refresh token
                a refresh token is good after 66 s unused
                a grant 66 s after its authorization
                the client authenticates by client_secret_post
        clean-up: 1 user left inactive, none deleted: Okta never deletes users; --clean-up delete does
        1 scenario: 1 passed in 66.0 s

        """
    )
  }

  @Test func `a run that skipped every expiry says that none was tested`() async throws {
    var run = SimulatedRun()
    run.change = { $0.budget = .seconds(65) }
    func lastWords(_ scenarios: [(name: String, text: String)]) async throws -> String {
      let results = try await run.perform(scenarios)
      var outcome = RunOutcome.make(results, seconds: .seconds(1))
      outcome.settings.budget = .seconds(65)
      return TextReport(
        scenarios: results.map(\.record.scenario),
        style: TextStyle(.plain),
        showsBodies: false
      ).verdict(outcome, isWhole: false)
    }
    let quick = (name: "quick", text: "authorize\ntest credentials\n")
    let warning = """
      warning: no access token died in this run: 1 scenario would have waited longer than \
      --budget allows

      """
    #expect(try await lastWords([quick, ("expiry", expiry)]).contains(warning))
    #expect(
      try await lastWords([quick, ("expiry", expiry)]).contains(
        "judged 2 of 2, 1 of them without waiting for a token's end\n"
      )
    )
    // Where everything was skipped the run says why as its last word.
    let long = (name: "long", text: "authorize\nafter 2 lifetimes\ntest credentials\n")
    #expect(try await !lastWords([long]).contains("warning"))
    #expect(
      try await lastWords([quick, long]).contains(
        "judged 1 of 2; 1 needs tokens of at most 32 s: issue 5-second tokens to client "
      )
    )
    let idle = (name: "idle", text: "authorize\nafter 1 lifetimes\ntest credentials\n")
    #expect(try await !lastWords([quick, idle, ("expiry", expiry)]).contains("warning"))
  }

  @Test func `colour stands only where it is asked for`() {
    #expect(TextStyle(.plain).verdict(.failed, "x") == "x")
    #expect(TextStyle(.ansi).verdict(.failed, "x") == "\u{1B}[31;1mx\u{1B}[0m")
  }

  @Test func `the timeline says which token was rejected and why a refresh came`() async throws {
    let result = try await SimulatedRun().perform(
      "authorize\nassign ada\nspoil access token\nupdate ada  lastName King\n"
    )
    let rows = Timeline(record: result.record).rows
    let notes = rows.filter { $0.event == "update ada" || $0.event.isEmpty }.map {
      "\($0.method) \($0.status) \($0.note)"
    }
    #expect(
      notes.suffix(5).prefix(3) == [
        "GET 401 the access token is not known or was revoked; with access_token#1 altered",
        "POST 200 refresh_token#1: access_token#2 for 60 s, refresh_token#2; since the app "
          + "rejected access_token#1 altered",
        "GET 200 with access_token#2, 0 s old, lives 60 s",
      ]
    )
    #expect(rows.contains { $0.event == "spoil access token" && $0.note == "nothing to send" })
  }

  /// Okta, System Log: users that were ignored while a group was pushed.
  @Test func `the timeline says whom a push of a group left out`() async throws {
    var run = SimulatedRun(family: .oinPatch)
    run.change = { $0.profile.scim.capabilities.insert(.pushGroups) }
    let result = try await run.perform(
      """
      authorize
      assign ada
      assign bob
      assign carl  before provisioning
      assign dora  before provisioning
      deactivate bob
      push group team  members ada bob carl
      change group team  add dora
      push now team
      reactivate bob
      rename group team to crew

      """
    )
    let notes = Timeline(record: result.record).rows.map(\.note).filter {
      $0.contains("leaves out")
    }
    let tail = ": not at the app, or inactive there"
    #expect(
      notes == [
        "Okta leaves out bob, carl\(tail)", "nothing to send: Okta leaves out dora\(tail)",
        "Okta leaves out bob, carl, dora\(tail)",
      ]
    )
  }
}

/// Answers each look-up in one way.
private struct Listing: Transport {
  let transport: any Transport
  let answer: String

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    if intent.act == .find { exchange.result = .success(.scim(answer)) }
    return exchange
  }
}
