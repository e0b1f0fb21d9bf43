import HTTP
import Loop
import OAuth
import Okta
import Profiles
import World

/// What Okta will send to an app, part by part, with what is known of each.
///
/// The requests are those that the program would send: they were made by Okta's side itself, before an
/// app that opens no socket.
package struct Explanation: Sendable {
  package struct Event: Sendable {
    /// Stable: `assign.link`.
    package var id: String
    package var title: String
    package var circumstance: String?
    package var requests: [Request]
    /// Why nothing is sent, or what waits for the admin; nil where it just succeeds.
    package var end: String?
  }

  package struct Request: Sendable {
    /// From 1, through all events.
    package var number: Int
    package var act: Intent.Act
    package var resource: Intent.ResourceType?
    package var parts: [Part]
  }

  package struct Part: Sendable, Equatable {
    package var place: FieldPlace
    package var name: String
    package var value: String
    /// The place in the table; nil where it has no row, which a test forbids.
    var number: Int?

    package var record: FieldRecord? { number.map { FieldRecord.all[$0] } }
  }

  package var profile: IntegrationProfile
  package var events: [Event]

  /// Whether the link is refreshed, and how.
  package var refresh: [RecordedFact] { RecordedFact.ofRefresh.filter { $0.holds(for: profile) } }
  package var neverSent: [RecordedFact] { RecordedFact.neverSent.filter { $0.holds(for: profile) } }
  /// What is to be known of the app's kind first.
  package var kind: [RecordedFact] { RecordedFact.ofKind.filter { $0.holds(for: profile) } }

  /// - Parameters:
  ///   - profile: With URLs in all places; its secrets are not looked at.
  ///   - loop: On the virtual clock.
  package init(of profile: IntegrationProfile, loop: EventLoop) async {
    let profile = profile.forExplanation
    self.profile = profile
    events = []
    var number = 0
    for moment in ExplainedMoment.all(profile) {
      if moment.needsGrant, !profile.authentication.hasGrant { continue }
      var event = await Stage(profile, loop: loop).perform(moment)
      for place in event.requests.indices {
        number += 1
        event.requests[place].number = number
      }
      events.append(event)
    }
  }
}

extension Authentication {
  /// Whether Okta asks the app for tokens.
  var hasGrant: Bool {
    switch self {
    case .authorizationCode, .clientCredentials: true
    case .bearer, .header, .basic, .unauthenticated: false
    }
  }
}

/// Where one moment is played: Okta's side as it is, and an app of its own.
private struct Stage {
  let profile: IntegrationProfile
  let app: MinimalApp
  let okta: Provisioner
  let log = ExchangeLog()
  let aliases = SecretAliases()

  init(_ profile: IntegrationProfile, loop: EventLoop) {
    self.profile = profile
    app = MinimalApp(loop: loop)
    okta = Provisioner(
      app: Integration(profile),
      transport: profile.sendsRequestID
        ? RequestIDTransport(app, scenario: "scenario") : app,
      people: People(
        seed: 1,
        namespace: "explain",
        domain: profile.peopleDomain,
        locale: profile.switches[.locale]
      ),
      random: SeededRandom(seed: 1),
      aliases: aliases,
      log: log,
      loop: loop,
      budget: WaitBudget(nil),
      startedAt: Int(Timestamp.virtualStart / 1000),
      looks: false
    )
  }

  func perform(_ moment: ExplainedMoment) async -> Explanation.Event {
    var event = Explanation.Event(
      id: moment.id,
      title: moment.title,
      circumstance: moment.circumstance,
      requests: []
    )
    var before = moment.before
    if !moment.event.makesGrant { before.insert(.authorize, at: 0) }
    for (number, earlier) in before.enumerated() {
      let outcome = await okta.perform(earlier, number: number)
      if outcome.isSuccess { continue }
      let reason = words(outcome.ending) ?? ""
      event.end = "not shown, since '\(earlier.name)' fails before it: \(reason)"
      return event
    }
    if let failed = moment.failed {
      app.enter(.isOutOfOrder)
      _ = await okta.perform(failed, number: before.count)
      before.append(failed)
    }
    app.enter(moment.situation)
    let outcome = await okta.perform(moment.event, number: before.count)
    let exchanges = outcome.exchanges.compactMap { log[$0] }
    for (place, exchange) in exchanges.enumerated() {
      event.requests.append(
        request(exchange, after: place > 0 ? exchanges[place - 1] : nil, moment)
      )
    }
    event.end = end(of: outcome, moment, isSilent: exchanges.isEmpty)
    return event
  }

