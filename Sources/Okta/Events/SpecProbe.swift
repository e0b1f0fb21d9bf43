import HTTP
import Profiles
import SCIM

extension SpecProbe: OktaSteps {
  /// Whatever the app answers is for the judge, and changes nothing of what Okta knows.
  ///
  /// The pauses of 5 to 10 s between Okta's requests are left out: they assert nothing.
  func perform(by okta: Provisioner, _ cause: Cause) async throws {
    // Okta's file calls it optional.
    if request == .listGroups, !okta.isOn(.pushGroups), !okta.isOn(.importGroups) { return }
    if request == .listEntitlements { return try await listEntitlements(by: okta, cause) }
    // The other version's test has it.
    guard let number = request.number(in: okta.profile.scim.version) else { return }
    let user = okta.people.make(SpecTest.person, changes: SpecTest.names)
    let made = okta.specTest.request(
      request,
      for: user,
      called: okta.mapper.value(of: "userName", for: user),
      space: okta.profile.switches[.filterSpace],
      okta.version
    )
    // The request that should have brought the id is told of.
    guard let made else { return }
    let deviation = request.deviation
    func failure(_ exchange: Int?, _ reason: StepFailure.Reason) -> StepFailure {
      StepFailure(
        step: "Error in request \(number) of Okta's SPEC test",
        exchange: exchange,
        reason: reason
      )
    }
    func note(_ exchange: Exchange) {
      okta.specTest.note(
        exchange.response?.isSuccess == true ? exchange.document.object ?? [:] : nil,
        to: request
      )
      if made.act == .create, made.resource == .user {
        leaveTrace(of: user, exchange, okta.traces)
      }
    }
    if request == .findWithBadToken {
      // An app that asks nobody who it is has nothing to refuse.
      if okta.showsNothing { return }
      var cause = cause
      cause.occasion = .probe
      let exchange = await okta.sender.send(made, presenting: SpecTest.badToken, cause, deviation)
      note(exchange)
      return try exchange.requireAnswer(failure)
    }
    let subject = isAboutUser ? user.name : nil
    try await okta.probe(made, about: subject, deviation, cause, failure, note: note)
  }

  private var isAboutUser: Bool {
    switch request {
    case .findNewUser, .create, .readCreated, .createAgain, .findInCapitals: true
    case .readConfiguration, .writeConfiguration, .listResourceTypes, .writeResourceTypes,
      .listSchemas, .writeSchemas, .listUsers, .readFirstUser, .findNobody, .readNobody,
      .listGroups, .findWithBadToken, .readMissingID, .listEntitlements:
      false
    }
  }

  /// Each endpoint of roles or entitlements, one after the other.
  private func listEntitlements(by okta: Provisioner, _ cause: Cause) async throws {
    guard let catalogue = okta.directory.catalogue else {
      throw NotMade("no endpoint was discovered: 'save connection' comes first", .pointless)
    }
    for type in catalogue.types {
      try await okta.probe(SpecTest.request(of: type), about: nil, request.deviation, cause) {
        StepFailure(step: "Error in Okta's test of entitlements", exchange: $0, reason: $1)
      }
    }
  }

  /// A user that the app has, or may have, made.
  private func leaveTrace(of user: OktaUser, _ exchange: Exchange, _ traces: Traces) {
    guard exchange.response?.isSuccess ?? true else { return }
    let id = exchange.document.object?.resourceID
    traces.add(Traces.Trace(user: user, id: id, isTaken: true))
  }
}

extension SpecRequest {
  /// How its exchanges are marked.
  package var deviation: Intent.Deviation? {
    self == .listEntitlements ? .entitlementTest : .spec(rawValue)
  }
}
