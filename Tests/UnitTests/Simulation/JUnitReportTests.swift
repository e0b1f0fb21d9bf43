import HTTP
import Profiles
import SampleApp
import TestSupport
import Testing
import World

@testable import Simulation

@Suite struct JUnitReportTests {
  private let expiry = """
    authorize
    assign ada  firstName Ada

    after access token expires
    update ada  lastName King

    """

  @Test func `a case has one failure with all that was found, its time, its file and its stem`()
    async throws
  {
    var run = SimulatedRun()
    run.app.faults = [.refreshDiesWithAccessToken, .challengeWithoutError]
    let result = try await run.perform(expiry, name: "token-expiry")
    #expect(result.findings.map(\.id) == ["F-03.error-missing", "F-27.refused-after-expiry"])

    let text = JUnitReport(.make([result], seconds: .milliseconds(66_100))).text
    #expect(
      text.hasPrefix(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="oktasim" tests="1" failures="1" errors="0" time="66.100">
          <testsuite name="sample" tests="1" failures="1" errors="0" time="66.100" skipped="0" \
        timestamp="2026-01-01T00:00:00" file="Profiles/sample/profile.json">
            <properties>
              <property name="oktasim" value="0.1.0"/>
              <property name="seed" value="7"/>
              <property name="namespace" value="k3f9"/>
              <property name="finished" value="true"/>
            </properties>
            <testcase name="token-expiry" classname="sample" time="66.016" \
        file="Profiles/sample/token-expiry.scenario">
              <failure message="the app refused the token request: HTTP 400 invalid_grant
        """
      ),
      "\(text)"
    )
    #expect(text.count(of: "<failure ") == 1)
    #expect(text.contains(#" type="F-27.refused-after-expiry">error: the app refused"#))
    // What is no failure by itself stands in its text.
    #expect(text.contains("[F-03.error-missing]\n  --&gt; Profiles/sample/token-expiry"))
    #expect(text.contains("  again: oktasim run Profiles/sample token-expiry --seed 7\n"))
    #expect(text.hasSuffix("</failure>\n    </testcase>\n  </testsuite>\n</testsuites>\n"))
  }

  @Test func `a warning is no failure unless the run was to fail for it`() async throws {
    var run = SimulatedRun()
    run.app.faults = [.challengeWithoutError]
    let result = try await run.perform(expiry)
    #expect(result.verdict == .warning)

    var outcome = RunOutcome.make([result])
    let passed = JUnitReport(outcome).text
    #expect(passed.contains(#"failures="0""#) && !passed.contains("<failure"))
    #expect(passed.contains("<system-out>warning: "))
    outcome.settings.failsOn.insert(.warning)
    let failed = JUnitReport(outcome).text
    #expect(failed.contains(#"failures="1""#) && !failed.contains("<system-out>"))
    #expect(failed.contains(#" type="F-03.error-missing">warning: "#))
  }

  @Test func `what fails of the run as a whole is a case of its own`() async throws {
    var outcome = RunOutcome.make([try await SimulatedRun().perform("authorize\nassign ada\n")])
    outcome.settings.failsOn = [.warning, .notExercised]
    #expect(outcome.occurrences == [.warning, .notExercised])
    let text = JUnitReport(outcome).text
    #expect(text.contains(#"tests="2" failures="1" errors="0""#))
    #expect(
      text.contains(
        """
              <failure message="no access token died in this run: no scenario waited for the end \
        of one (and 1 more)" type="fail-on">no access token died in this run: no scenario waited \
        for the end of one
        not exercised: a conflict on create, updates, deactivations
        </failure>
        """
      ),
      "\(text)"
    )
  }

  @Test func `no grant is an error, and what was left out says why`() async throws {
    var run = SimulatedRun()
    run.app.faults = [.codeEmpty]
    let refused = try await run.perform("authorize\ntest credentials\n")
    #expect(refused.verdict == .failed && refused.record.tokens.isEmpty)
    run.app.faults = []
    run.change = { $0.profile.authentication = .wrongSecret(of: $0.profile) }
    let unjudged = try await run.perform("authorize\ntest credentials\n")
    #expect(unjudged.verdict == .notJudged)
    let skipped = try await SimulatedRun().perform("Needs: revocation\nauthorize\n", name: "revoke")
    #expect(skipped.verdict == .skipped)

    let text = JUnitReport(.make([refused, unjudged, skipped])).text
    #expect(text.contains(#"tests="3" failures="0" errors="2""#))
    #expect(text.count(of: #"skipped="1""#) == 1)
    #expect(text.count(of: "<error message=\"") == 2)
    let reason = try #require(skipped.reason)
    #expect(text.contains("      <skipped message=\"\(reason)\"/>\n"), "\(text)")
  }

  @Test func `a scenario that has not ended is an error`() async throws {
    let result = try await SimulatedRun().perform(expiry)
    var outcome = RunOutcome.make([result], isFinished: false)
    outcome.settings.scenarios.append(try Scenario.make("authorize\n", name: "second"))
    let text = JUnitReport(outcome).text
    #expect(text.contains(#"<property name="finished" value="false"/>"#))
    #expect(text.contains(#"tests="2" failures="0" errors="1""#))
    #expect(
      text.contains(
        """
            <testcase name="second" classname="sample" time="0.000" \
        file="Profiles/sample/second.scenario">
              <error message="the run was not over when this report was written" \
        type="unfinished"/>
        """
      )
    )
  }

  @Test func `what an app says is no markup`() async throws {
    var result = try await SimulatedRun().perform(expiry)
    result.verdict = .skipped
    result.reason = "a<b & \"c\" \u{1B}\u{FFFE}]]>"
    #expect(
      JUnitReport(.make([result])).text.contains(
        "<skipped message=\"a&lt;b &amp; &quot;c&quot; \u{FFFD}\u{FFFD}]]&gt;\"/>"
      )
    )
  }

  /// What a scenario of the program's own shows is told where the profile names the endpoint.
  @Test func `a scenario that is in the program has the profile's lines`() async throws {
    var run = SimulatedRun()
    run.app.faults = [.refreshDiesWithAccessToken]
    run.change = { $0.hasScenariosOfTheProgram() }
    let result = try await run.perform(expiry, name: "token-expiry")
    let text = JUnitReport(.make([result])).text
    #expect(text.contains(#"file="Profiles/sample/profile.json">"# + "\n      <failure"))
    #expect(text.contains("--&gt; Profiles/sample/profile.json:12:5\n"), "\(text)")
  }
}

extension RunSettings {
  /// As where `every-app` is in no folder; the profile names the token endpoint in line 12.
  mutating func hasScenariosOfTheProgram() {
    profile.endpointPlaces.tokenEndpoint = .init(line: 12, text: "    \"tokenEndpoint\"")
    scenarios = scenarios.map { own in
      Scenario(
        name: own.name,
        title: own.title,
        blocks: own.blocks,
        source: .init(file: "<oktasim>/every-app/\(own.name).scenario", bytes: own.source.bytes)
      )
    }
  }
}

extension String {
  fileprivate func count(of part: String) -> Int { ranges(of: part).count }
}

extension Authentication {
  /// Nobody signs in with it.
  fileprivate static func wrongSecret(of profile: IntegrationProfile) -> Authentication {
    guard case .authorizationCode(var settings) = profile.authentication else {
      return profile.authentication
    }
    settings.client.secret = Secret("wrong", alias: "client_secret#2")
    return .authorizationCode(settings)
  }
}
