import SampleApp
import Testing

@testable import Simulation

/// Findings as lines of other people's forms: editors, GitHub's Actions, Markdown.
@Suite struct AnnotationTests {
  private func failing(
    _ change: @escaping @Sendable (inout RunSettings) -> Void = { _ in }
  ) async throws -> RunOutcome {
    var run = SimulatedRun()
    run.app.faults = [.refreshDiesWithAccessToken, .challengeWithoutError]
    run.change = change
    let text = "authorize\nassign ada\n\nafter access token expires\n  update ada  lastName King\n"
    return .make([try await run.perform(text, name: "token-expiry")], seconds: .seconds(66))
  }

  @Test func `the short form has a line a distinct finding and how the run ended`() async throws {
    #expect(
      ShortReport(try await failing()).text == """
        Profiles/sample/token-expiry.scenario:6:3: error: the app refused the token request: HTTP \
        400 invalid_grant (the refresh token has expired); refresh_token#1 was 66.004 s old and \
        had not been used before; the access token had expired 6.004 s before \
        [F-27.refused-after-expiry]
        Profiles/sample/token-expiry.scenario:6:3: warning: the app refused an access token \
        without error="invalid_token" in WWW-Authenticate [F-03.error-missing]
        1 scenario: 1 failed in 66.0 s

        """
    )
  }

  @Test func `an annotation stands at a line of the repository`() async throws {
    let root = Repository(root: nil, folder: "/srv/app")
    let lines = GitHubReport(try await failing(), in: root).text.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(
      lines[1] == """
        ::warning file=Profiles/sample/token-expiry.scenario,line=6,col=3,title=F-03.error-missing \
        (SCIM service provider)::the app refused an access token without error="invalid_token" in \
        WWW-Authenticate%0Aanswer with WWW-Authenticate: Bearer error="invalid_token"%0ARFC 6750 \
        section 3%0Ain token-expiry%0Aagain: oktasim run Profiles/sample token-expiry --seed 7
        """
    )
    #expect(lines[0].hasPrefix("::error file=Profiles/sample/token-expiry.scenario,line=6,col=3,"))
  }

  /// Below the root, beside it, and of a scenario that only the program has.
  @Test(arguments: [
    ("/srv", "file=app/Profiles/sample/token-expiry.scenario,line=6,col=3,title="),
    ("/srv/app/Profiles/other", "title="), ("/srv/ap", "title="),
  ])
  func `a path starts at the root of the repository`(root: String, start: String) async throws {
    let repository = Repository(root: root, folder: "/srv/app")
    let text = GitHubReport(try await failing(), in: repository).text
    #expect(text.hasPrefix("::error " + start), "\(text)")
  }

  @Test func `what only the program has is told at the profile's line`() async throws {
    let outcome = try await failing { $0.hasScenariosOfTheProgram() }
    let text = GitHubReport(outcome, in: Repository(root: nil, folder: "/srv")).text
    #expect(text.hasPrefix("::error file=Profiles/sample/profile.json,line=12,col=5,title="))
    #expect(ShortReport(outcome).text.hasPrefix("Profiles/sample/profile.json:12:5: error: "))
  }

  @Test func `what an app says neither ends a command nor makes a page`() async throws {
    var outcome = try await failing()
    var finding = outcome.results[0].findings[0]
    finding.id = "a:b,c"
    finding.message = "100%\r\n::error::<b>|*`"
    outcome.results[0].findings = [finding]
    let command = GitHubReport(outcome, in: Repository(root: "/", folder: "/")).text
    #expect(command.contains("title=a%3Ab%2Cc (SCIM service provider)::100%25%0D%0A::error::<b>"))
    #expect(command.split(separator: "\n").count == 1)
    let page = MarkdownReport(outcome).text
    #expect(page.contains("100%  ::error::&lt;b&gt;\\|\\*\\`<br>"), "\(page)")
  }

  @Test func `a page has what was found and what was not met`() async throws {
    var outcome = try await failing()
    outcome.notes.skipped = [("the wait is too long", 3)]
    let page = MarkdownReport(outcome).text
    #expect(
      page.hasPrefix(
        """
        ### oktasim: sample

        1 scenario: 1 failed in 66.0 s (seed 7, namespace k3f9)

        | | what | whose | where | scenarios |
        | --- | --- | --- | --- | --- |
        | error | the app refused the token request: HTTP 400 invalid\\_grant
        """
      ),
      "\(page)"
    )
    #expect(page.contains("| Profiles/sample/token-expiry.scenario:6 | 1 |\n"))
    #expect(page.contains("\n- skipped 3 scenarios: the wait is too long\n"))
  }
}
