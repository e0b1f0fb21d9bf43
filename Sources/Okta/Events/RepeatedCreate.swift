import HTTP
import OAuth
import Profiles
import SCIM

extension RepeatedCreate: OktaSteps {
  /// One POST of a person whom the app has, which Okta would look up first; whatever the app answers
  /// is for the judge, and changes nothing of what Okta knows.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.createUsers) else { return }
    let (known, id) = try await okta.linked(person)
    var user = known
    user.apply(changes)
    var cause = cause
    cause.occasion = .probe
    let stepName = "Error while creating user \(user["displayName"] ?? user.name) again"
    let exchange: Exchange
    do throws(TokenSessionError) {
      exchange = try await okta.sender.send(
        okta.createRequest(for: user),
        about: person,
        cause,
        deviation: .repeatedCreate
      )
    } catch {
      throw StepFailure(
        person: user,
        step: stepName,
        exchange: error.exchange,
        reason: .token(error)
      )
    }
    leaveTrace(of: user, beside: known, id, exchange, okta.traces)
    if case .failure(let failure) = exchange.result {
      throw StepFailure(
        person: user,
        step: stepName,
        exchange: exchange.number,
        reason: .transport(failure)
      )
    }
  }

  /// A second user that the app has, or may have, made.
  private func leaveTrace(
    of user: OktaUser,
    beside known: OktaUser,
    _ id: String,
    _ exchange: Exchange,
    _ traces: Traces
  ) {
    let mayBeMade = exchange.response?.isSuccess ?? true
    let object = try? ResourceError.object(in: exchange.document)
    let other = object?.resourceID
    // Under the same login and without an id it could not be told from the first.
    guard mayBeMade, other != id, other != nil || user["login"] != known["login"] else { return }
    traces.add(Traces.Trace(user: user, id: other, isTaken: true))
  }
}
