import HTTP
import Loop
import Okta
import Profiles
import SampleApp
import TestSupport
import Testing
import World

@testable import Simulation

/// What explains what, and that nothing disappears.
@Suite struct ConsequencesTests {
  private let story = """
    authorize
    assign ada
    after access token expires
    deactivate ada
      expect refreshes 1
      expect user ada  active false
    at end
      expect refreshes 1
    """

  private func perform(
    _ faults: Set<Fault>,
    family: AppFamily = .aiw,
    _ text: String? = nil
  ) async throws -> ScenarioResult {
    var run = SimulatedRun()
    run.family = family
    run.app.faults = faults
    return try await run.perform(text ?? story)
  }

  /// Events that fail, expectations that are unmet, of one person and of many, found and not.
  @Test(arguments: [Fault.putRefusesUnknown, .putNotStored])
  func `what follows is found with work that grows as the events do`(fault: Fault) async throws {
    func steps(_ count: Int) async throws -> Int {
      let lines = (0..<count).flatMap { number in
        [
          "update ada  lastName K\(number)", "  expect user ada  lastName K\(number)",
          "  expect user ada  active false", "  expect refreshes 7",
        ]
      }
      var run = SimulatedRun()
      run.app.faults = [fault]
      let result = try await run.perform(
        "authorize\nassign ada\nafter access token expires\n" + lines.joined(separator: "\n")
      )
      return result.judgeSteps
    }
    let few = try await steps(50)
    #expect(few >= 50)
    // A person's last event before another is found by bisection.
    #expect(try await steps(200) < few * 5)
  }

  /// A flaw of form is a finding and never an explanation.
  @Test(arguments: [Fault.tokenResponseCacheable, .tokenTypeMissing, .challengeMissing, .create200])
  func `a cosmetic finding explains no failed event`(cosmetic: Fault) async throws {
    let alone = try await perform([.patch501], family: .oinPatch)
    let both = try await perform([.patch501, cosmetic], family: .oinPatch)

    let failed = try #require(both.findings.first { $0.id == "event.failed" })
    #expect(alone.findings.map(\.id) == ["event.failed"])
    #expect(failed.failureModes == ["F-49"])
    #expect(failed.line == 5)
    #expect(both.findings.count == 2)
  }

  /// A user who is listed and cannot be read showed only as a status that is a number.
  @Test func `how an answer is dressed is no reason for its status in Okta's test`() async throws {
    let result = try await perform(
      [.lookUpFindsNobody404, .errorStatusNumber],
      "authorize\nassign ada\nspec find nobody\n"
    )
    #expect(result.findings.map(\.id) == ["SCIM.error-body", "SCIM.look-up-404", "okta-spec.R3"])
  }

  @Test func `a dead link shows through a response that may be cached`() async throws {
    let result = try await perform([.putFailsAfterRefresh, .tokenResponseCacheable])
    #expect(Set(result.findings.map(\.id)) == ["F-16.cacheable", "event.failed"])
  }

  @Test func `a count is judged whatever form the token response has`() async throws {
    let result = try await perform(
      [.tokenResponseCacheable],
      "authorize\nassign ada\n  expect refreshes 7\n"
    )
    #expect(result.findings.map(\.id) == ["F-16.cacheable", "expectation.refreshes"])
  }

