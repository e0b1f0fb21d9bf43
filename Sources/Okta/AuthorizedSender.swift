import HTTP
import OAuth
import Profiles
import SCIM
import World

/// Sends SCIM requests with the credential; on a 401 it refreshes and sends once more.
package struct AuthorizedSender: Sendable {
  private let transport: any Transport
  private let headers: OktaHeaders
  package let credential: Credential
  private let levers: TokenLevers?
  private let refusedWrites: RefusedWrites?

  /// - Parameters:
  ///   - levers: By which a scenario tampers with the session's token; nil where none does.
  ///   - refusedWrites: What is looked at before it is written again; nil where nobody looks.
  package init(
    transport: any Transport,
    headers: OktaHeaders,
    credential: Credential,
    levers: TokenLevers? = nil,
    refusedWrites: RefusedWrites? = nil
  ) {
    self.transport = transport
    self.headers = headers
    self.credential = credential
    self.levers = levers
    self.refusedWrites = refusedWrites
  }

  /// The exchange that counts: the second one where the first was rejected and could be repeated.
  ///
  /// The repeated request differs in its Authorization field only (F-39), and there is one at most
  /// (F-38): RFC 6750 section 3.1 lets a client request a new token and retry.
  ///
  /// - Parameters:
  ///   - subject: The scenario's person or group that it is about.
  ///   - attempt: 1 for a new request; of one that is sent again the number of this try.
  ///   - repetition: Why it is sent again.
  package func send(
    _ request: SCIMRequest,
    about subject: String?,
    _ cause: Cause,
    attempt: Int = 1,
    repetition: Intent.Repetition? = nil,
    deviation: Intent.Deviation? = nil
  ) async throws(TokenSessionError) -> Exchange {
    switch credential {
    case .fixed, .nothing:
      var intent = intent(of: request, subject, cause)
      intent.attempt = attempt
      intent.repetition = repetition
      intent.deviation = deviation
      return await send(request, authorization: pasted, intent)
    case .session(let session):
      let token =
        if let levers { try await levers.token(of: session, for: cause) } else {
          try await session.token(for: cause)
        }
      let presented = levers?.presented(token) ?? token
      if presented == token { await lookAtRefused(before: request, about: subject, token, cause) }
      let first = await send(
        request,
        about: subject,
        presented,
        cause,
        attempt: attempt,
        repetition: repetition,
        deviation: deviation
      )
      // An altered token that is rejected says nothing about the session's own.
      let ending: TokenRecord.Ending = presented.isAltered ? .replaced : .rejected
      guard first.status == 401,
        let fresh = try await session.replace(token, because: ending, for: cause)
      else { return first }
      await lookAtRefused(before: request, about: subject, fresh, cause)
      return await send(
        request,
        about: subject,
        fresh,
        cause,
        attempt: attempt + 1,
        repetition: .rejection,
        deviation: deviation
      )
    }
  }

  /// Reads what a write was refused for the token before it is written again with another, if that
  /// one is alive.
  private func lookAtRefused(
    before request: SCIMRequest,
    about subject: String?,
    _ token: AccessToken,
    _ cause: Cause
  ) async {
    guard let refusedWrites, case .session(let session) = credential,
      await session.livingToken == token, let read = refusedWrites.read(before: request)
    else { return }
    var look = cause
    look.occasion = .look
    _ = await send(read, about: subject, token, look)
  }

  /// Sends with the token that is there now, if it is alive; sends nothing and gives nil where none
  /// is.
  ///
  /// For a look: the session refreshes nothing for it and does not learn of it.
  package func look(
    _ request: SCIMRequest,
    about subject: String?,
    _ cause: Cause,
    attempt: Int = 1,
    repetition: Intent.Repetition? = nil,
    deviation: Intent.Deviation? = nil
  ) async -> Exchange? {
    switch credential {
    case .fixed, .nothing:
      var intent = intent(of: request, subject, cause)
      intent.attempt = attempt
      intent.repetition = repetition
      intent.deviation = deviation
      return await send(request, authorization: pasted, intent)
    case .session(let session):
      guard let token = await session.livingToken else { return nil }
      return await send(
        request,
        about: subject,
        token,
        cause,
        attempt: attempt,
        repetition: repetition,
        deviation: deviation
      )
    }
  }

  /// Sends with just this token, whatever its state: for a look at how the app treats it.
  package func send(
    _ request: SCIMRequest,
    about subject: String?,
    _ token: AccessToken,
    _ cause: Cause,
    attempt: Int = 1,
    repetition: Intent.Repetition? = nil,
    deviation: Intent.Deviation? = nil
  ) async -> Exchange {
    var intent = intent(of: request, subject, cause)
    intent.grant = token.grant
    intent.attempt = attempt
    intent.repetition = repetition
    intent.deviation = token.isAltered ? .alteredToken : deviation
    intent.token = token.value.alias
    return await send(request, authorization: "Bearer \(token.value.exposed())", intent)
  }

  /// Sends without any credential: for a look at how the app treats it.
  func sendWithoutToken(_ request: SCIMRequest, _ cause: Cause) async -> Exchange {
    var intent = intent(of: request, nil, cause)
    intent.deviation = .noToken
    return await send(request, authorization: nil, intent)
  }

  /// Sends with this as the whole value of the field for credentials, which is none.
  func send(
    _ request: SCIMRequest,
    presenting authorization: String,
    _ cause: Cause,
    _ deviation: Intent.Deviation?
  ) async -> Exchange {
    var intent = intent(of: request, nil, cause)
    intent.deviation = deviation
    return await send(request, authorization: authorization, intent)
  }

  /// What an admin has pasted; nil for nothing, and where the session's tokens are shown.
  private var pasted: String? {
    if case .fixed(let field) = credential { field.value.exposed() } else { nil }
  }

  /// The field that credentials stand in.
  private var field: String {
    if case .fixed(let field) = credential { field.name } else { Authentication.usualField }
  }

  private func intent(of request: SCIMRequest, _ subject: String?, _ cause: Cause) -> Intent {
    var intent = Intent(
      request.act,
      cause: cause,
      resource: request.resource,
      subject: subject,
      id: request.id,
      query: request.query
    )
    intent.resourceTypeName = request.resourceTypeName
    return intent
  }

  private func send(
    _ request: SCIMRequest,
    authorization: String?,
    _ intent: Intent
  ) async -> Exchange {
    let message = headers.httpRequest(request, authorization: authorization, in: field)
    let exchange = await transport.send(message, due: nil, intent: intent)
    refusedWrites?.note(request, status: exchange.status)
    return exchange
  }
}
