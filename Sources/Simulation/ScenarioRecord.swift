import HTTP
import OAuth
import Okta
import Profiles

/// All that happened in one scenario: what checks judge and reports show.
package struct ScenarioRecord: Sendable {
  package let scenario: Scenario
  /// Its events in the order of the file.
  package let events: [ScenarioEvent]
  package var profile: IntegrationProfile
  /// By event number; those that were not reached are missing.
  package private(set) var outcomes: [Outcome] = []
  /// The places of outcomes by their events.
  private var places: [Int: Int] = [:]
  package var exchanges: [Exchange] = []
  package var tokens: [TokenRecord] = []
  /// The app's ids of the people, by their names.
  package var ids: [String: String] = [:]
  /// The observing exchange for each `expect user` line, by its place.
  var looks: [String: UserLook] = [:]
  package var leeway: Leeway
  package var started: Duration
  package var ended: Duration
  /// The tasks that were open at the end, of all orgs; deactivations first.
  package var tasks: [OpenTask] = []
  /// How a report shows what the app said.
  var shown = ShownText()
  /// Why it was ended before its end, or says nothing about the app; nil where it ran through.
  package var skipped: String?
  /// Whether that is the app's or our own doing, and not what the run was asked to leave out.
  package var isNotJudged = false
  /// Whether it was ended because the browser did not get through the app's pages.
  package var isLostInBrowser = false
  /// Whether it was ended because its waits are longer than the run allows.
  package var isOverBudget = false
  /// What stood for a wait; nil where all was waited for.
  package var variant: WaitVariant?
  /// Whether it was ended because no response of the app stated a lifetime.
  package var lacksLifetime = false
  /// Whether this program had no descriptor left for it.
  package var isStarved = false
  /// The number of the exchange from which on the app did not run any more.
  package var endOfApp: Int?
  /// Whether the app gave no chance to judge what was expected of it.
  package var isUnjudgeable = false

  package init(
    scenario: Scenario,
    profile: IntegrationProfile,
    leeway: Leeway,
    started: Duration,
    ended: Duration
  ) {
    self.scenario = scenario
    events = scenario.events
    self.profile = profile
    self.leeway = leeway
    self.started = started
    self.ended = ended
  }

  /// Whether a grant that it asked for could not be made.
  var lacksGrant: Bool {
    outcomes.contains {
      if case .noGrant = $0.ending { true } else { false }
    }
  }

  package mutating func add(_ outcome: Outcome) {
    places[outcome.event] = outcomes.count
    outcomes.append(outcome)
  }

  /// Puts an outcome in the place of the one of the same event.
  mutating func replace(_ outcome: Outcome) {
    if let place = places[outcome.event] { outcomes[place] = outcome }
  }

  package func event(_ number: Int) -> ScenarioEvent? {
    events.indices.contains(number) ? events[number] : nil
  }

  func exchange(_ number: Int) -> Exchange? {
    exchanges.indices.contains(number - 1) ? exchanges[number - 1] : nil
  }

  func outcome(of event: Int) -> Outcome? {
    places[event].map { outcomes[$0] }
  }

  /// Path below the base URL with the query, for an exchange with the service provider.
  func path(of exchange: Exchange) -> String {
    let url = exchange.request.url.description
    guard let base = HTTPURL(profile.scim.baseURL)?.description else { return url }
    let trimmed = base.hasSuffix("/") ? String(base.dropLast()) : base
    return url.hasPrefix(trimmed) ? String(url.dropFirst(trimmed.count)) : url
  }
}

/// A look at a user for an expectation.
struct UserLook: Sendable {
  /// nil where nothing could be sent.
  var exchange: Int?
  var problem: String?
  /// Whether it was left out, so that nothing can be said.
  var isLeft = false
}
