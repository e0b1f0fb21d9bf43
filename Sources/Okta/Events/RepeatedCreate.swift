import HTTP
import Profiles
import SCIM

extension RepeatedCreate: OktaSteps {
  /// One POST of a person whom the app has, which Okta would look up first; whatever the app answers
  /// is for the judge, and changes nothing of what Okta knows.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    guard okta.isOn(.createUsers) else { return }
    let (known, id) = try okta.linked(person)
    var changed = known
    changed.apply(changes)
    let user = changed
    let step = "Error while creating user \(user["displayName"] ?? user.name) again"
    try await okta.probe(okta.createRequest(for: user), about: person, .repeatedCreate, cause) {
      StepFailure(person: user, step: step, exchange: $0, reason: $1)
    } note: { exchange in
      leaveTrace(of: user, beside: known, id, exchange, okta.traces)
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
