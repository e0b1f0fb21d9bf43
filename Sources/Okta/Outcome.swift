import Browser
import HTTP
import Loop
import OAuth

/// How a lifecycle event ended, and the exchanges that it caused.
package struct Outcome: Sendable {
  package enum Ending: Sendable {
    case success
    /// A task waits for the admin.
    case task(ProvisioningTask)
    /// No grant could be made.
    case noGrant(GrantFailure)
    /// The app could not be changed as the scenario has it, so nothing after it says anything.
    case notMade(NotMade)
  }

  /// The event's number in the scenario, from 0.
  package var event: Int
  package var ending: Ending
  /// Numbers of its exchanges in the scenario's log, in order; observing ones are not among them.
  package var exchanges: [Int]
  /// Time since the start of the run.
  package var started: Duration
  package var ended: Duration
  /// How many tasks the org had open when it had ended.
  package var openTasks: Int
  /// The earlier events whose tasks it has resolved.
  package var resolved: [Int]
  /// Why it sent nothing, where that is the app's doing.
  package var silence: String?
  /// Members of the group whom its push left out, by their names in the scenario.
  package var leftOut: [String]

  package init(
    event: Int,
    ending: Ending,
    exchanges: [Int],
    started: Duration,
    ended: Duration,
    openTasks: Int = 0,
    resolved: [Int] = [],
    silence: String? = nil,
    leftOut: [String] = []
  ) {
    self.leftOut = leftOut
    self.openTasks = openTasks
    self.resolved = resolved
    self.silence = silence
    self.event = event
    self.ending = ending
    self.exchanges = exchanges
    self.started = started
    self.ended = ended
  }

  package var isSuccess: Bool {
    if case .success = ending { true } else { false }
  }
}

/// Why an event could not be made as the scenario has it.
package struct NotMade: Error, Sendable {
  package enum Kind: Sendable {
    /// What the app is cannot be told then.
    case unjudged
    /// There is nothing to wait for.
    case pointless
    /// It would wait longer than the run allows.
    case overBudget
    /// The app answers 429, and Okta would wait longer than the run allows.
    case rateLimited
    /// It waits for the end of a token that the app does not state.
    case withoutLifetime
  }

  package var reason: String
  package var kind: Kind

  init(_ reason: String, _ kind: Kind = .unjudged) {
    self.reason = reason
    self.kind = kind
  }

  package static let withoutToken = NotMade("there is no access token to wait for", .pointless)
  package static let withoutLifetime = NotMade(
    "the app does not say when its access token expires (no expires_in)",
    .withoutLifetime
  )

  /// - Parameter waits: What all waits would come to.
  package static func overBudget(
    _ waits: Duration,
    _ budget: WaitBudget,
    isForToken: Bool
  ) -> NotMade {
    NotMade(
      "its waits come to \(waits.inSeconds), more than the budget of "
        + "\((budget.limit ?? waits).inSeconds): "
        + (isForToken ? "have the app issue shorter tokens, or raise --budget" : "raise --budget"),
      .overBudget
    )
  }
}

/// A provisioning failure that waits for an admin's retry, as on Okta's dashboard.
package struct ProvisioningTask: Sendable {
  /// Okta's words, with what the app reported.
  package var message: String
  /// The exchange on which it failed; nil where nothing was sent.
  package var exchange: Int?
  /// Set where the access token was the trouble and no request went out.
  package var tokenError: TokenSessionError?
  /// What Okta's System Log has of it; nil where that is not known.
  package var logEvent: SystemLogEvent?
}

/// Why no grant was made.
package struct GrantFailure: Sendable {
  package enum Stage: Sendable {
    /// The browser could not get to the redirect URI: the login, the consent, the network.
    case browser(BrowserError.Reason)
    /// The app sent the browser back with what cannot be used.
    case response(AuthorizationError)
    case codeExchange(TokenSessionError)
    /// The app sent the browser to a redirect URI that is not registered.
    case unregistered(Sent)
  }

  /// What the browser took along.
  package enum Sent: Sendable {
    case code
    /// An error, or nothing that a client could use.
    case error
  }

  package var stage: Stage
  package var message: String
  package var exchange: Int?
  /// Whether there was no code to exchange either.
  package var lacksCode = false
  /// What the token endpoint was asked for.
  package var asked: TokenRequest.Grant?
  /// What a look at a refused client found.
  package var otherMethod: OtherMethod?
  /// Set where the admin was to refuse.
  package var refusal: Refusal?
  /// Whether the grant that there was is what it was, so that the scenario can go on.
  package var leavesGrant = false

  package enum Refusal: Sendable {
    case made
    /// The app asked nothing that could be refused.
    case notAsked
  }
}
