import JSON
import Profiles
import Synchronization

/// The grant that a run makes first, to learn what its scenarios have to know.
///
/// While it lives the first scenario makes a grant of its own. An app that ends the one for the other
/// has one live grant at a time: there, scenarios beside each other would end each other's.
struct ProbeGrant: Sendable {
  /// How long it may take; a run whose admin takes longer to sign in goes on without.
  static let limit = Duration.seconds(20)
  /// Stands in the place of a scenario's.
  static let index = -1
  /// What it is called, where no scenario is.
  static let name = "probe-grant"

  /// Raised when its token was served, or there will be none.
  let isMade = Signal()
  private let followers = AsyncStream.makeStream(of: Bool.self)
  /// What is walked, judged and recorded like any other; it stands where the profile names the token
  /// endpoint.
  let scenario: Scenario

  init(_ settings: RunSettings) {
    let place = settings.profile.endpointPlaces.tokenEndpoint
    let names = Set(settings.scenarios.map(\.name))
    var name = ProbeGrant.name
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

  /// Whether another grant was made while it waited.
  func isFollowed() async -> Bool {
    for await isMade in followers.stream { return isMade }
    return false
  }

  /// Says that another grant was made, or that none will be.
  func follow(_ isMade: Bool) {
    followers.continuation.yield(isMade)
    followers.continuation.finish()
  }

  /// What it has shown of how a grant is made.
  ///
  /// How the service provider answers is told of the scenarios, which ask it more; and where no grant
  /// was made each of them tells why.
  func result(_ result: ScenarioResult) -> ProbeResult {
    var result = result
    let token = result.record.tokens.first
    let look = result.record.exchanges.last { $0.intent.act == .page }
    let isOneAtATime = result.findings.contains { $0.id == FindingKind.newGrantEndsOld.id }
    result.findings.removeAll { $0.party == .serviceProvider || token == nil }
    result.verdict =
      token == nil ? .notJudged : result.findings.map(\.verdict).max() ?? .passed
    if token != nil { result.reason = nil }
    var problem = token == nil ? result.reason ?? "it took too long" : nil
    if token != nil, let look, look.response?.isSuccess != true, !isOneAtATime {
      problem =
        "its first request was answered with "
        + (look.status.map { "HTTP \($0)" } ?? look.failure.map { "\($0)" } ?? "nothing")
    }
    return ProbeResult(
      result: result,
      lifetime: token?.token.expiresIn,
      isOneGrantAtATime: isOneAtATime,
      isServedTwice: result.record.exchanges.count {
        $0.intent.act == .page && $0.response?.isSuccess == true
      } > 1,
      problem: problem.map { result.record.shown($0) }
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
  /// Whether its token was served before another grant was made and after it.
  var isServedTwice: Bool
  /// Why it shows nothing; nil where it does.
  package var problem: String?
}

/// A scenario that is waited for until it has made a grant, or is over.
final class Follower: Sendable {
  let isOver = Signal()
  private let grant = Mutex(false)

  var hasGrant: Bool { grant.withLock(\.self) }

  func noteGrant() {
    grant.withLock { $0 = true }
    isOver.raise()
  }
}

/// Something that happens once, and that one task waits for.
struct Signal: Sendable {
  private let stream: AsyncStream<Never>
  private let continuation: AsyncStream<Never>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream() }

  func raise() { continuation.finish() }

  func wait() async { for await _ in stream {} }
}