  private func request(
    _ exchange: Exchange,
    after last: Exchange?,
    _ moment: ExplainedMoment
  ) -> Explanation.Request {
    let intent = exchange.intent
    let takenApart = RequestParts(profile: profile, aliases: aliases)
    var parts = takenApart.parts(of: exchange)
    if intent.act == .replace, let last, last.intent.act == .read {
      parts += takenApart.partsLeftOut(of: exchange, after: last)
    }
    return Explanation.Request(
      number: 0,
      act: intent.act,
      resource: intent.resource,
      parts: parts.map { part in
        Explanation.Part(
          place: part.place,
          name: part.name,
          value: part.value,
          number: FieldRecord.place(of: part, in: intent, at: moment.id, profile)
        )
      }
    )
  }

  private func end(
    of outcome: Outcome,
    _ moment: ExplainedMoment,
    isSilent: Bool
  ) -> String? {
    if let words = words(outcome.ending) { return words }
    guard isSilent else { return nil }
    let event = moment.failed ?? moment.event
    if let capability = event.capability, !profile.scim.capabilities.contains(capability) {
      return "nothing is sent: \(capability.rawValue) is not among scim.capabilities"
    }
    guard moment.event.makesGrant else { return "nothing is sent" }
    if case .unauthenticated = profile.authentication {
      return "nothing is sent: the app is shown no credentials"
    }
    return "nothing is sent: the admin has pasted what is presented"
  }

  /// nil where it ended well.
  private func words(_ ending: Outcome.Ending) -> String? {
    switch ending {
    case .success: nil
    case .task(let task): "a task waits for the admin: \(task.message)"
    case .noGrant(let failure): "no grant: \(failure.message)"
    case .notMade(let reason): reason.reason
    }
  }
}

extension ClientSettings {
  fileprivate var forExplanation: ClientSettings {
    var client = self
    if id.isEmpty { client.id = "client-id" }
    if authentication == .privateKeyJWT {
      client.key = .made
    } else {
      client.secret = Secret("stand-in-for-client-secret", alias: "client_secret#1")
    }
    return client
  }
}

extension IntegrationProfile {
  /// The profile with stand-ins for what only a run needs: no secret is read, no program is started,
  /// and a URL that is left open has one.
  fileprivate var forExplanation: IntegrationProfile {
    var profile = self
    if profile.scim.baseURL.isEmpty { profile.scim.baseURL = "https://app.example/scim/v2" }
    func url(_ url: String, _ path: String) -> String {
      url.isEmpty ? "https://app.example/\(path)" : url
    }
    let token = Secret("stand-in-for-access-token", alias: "access_token#1")
    switch profile.authentication {
    case .authorizationCode(var settings):
      settings.authorizationEndpoint = url(settings.authorizationEndpoint, "oauth/authorize")
      settings.tokenEndpoint = url(settings.tokenEndpoint, "oauth/token")
      if settings.redirectURI.isEmpty {
        settings.redirectURI =
          "https://system-admin.okta.com/admin/app/cpc/app_name_1/oauth/callback"
      }
      settings.redirectURI = settings.redirectURI(profile.switches)
      settings.client = settings.client.forExplanation
      settings.login = .form(
        FormLogin(
          username: "",
          password: Secret("", alias: "password#1")
        )
      )
      profile.authentication = .authorizationCode(settings)
    case .clientCredentials(var settings):
      settings.tokenEndpoint = url(settings.tokenEndpoint, "oauth/token")
      settings.client = settings.client.forExplanation
      profile.authentication = .clientCredentials(settings)
    case .bearer: profile.authentication = .bearer(token)
    case .header(_, let field): profile.authentication = .header(token, field: field)
    case .unauthenticated: break
    case .basic(let username, _):
      profile.authentication = .basic(
        username: username.isEmpty ? "username" : username,
        password: Secret("stand-in-for-password", alias: "password#1")
      )
    }
    return profile
  }
}
