import HTTP
import JSON
import Loop
import OAuth
import Profiles
import SCIM
import World

/// One org's provisioning of one app: one lifecycle event in, one outcome out.
///
/// What Okta sends for each event is in the file named for it: `ConnectionTest`, `UserMatching`,
/// `UserPush`, `UserActivation`.
package struct Provisioner: Sendable {
  let profile: IntegrationProfile
  let sender: AuthorizedSender
  let authorization: ConnectionAuthorization?
  package let clock: OrgClock
  package let directory: Directory
  let mapper: AttributeMapper
  let people: People
  let random: SeededRandom
  let aliases: SecretAliases
  let log: ExchangeLog
  let loop: EventLoop

  /// The org's grant; nil where the app is not reached by OAuth.
  package var session: TokenSession? {
    if case .session(let session) = sender.credential { session } else { nil }
  }

  package init(
    profile: IntegrationProfile,
    transport: any Transport,
    people: People,
    random: SeededRandom,
    aliases: SecretAliases,
    log: ExchangeLog,
    loop: EventLoop,
    startedAt: Int
  ) {
    let clock = OrgClock(run: loop)
    let logged = LoggedTransport(transport, log: log)
    self.profile = profile
    self.clock = clock
    self.directory = Directory()
    self.mapper = AttributeMapper(
      mappings: profile.attributeMappings,
      switches: profile.switches
    )
    self.people = people
    self.random = random
    self.aliases = aliases
    self.log = log
    self.loop = loop
    self.sender = AuthorizedSender(
      transport: logged,
      baseURL: profile.scim.baseURL,
      credential: Credential(
        profile,
        transport: logged,
        clock: clock,
        aliases: aliases,
        loop: loop
      )
    )
    if case .authorizationCode(let settings) = profile.authentication {
      authorization = ConnectionAuthorization(
        settings: settings,
        switches: profile.switches,
        transport: logged,
        loop: loop,
        aliases: aliases,
        profileFolder: profile.folder,
        startedAt: startedAt
      )
    } else {
      authorization = nil
    }
  }

  package func perform(_ event: LifecycleEvent, number: Int) async -> Outcome {
    let started = loop.now
    let before = log.count
    let ending: Outcome.Ending
    do {
      try await carryOut(event, Cause(event: number))
      ending = .success
    } catch let failure as GrantFailure {
      ending = .noGrant(failure)
    } catch let failure as StepFailure {
      ending = .task(failure.task(app: profile.name))
    } catch {
      preconditionFailure("an event fails by its grant or by a step, not by \(error)")
    }
    return Outcome(
      event: number,
      ending: ending,
      // None of its exchanges stands before its start; others may stand between them.
      exchanges: log.exchanges[before...].filter {
        $0.intent.event == number && $0.intent.occasion == .okta
      }.map(\.number),
      started: started,
      ended: loop.now
    )
  }

  private func carryOut(_ event: LifecycleEvent, _ cause: Cause) async throws {
    switch event {
    case .authorize, .reauthenticate: try await authorize(cause)
    case .testCredentials: try await testCredentials(cause)
    case .saveConnection: try await saveConnection(cause)
    case .saveToApp: try await testCredentials(cause)
    case .assign(let person, let changes): try await assign(person, changes, cause)
    case .update(let person, let changes): try await update(person, changes, cause)
    case .unassign(let person): try await unassign(person, cause)
    case .deactivate(let person): try await deactivate(person, cause)
    case .reactivate(let person): try await reactivate(person, cause)
    case .skip(let duration): clock.skip(duration)
    case .spoilAccessToken: await session?.spoil()
    case .forgetAccessToken: await session?.forget()
    }
  }

  func authorize(_ cause: Cause) async throws {
    guard let session else { return }
    if let authorization {
      let attempt = random.stream(
        named: "authorization \(cause.event.map(String.init) ?? "for clean-up")"
      )
      try await authorization.perform(session, random: attempt, cause)
    } else if case .clientCredentials(let settings) = profile.authentication {
      do throws(TokenSessionError) {
        try await session.requestClientCredentials(scopes: settings.scopes, for: cause)
      } catch {
        throw GrantFailure(
          stage: .codeExchange(error),
          message: "\(error)",
          exchange: error.exchange
        )
      }
    }
  }

  /// Whether the admin has this switched on; what is off sends nothing (lab drill, 2026-10).
  func isOn(_ capability: Capability) -> Bool {
    profile.scim.capabilities.contains(capability)
  }

  // MARK: A step of an event

  /// Sends one request of an event; an answer with another status than wanted ends the event.
  ///
  /// - Parameters:
  ///   - step: What Okta calls it: `Error while verifying if user ada exists`.
  ///   - accepted: Statuses that let the event go on besides 2xx.
  func step(
    _ step: String,
    of person: OktaUser?,
    _ request: SCIMRequest,
    accepting accepted: Set<Int> = [],
    _ cause: Cause
  ) async throws(StepFailure) -> Exchange {
    let exchange: Exchange
    do throws(TokenSessionError) {
      exchange = try await sender.send(request, about: person?.name, cause)
    } catch {
      throw StepFailure(person: person, step: step, exchange: error.exchange, reason: .token(error))
    }
    switch exchange.result {
    case .success(let response):
      if response.isSuccess || accepted.contains(response.status) { return exchange }
      throw StepFailure(
        person: person,
        step: step,
        exchange: exchange.number,
        reason: .answer(response, exchange.document)
      )
    case .failure(let failure):
      throw StepFailure(
        person: person,
        step: step,
        exchange: exchange.number,
        reason: .transport(failure)
      )
    }
  }
}