  @Test func `what follows is told with its cause, each with its line`() async throws {
    let result = try await perform([.refreshDiesWithAccessToken])
    let finding = try #require(result.findings.first)
    #expect(result.findings.map(\.id) == ["F-27.refused-after-expiry"])
    #expect(
      finding.consequences.map { "\($0.id) \($0.line) \($0.what)" } == [
        "event.no-token 5 deactivate ada failed", "expectation.not-judged 6 expect refreshes 1",
        "expectation.not-judged 7 expect user ada  active false",
      ]
    )
  }

  /// An event that sent nothing since an earlier one of the same person had failed.
  @Test func `an event without a request follows from the one before it`() async throws {
    let result = try await perform(
      [.passwordNeedsSymbol],
      "authorize\nassign ada\nupdate ada  lastName King\ndeactivate ada\n"
    )
    let finding = try #require(result.findings.first)
    #expect(result.findings.map(\.id) == ["S-15.password-refused"])
    #expect(
      finding.consequences.map(\.what)
        == ["assign ada failed", "update ada failed", "deactivate ada failed"]
    )
  }

  /// A finding about somebody else bears on nobody.
  @Test func `a look at one user is not explained by what was done to another`() async throws {
    let result = try await perform(
      [.putNotStored],
      """
      authorize
      assign ada
      assign bob
      update bob  lastName King
      at end
        expect user bob  name.familyName King
        expect user ada  title present
      """
    )
    let ids = result.findings.map(\.id)
    #expect(ids.contains("expectation.user"))
    let cause = try #require(result.findings.first { $0.id == "S-01.acknowledged-not-done" })
    #expect(cause.consequences.map(\.what) == ["expect user bob  name.familyName King"])
  }

  @Test func `the words of a consequence stand under the finding`() async throws {
    let result = try await perform([.refreshDiesWithAccessToken])
    let report = TextReport(
      scenarios: [result.record.scenario],
      style: TextStyle(.plain),
      showsBodies: false
    )
    let text = report.findings([result])
    #expect(text.contains("= also: deactivate ada failed (line 5), not judged: expect refreshes 1"))
  }

  /// A lost answer of ours excuses what it can have changed, until it is written again, and says so.
  @Test func `what was disturbed on purpose is told, and excuses no more than it did`() async throws
  {
    let result = try await perform(
      [],
      """
      authorize
      lose answer of next POST /Users
      assign ada
        expect user ada  active true
      assign ada
      update ada  lastName Byron
        expect user ada  name.familyName Nobody
      deactivate ada
        expect user ada  active true
      at end
        expect refreshes 5
      """
    )
    #expect(
      result.findings.map { "\($0.id) \($0.line)" } == [
        "expectation.user 8", "expectation.user 10",
      ]
    )
    #expect(
      result.notJudged.map { "\($0.line) \($0.what)" } == [
        "4 assign ada failed: exchange 7 was disturbed on purpose",
        "5 expect user ada  active true: exchange 7 was disturbed on purpose",
        // An event that did not end may have refreshed less often.
        "12 expect refreshes 5: exchange 7 was disturbed on purpose",
      ]
    )
  }

  @Test func `a failed event explains what it would have written, until another writes it`()
    async throws
  {
    let result = try await perform(
      [.patch501],
      family: .oinPatch,
      """
      authorize
      assign ada
      deactivate ada
      update ada  lastName King
        expect user ada  name.givenName Nobody
        expect user ada  active false
      """
    )
    let failed = try #require(result.findings.first { $0.id == "event.failed" })
    #expect(failed.consequences.map(\.line) == [7])
    #expect(result.findings.filter { $0.id == "expectation.user" }.map(\.line) == [6])
  }

  @Test func `where no grant is made each expectation is told of`() async throws {
    let result = try await perform([.tokenEndpointRedirects])
    let finding = try #require(result.findings.first)
    #expect(result.findings.count == 1)
    #expect(Set(finding.consequences.map(\.line)) == [2, 6, 7, 9])
  }

  @Test func `however many events one fault ends, they are told with it`() async throws {
    let updates = (0..<100).map { "update ada  lastName L\($0)\n" }.joined()
    let result = try await perform(
      [.putRefusesReadOnly],
      "authorize\nassign ada\n" + updates
    )
    #expect(result.findings.map(\.id) == ["S-06.echo-refused"])
    #expect(result.findings.first?.consequences.count == 100)
    let report = TextReport(
      scenarios: [result.record.scenario],
      style: TextStyle(.plain),
      showsBodies: false
    )
    #expect(
      report.findings([result]).contains(
        /exchanges [\d, ]+ and 8\d more of|exchanges [\d, ]+ and 8\d more\n/
      )
    )
  }

  @Test func `each attribute that is lost alike is named`() async throws {
    let result = try await perform(
      [.putLosesAttribute, .putLosesSilently],
      """
      authorize
      assign ada  department Mathematics  title Countess
      update ada  lastName King
        expect user ada  name.familyName King
      """
    )
    let lost = try #require(result.findings.first { $0.id == "SCIM.put-lost-attribute" })
    #expect(
      lost.message.contains("title") && lost.message.contains("displayName"),
      "\(lost.message)"
    )
  }

  @Test func `a remark names each other scenario once`() async throws {
    var run = SimulatedRun()
    run.app.faults = [.expiresInMissing]
    let results = try await run.perform(
      ["a", "b", "b", "a"].enumerated().map { index, name in (name, "authorize\n# \(index)\n") }
    )
    let report = TextReport(
      scenarios: results.map(\.record.scenario),
      style: TextStyle(.plain),
      showsBodies: false
    )
    #expect(report.findings(results).contains("= also in: b\n"))
  }
}
