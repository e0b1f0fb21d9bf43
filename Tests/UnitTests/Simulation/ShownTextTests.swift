import HTTP
import Testing
import World

@testable import Simulation

/// What the app says may steer a terminal, or repeat what it was told in confidence.
@Suite struct ShownTextTests {
  @Test(arguments: [
    ("plain ä text", "plain ä text"),
    ("\u{1B}[31mred\u{7}", #"\u001B[31mred\u0007"#),
    ("two\r\nlines\t", #"two\u000D\u000Alines\u0009"#),
    ("\u{9B}2J \u{7F}", #"\u009B2J \u007F"#),
    ("a\u{202E}b\u{2066}c\u{2028}", #"a\u202Eb\u2066c\u2028"#),
  ])
  func `control characters are spelled out`(text: String, shown: String) {
    #expect(ShownText()(text) == shown)
  }

  @Test func `a text without end is cut`() {
    let shown = ShownText()(String(repeating: "x", count: 1_000_000))
    #expect(shown == String(repeating: "x", count: 2000) + "…")
  }

  @Test func `a secret that the app repeats is shown by its alias, in the report as well`()
    async throws
  {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Chatty(transport: transport) }
    let result = try await run.perform("authorize\nassign ada\nupdate ada  lastName King\n")
    #expect(result.verdict == .failed)
    let report = TextReport(
      scenarios: [result.record.scenario],
      style: TextStyle(.plain),
      showsBodies: true
    )
    let text = report.scenario(result) + report.findings([result])
    let json = JSONReport(
      settings: .make(),
      seconds: .zero,
      results: [result],
      notes: RunNotes([result], profile: result.record.profile)
    ).json.prettyText
    let token = try #require(result.record.tokens.first).token.value
    for report in [text, json] {
      #expect(!report.contains(token.exposed()))
      #expect(!report.contains("\u{1B}"))
      #expect(report.contains("you sent Bearer access_token#1"))
    }
  }
}

/// Refuses each PUT with what it was sent.
private struct Chatty: Transport {
  let transport: any Transport

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    let isRefused = request.method == "PUT" && intent.occasion == .okta
    var read = request
    // The app does not see what is refused.
    if isRefused { (read.method, read.body) = ("GET", []) }
    var exchange = await transport.send(read, due: due, intent: intent)
    guard isRefused else { return exchange }
    exchange.request = request
    let detail = "\\u001b[2Jyou sent \(request.fields["Authorization"] ?? "")"
    exchange.result = .success(
      .scim(
        #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","detail":"\#(detail)"}"#,
        status: 400
      )
    )
    return exchange
  }
}