/// A step that ended its event.
struct StepFailure: Error {
  enum Reason {
    case answer(HTTPResponse, JSONBody)
    case transport(TransportFailure)
    case token(TokenSessionError)
    /// The answer came, but what it says cannot be used.
    case unusable(String)
    /// Nothing could be sent.
    case notProvisioned
  }

  var person: OktaUser?
  var step: String
  var exchange: Int?
  var reason: Reason

  /// Whether the app said no, so that nothing came of the request.
  var isRefusal: Bool {
    switch reason {
    case .answer(let response, _): (400..<500).contains(response.status)
    case .token: true
    case .transport, .unusable, .notProvisioned: false
    }
  }

  /// The text of the task: Okta, support article "Forest Admin provisioning error", SCIM 2.0
  /// reference.
  func task(app: String) -> ProvisioningTask {
    let start =
      person.map {
        "Automatic provisioning of user \($0["displayName"] ?? $0.name) to app \(app) failed: "
      } ?? ""
    var tokenError: TokenSessionError?
    let end: String
    switch reason {
    case .answer(let response, let document):
      let reason = HTTPStatus.reason(response.status)
      end = (reason.isEmpty ? "HTTP \(response.status)" : reason) + reported(response, document)
    case .transport(let failure): end = "\(failure)"
    case .token(let error):
      tokenError = error
      end = "Unauthorized: \(error)"
    case .unusable(let problem): end = problem
    case .notProvisioned: end = "the user has not been provisioned"
    }
    return ProvisioningTask(
      message: start + "\(step): \(end)",
      exchange: exchange,
      tokenError: tokenError
    )
  }

  private func reported(_ response: HTTPResponse, _ document: JSONBody) -> String {
    guard document != .empty else { return "" }
    let detail: String
    do throws(ResourceError) {
      detail = try SCIMError.read(document, status: response.status).detail ?? ""
    } catch {
      // Seen with an app that answers with text (lab capture, 2026-10).
      detail = "\(error)"
    }
    return detail.isEmpty ? "" : ". Errors reported by remote server: \(detail)"
  }
}

extension Credential {
  init(
    _ profile: IntegrationProfile,
    transport: any Transport,
    clock: OrgClock,
    aliases: SecretAliases,
    loop: EventLoop
  ) {
    func session(
      _ tokenEndpoint: String,
      _ client: ClientAuthentication,
      _ refresh: RefreshSettings,
      _ renewal: TokenSession.Renewal
    ) -> Credential {
      guard let endpoint = HTTPURL(tokenEndpoint) else {
        preconditionFailure("the profile's reader lets no endpoint pass that is no URL")
      }
      let userAgent =
        profile.switches[.tokenRequestUserAgent] == "scim-client" ? OktaHeaders.userAgent : nil
      return .session(
        TokenSession(
          policy: RefreshPolicy(refresh),
          renewal: renewal,
          client: client,
          clock: clock,
          aliases: aliases,
          loop: loop
        ) { request, intent in
          let message = request.httpRequest(to: endpoint, userAgent: userAgent)
          return await transport.send(message, due: nil, intent: intent)
        }
      )
    }
    func known(_ secret: Secret, _ kind: SecretAliases.Kind) -> Secret {
      aliases.secret(secret.exposed(), kind: kind)
    }
    switch profile.authentication {
    case .authorizationCode(let settings):
      self = session(
        settings.tokenEndpoint,
        ClientAuthentication(
          clientID: settings.clientID,
          clientSecret: known(settings.clientSecret, .clientSecret),
          method: .init(settings.clientAuthentication)
        ),
        settings.refresh,
        .refreshToken
      )
    case .clientCredentials(let settings):
      self = session(
        settings.tokenEndpoint,
        ClientAuthentication(
          clientID: settings.clientID,
          clientSecret: known(settings.clientSecret, .clientSecret),
          method: .init(settings.clientAuthentication)
        ),
        settings.refresh,
        .clientCredentials(scopes: settings.scopes)
      )
    case .bearer(let token):
      let value = known(token, .accessToken)
      self = .fixed(Secret("Bearer \(value.exposed())", alias: "Bearer \(value.alias)"))
    case .header(let value):
      self = .fixed(known(value, .credentials))
    case .basic(let username, let password):
      let pair = Array("\(username):\(known(password, .password).exposed())".utf8)
      let value = aliases.secret(base64(pair), kind: .credentials)
      self = .fixed(Secret("Basic \(value.exposed())", alias: "Basic \(value.alias)"))
    }
  }
}

extension ClientAuthentication.Method {
  init(_ setting: Authentication.ClientAuthentication) {
    switch setting {
    case .post: self = .post
    case .basic: self = .basic
    }
  }
}

extension RefreshPolicy {
  /// The profile's words for it; the two modules do not know each other.
  init(_ settings: RefreshSettings) {
    self.init()
    trigger = Trigger(rawValue: settings.trigger.rawValue) ?? trigger
    margin = settings.margin
    capsMargin = settings.capMargin
    concurrency = Concurrency(rawValue: settings.concurrency.rawValue) ?? concurrency
    keepOldRefreshToken =
      KeepOldRefreshToken(rawValue: settings.keepOldRefreshToken.rawValue) ?? keepOldRefreshToken
    missingExpiresIn =
      MissingExpiresIn(rawValue: settings.missingExpiresIn.rawValue) ?? missingExpiresIn
  }
}
