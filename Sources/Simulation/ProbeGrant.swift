import JSON
import Profiles

/// The grant that a run makes first, to learn what its scenarios have to know.
///
/// While it lives the first scenario makes a grant of its own. An app that ends the one for the other
/// has one live grant at a time: there, scenarios beside each other would end each other's.
struct ProbeGrant: Sendable {
  /// Raised when its token was served, or there will be none.
  let isMade = Signal()
  /// Raised when another grant was made, or none will be.
  let isFollowed = Signal()
  /// What is walked, judged and recorded like any other; it stands where the profile names the token
  /// endpoint.
  let scenario: Scenario

  init(_ settings: RunSettings) {
    let place = settings.profile.tokenEndpointPlace
    let names = Set(settings.scenarios.map(\.name))
    var name = "probe-grant"
    while names.contains(name) { name += "-" }
    let event = ScenarioEvent(
      index: 0,
      event: .authorize,
      line: place.line,
      column: 1,
      text: place.text,
      expectations: []
    )
    scenario = Scenario(
      name: name,
      title: "probe grant",
      blocks: [Scenario.Block(start: .immediately, line: nil, events: [event])],
      source: SourceText(
        file: settings.profile.file,
        text: String(repeating: "\n", count: place.line - 1) + place.text
      )
    )
  }

  /// What it has shown of how a grant is made; nil where none was made, which each scenario tells.
  ///
  /// How the service provider answers is told of the scenarios, which ask it more.
  func result(_ result: ScenarioResult) -> ProbeResult? {
    guard let token = result.record.tokens.first else { return nil }
    var result = result
    let isOneAtATime = result.findings.contains { $0.id == FindingKind.newGrantEndsOld.id }
    result.findings.removeAll {
      $0.party == .serviceProvider && $0.id != FindingKind.newGrantEndsOld.id
    }
    result.verdict = result.findings.map(\.verdict).max() ?? .passed
    return ProbeResult(
      result: result,
      lifetime: token.token.expiresIn,
      isOneGrantAtATime: isOneAtATime
    )
  }
}

/// What the run's own grant has shown.
package struct ProbeResult: Sendable {
  /// With its findings, which stand at the profile's token endpoint.
  package var result: ScenarioResult
  /// How long access tokens live; nil where the app does not say.
  package var lifetime: Duration?
  /// Whether a new grant ends the one before, so that the scenarios run in a row.
  package var isOneGrantAtATime: Bool
}

/// Something that happens once, and that one task waits for.
struct Signal: Sendable {
  private let stream: AsyncStream<Never>
  private let continuation: AsyncStream<Never>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  func raise() { continuation.finish() }

  func wait() async { for await _ in stream {} }
}
