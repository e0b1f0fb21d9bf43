import HTTP
import OAuth
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
    let user = okta.people.make(SpecTest.person)
    let made = okta.specTest.request(
      request,
      for: user,
      called: okta.mapper.value(of: "userName", for: user),
      space: okta.profile.switches[.filterSpace],
      okta.version
    )
    // The request that should have brought the id is told of.
    guard let made else { return }
    var cause = cause
    cause.occasion = .probe
    let step = "Error in request \(number) of Okta's SPEC test"
    let exchange = try await send(made, step, by: okta, about: user, cause)
    okta.specTest.note(
      exchange.response?.isSuccess == true ? exchange.document.object ?? [:] : nil,
      to: request
    )
    if made.act == .create, made.resource == .user { leaveTrace(of: user, exchange, okta.traces) }
    if case .failure(let failure) = exchange.result {
      throw StepFailure(step: step, exchange: exchange.number, reason: .transport(failure))
    }
  }

  /// Each endpoint of roles or entitlements, one after the other.
  private func listEntitlements(by okta: Provisioner, _ cause: Cause) async throws {
    guard let catalogue = await okta.directory.catalogue else {
      throw NotMade("no endpoint was discovered: 'save connection' comes first", .pointless)
    }
    let step = "Error in Okta's test of entitlements"
    var cause = cause
    cause.occasion = .probe
    for type in catalogue.types {
      let made = SpecTest.request(of: type)
      let exchange: Exchange
      do throws(TokenSessionError) {
        exchange = try await okta.sender.send(
          made,
          about: nil,
          cause,
          deviation: request.deviation
        )
      } catch {
        throw StepFailure(step: step, exchange: error.exchange, reason: .token(error))
      }
      if case .failure(let failure) = exchange.result {
        throw StepFailure(step: step, exchange: exchange.number, reason: .transport(failure))
      }
    }
  }

  private func send(
    _ made: SCIMRequest,
    _ step: String,
    by okta: Provisioner,
    about user: OktaUser,
    _ cause: Cause
  ) async throws(StepFailure) -> Exchange {
    let deviation = request.deviation
    if request == .findWithBadToken {
      return await okta.sender.send(made, presenting: SpecTest.badToken, cause, deviation)
    }
    let isAboutUser =
      switch request {
      case .findNewUser, .create, .readCreated, .createAgain, .findInCapitals: true
      case .readConfiguration, .writeConfiguration, .listResourceTypes, .writeResourceTypes,
        .listSchemas, .writeSchemas, .listUsers, .readFirstUser, .findNobody, .readNobody,
        .listGroups, .findWithBadToken, .readMissingID, .listEntitlements:
        false
      }
    do throws(TokenSessionError) {
      return try await okta.sender.send(
        made,
        about: isAboutUser ? user.name : nil,
        cause,
        deviation: deviation
      )
    } catch {
      throw StepFailure(step: step, exchange: error.exchange, reason: .token(error))
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
