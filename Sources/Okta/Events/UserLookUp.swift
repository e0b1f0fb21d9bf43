import HTTP
import Profiles
import SCIM

extension UserLookUp: OktaSteps {
  /// Whether the app finds the person is for the judge, and changes nothing of what Okta knows.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    let (user, _) = try okta.linked(person)
    try await okta.probe(okta.lookUpRequest(for: user), about: person, nil, cause) {
      StepFailure(person: user, step: user.lookUpStep, exchange: $0, reason: $1)
    }
  }
}
