import HTTP
import OAuth
import SCIM

extension Provisioner {
  /// Sends a request that Okta would not make; whatever the app answers is for the judge, and changes
  /// nothing of what Okta knows.
  ///
  /// - Parameters:
  ///   - failure: What ends an event whose request could not be made, or was not answered.
  ///   - note: Told of the exchange before that.
  func probe(
    _ request: SCIMRequest,
    about subject: String?,
    _ deviation: Intent.Deviation?,
    _ cause: Cause,
    _ failure: (_ exchange: Int?, _ reason: StepFailure.Reason) -> StepFailure,
    note: (Exchange) -> Void = { _ in }
  ) async throws(StepFailure) {
    var cause = cause
    cause.occasion = .probe
    let exchange: Exchange
    do throws(TokenSessionError) {
      exchange = try await sender.send(request, about: subject, cause, deviation: deviation)
    } catch {
      throw failure(error.exchange, .token(error))
    }
    note(exchange)
    try exchange.requireAnswer(failure)
  }
}

extension Exchange {
  /// - Parameter failure: What ends an event whose request was not answered.
  func requireAnswer(
    _ failure: (_ exchange: Int?, _ reason: StepFailure.Reason) -> StepFailure
  ) throws(StepFailure) {
    if case .failure(let trouble) = result { throw failure(number, .transport(trouble)) }
  }
}
