import HTTP
import OAuth
import Profiles
import SCIM
import World

/// Sends SCIM requests with the credential; on a 401 it refreshes and sends once more.
///
/// What a function that waits has in its frame is held for each request under way, and the optimizer
/// would put those of all that it calls into one: hence an object, and functions that are not inlined.
package final class AuthorizedSender: Sendable {
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
    guard case .session(let session) = credential else {
      return await send(
        request,
        authorization: pasted,
        intent(of: request, subject, cause, attempt, repetition, deviation)
      )
    }
    return try await send(
      request,
      about: subject,
      by: session,
      cause,
      attempt,
      repetition,
      deviation
    )
  }

  /// The exchange that counts, with the session's tokens.
  @inline(never)
  private func send(
    _ request: SCIMRequest,
    about subject: String?,
    by session: TokenSession,
    _ cause: Cause,
    _ attempt: Int,
    _ repetition: Intent.Repetition?,
    _ deviation: Intent.Deviation?
  ) async throws(TokenSessionError) -> Exchange {
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
    if first.status != 401 { return first }
    // An altered token that is rejected says nothing about the session's own.
    let ending: TokenRecord.Ending = presented.isAltered ? .replaced : .rejected
    guard let fresh = try await session.replace(token, because: ending, for: cause) else {
      return first
    }
    return await sendAgain(request, about: subject, fresh, cause, attempt: attempt + 1, deviation)
  }

  @inline(never)
  private func sendAgain(
    _ request: SCIMRequest,
    about subject: String?,
    _ fresh: AccessToken,
    _ cause: Cause,
    attempt: Int,
    _ deviation: Intent.Deviation?
  ) async -> Exchange {
    await lookAtRefused(before: request, about: subject, fresh, cause)
    return await send(
      request,
      about: subject,
      fresh,
      cause,
      attempt: attempt,
      repetition: .rejection,
      deviation: deviation
    )
  }

  /// Reads what a write was refused for the token before it is written again with another, if that
  /// one is alive.
  @inline(never)
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
    guard case .session(let session) = credential else {
      return await send(
        request,
        authorization: pasted,
        intent(of: request, subject, cause, attempt, repetition, deviation)
      )
    }
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

  /// Sends with just this token, whatever its state: for a look at how the app treats it.
  @inline(never)
  package func send(
    _ request: SCIMRequest,
    about subject: String?,
    _ token: AccessToken,
    _ cause: Cause,
    attempt: Int = 1,
    repetition: Intent.Repetition? = nil,
    deviation: Intent.Deviation? = nil
  ) async -> Exchange {
    let deviation = token.isAltered ? .alteredToken : deviation
    var intent = intent(of: request, subject, cause, attempt, repetition, deviation)
    intent.grant = token.grant
    intent.token = token.value.alias
    return await send(request, authorization: "Bearer \(token.value.exposed())", intent)
  }

  /// Sends without any credential: for a look at how the app treats it.
  func sendWithoutToken(_ request: SCIMRequest, _ cause: Cause) async -> Exchange {
    await send(
      request,
      authorization: nil,
      intent(of: request, nil, cause, 1, nil, .noToken)
    )
  }

  /// Sends with this as the whole value of the field for credentials, which is none.
  func send(
    _ request: SCIMRequest,
    presenting authorization: String,
    _ cause: Cause,
    _ deviation: Intent.Deviation?
  ) async -> Exchange {
    await send(
      request,
      authorization: authorization,
      intent(of: request, nil, cause, 1, nil, deviation)
    )
  }

  /// What an admin has pasted; nil for nothing, and where the session's tokens are shown.
  private var pasted: String? {
    if case .fixed(let field) = credential { field.value.exposed() } else { nil }
  }

  /// The field that credentials stand in.
  private var field: String {
    if case .fixed(let field) = credential { field.name } else { Authentication.usualField }
  }

  private func intent(
    of request: SCIMRequest,
    _ subject: String?,
    _ cause: Cause,
    _ attempt: Int,
    _ repetition: Intent.Repetition?,
    _ deviation: Intent.Deviation?
  ) -> Intent {
    var intent = Intent(
      request.act,
      cause: cause,
      resource: request.resource,
      subject: subject,
      id: request.id,
      query: request.query,
      attempt: attempt,
      repetition: repetition,
      deviation: deviation
    )
    intent.resourceTypeName = request.resourceTypeName
    return intent
  }

  @inline(never)
  private func send(
    _ request: SCIMRequest,
    authorization: String?,
    _ intent: Intent
  ) async -> Exchange {
    let exchange = await transport.send(
      headers.httpRequest(request, authorization: authorization, in: field),
      due: nil,
      intent: intent
    )
    refusedWrites?.note(request, status: exchange.status)
    return exchange
  }
}
