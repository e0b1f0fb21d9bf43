import Foundation
import Synchronization
import TestSupport
import Testing

/// The whole program against an app that nobody here wrote.
@Suite(
  .enabled(if: RealTargets.areUsed, Comment(rawValue: RealTargets.whyUnused)),
  .timeLimit(.minutes(10)),
  RealAppTally()
)
struct RealAppTests {
  /// Each app is two server processes, and its people meet the end of their tokens in real time.
  private static let turnstile = Turnstile(places: 4)

  @Test(arguments: RealAppVariant.all)
  func `a real app gets the findings of the list, and no others`(
    variant: RealAppVariant
  ) async throws {
    await Self.turnstile.enter()
    do {
      try await withTemporaryFolder { try await judge(variant, $0) }
    } catch {
      await Self.turnstile.leave()
      throw error
    }
    await Self.turnstile.leave()
  }

  private func judge(_ variant: RealAppVariant, _ folder: URL) async throws {
    let (report, ending) = try await run(variant, folder)
    RealAppTally.add(report)

    let found = Set(report.findings.map(FoundInRealApp.init))
    let anywhere = Set(found.map(\.anywhere))
    let missing = variant.required.subtracting(found).filter { finding in
      !variant.requiredAnywhere.contains(finding.anywhere) || !anywhere.contains(finding.anywhere)
    }
    let new = found.subtracting(variant.required).filter { finding in
      !variant.allowedAnywhere.union(variant.requiredAnywhere).contains(finding.anywhere)
    }
    let shown = try await timelines(of: missing.union(new), report, folder)
    #expect(missing.sorted() == [], "not found any more\(shown)")
    #expect(new.sorted() == [], "new; is it right?\(shown)")
    #expect(ending.status == variant.status, "\(ending.output)")

    #expect(report.scenarios.count >= 9)
    // What the profile has no second client for is left out before anything is sent.
    for scenario in report.scenarios where scenario.verdict != "skipped" {
      #expect((scenario.verdict == "not-judged") == (variant.skips != nil), "\(scenario)")
      if let skips = variant.skips { #expect(scenario.reason?.contains(skips) == true) }
    }
    if variant.isReadByOracles {
      let recordings = folder.appending(path: "Recordings")
      try await Oracle.check(
        recordings,
        failures: variant.failuresOfOracle,
        allowed: variant.allowedOfOracle
      )
    }
  }

  /// What was sent and answered in the scenarios that differ, with all that was found there: a
  /// whole run's output is too long for whoever reads the log of another machine.
  private func timelines(
    of different: Set<FoundInRealApp>,
    _ report: RunReport,
    _ folder: URL
  ) async throws -> String {
    var text = ""
    for scenario in Set(different.map(\.scenario)).sorted() {
      let ending = try await ChildProcess.run(
        ChildProcess.oktasim,
        ["show", "Recordings/django-scim-oauth/\(scenario).har"],
        environment: [:],
        folder: folder
      )
      let found = report.findings.filter { $0.scenario == scenario }.map(FoundInRealApp.init)
      text += "\n\(ending.output)\(found.sorted().map { "\($0)\n" }.joined())"
    }
    return text
  }

  private func run(
    _ variant: RealAppVariant,
    _ folder: URL
  ) async throws -> (RunReport, ChildProcess.Ending) {
    let target = try await RealTarget.start(
      RealTargets.program("django-scim-oauth/start.sh"),
      options: ["--lifetime", "5"] + variant.options,
      folder: folder
    )
    let arguments =
      ["run", Package.path("Profiles/django-scim-oauth"), "--json", "report.json", "--jobs", "20"]
      + variant.settings.flatMap { ["--set", $0] }
    let result = await Result {
      try await ChildProcess.run(
        ChildProcess.oktasim,
        arguments,
        environment: [
          "PATH": "/usr/bin:/bin",
          "DJANGO_SCIM_BASE_URL": target.ready.scimBase,
          "DJANGO_AUTHORIZATION_ENDPOINT": target.ready.authorizeURL,
          "DJANGO_TOKEN_ENDPOINT": target.ready.tokenURL,
          "DJANGO_REVOCATION_ENDPOINT": target.ready.tokenURL.replacing(
            "/token/",
            with: "/revoke_token/"
          ),
          "DJANGO_CLIENT_SECRET": target.ready.clientSecret,
          "DJANGO_ADMIN_PASSWORD": target.ready.password,
        ],
        folder: folder
      )
    }
    await target.stop()
    let ending = try result.get()
    let file = folder.appending(path: "report.json")
    guard let bytes = try? Data(contentsOf: file) else {
      throw ChildProcess.Failure(description: "no report was written: \(ending.output)")
    }
    return (try JSONDecoder().decode(RunReport.self, from: bytes), ending)
  }
}

extension Result where Failure == any Error {
  fileprivate init(catching body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}

/// The part of the JSON report that these tests look at.
struct RunReport: Decodable {
  struct Scenario: Decodable {
    var name: String
    var verdict: String
    var reason: String?
  }
  struct Finding: Decodable {
    var id: String
    var verdict: String
    var scenario: String
    var line: Int
    var got: String?
  }
  var scenarios: [Scenario]
  var findings: [Finding]
}

/// A finding about a real app, as far as it does not change from run to run.
struct FoundInRealApp: Hashable, Comparable, CustomStringConvertible {
  var id: String
  var verdict: String
  var scenario: String
  /// The scenario's line that it is about; nil where the pace of the machine decides.
  var line: Int?
  /// The status of the exchange that shows it.
  var status: String

  init(id: String, verdict: String, scenario: String, line: Int?, status: String) {
    self.id = id
    self.verdict = verdict
    self.scenario = scenario
    self.line = line
    self.status = status
  }

  init(_ finding: RunReport.Finding) {
    self.init(
      id: finding.id,
      verdict: finding.verdict,
      scenario: finding.scenario,
      line: finding.line,
      // Of an answer the status, or why there was none.
      status: finding.got.map { got in
        let first = String(got.prefix { $0 != " " })
        return Int(first) == nil ? got : first
      } ?? ""
    )
  }

  /// The same, wherever in the scenario.
  var anywhere: FoundInRealApp {
    var copy = self
    copy.line = nil
    return copy
  }

  var description: String {
    "\(verdict) \(id) in \(scenario)\(line.map { ":\($0)" } ?? "") \(status)"
  }

  static func < (left: FoundInRealApp, right: FoundInRealApp) -> Bool {
    left.description < right.description
  }
}

/// Counts what the real app was asked, and says so when all of it has ended.
struct RealAppTally: SuiteTrait, TestScoping {
  private static let counts = Mutex((scenarios: 0, findings: 0))

  static func add(_ report: RunReport) {
    counts.withLock { counts in
      counts.scenarios += report.scenarios.count
      counts.findings += report.findings.count
    }
  }

  func provideScope(
    for test: Test,
    testCase: Test.Case?,
    performing function: @Sendable () async throws -> Void
  ) async throws {
    try await function()
    let (scenarios, findings) = Self.counts.withLock { $0 }
    print("real app: \(scenarios) scenarios, \(findings) findings")
  }
}
