import HTTP
import Profiles

extension StaleLink: OktaSteps {
  /// Sends nothing: what Okta keeps of the person is changed.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    var ids = okta.random.stream(named: "stale id \(person)")
    let stale = ids.lowercaseAlphanumerics(20)
    await okta.directory.change(person) { known in
      guard known.id != nil else { return }
      known.rightID = known.id
      known.id = stale
    }
  }
}
