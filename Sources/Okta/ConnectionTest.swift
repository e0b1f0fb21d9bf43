import HTTP
import SCIM

extension Provisioner {
  /// What Okta calls the test of a connection.
  static let testStep = "Error authenticating"

  /// "Test API Credentials", and each Save on the "To App" page: one GET for two users.
  ///
  /// The on-prem agent reads what the app supports; assumed of it: then the same.
  func testCredentials(_ cause: Cause) async throws(StepFailure) {
    if habits.readsConfiguration, profile.switches[.onPremConfiguration] == "read" {
      try await readConfiguration(cause)
    }
    try await listForTest(.connectionTest, cause)
  }

  /// Learns what the app supports: the rest is not sent by what follows (Okta help, "SCIM messages":
  /// "Based on the result, the app integration supports appropriate provisioning features").
  ///
  /// What an app without the endpoint comes to is unknown (one that answered 401 there failed,
  /// metabase/metabase#81407): assumed that the test goes on and nothing is left out.
  private func readConfiguration(_ cause: Cause) async throws(StepFailure) {
    let exchange = try await testRequest(.configuration(version), accepting: [404, 501], cause)
    guard exchange.response?.isSuccess == true else { return }
    do throws(ResourceError) {
      let configuration = try ResourceError.object(in: exchange.document)
      features.note(ManagementFeature.named(in: configuration))
    } catch {
      throw StepFailure(
        step: Provisioner.testStep,
        exchange: exchange.number,
        reason: .unusable("\(error)")
      )
    }
  }

  private func testRequest(
    _ request: SCIMRequest,
    accepting accepted: Set<Int> = [],
    _ cause: Cause
  ) async throws(StepFailure) -> Exchange {
    do throws(StepFailure) {
      return try await step(
        Provisioner.testStep,
        of: nil,
        request,
        accepting: accepted,
        patience: .page,
        cause
      )
    } catch {
      throw error.asConnectionTest(log)
    }
  }

  /// Sends a request for a list, which the answer has to be.
  ///
  /// The body is read: one that is empty, `null`, an array or a page fails the test of users with these
  /// words, and a list with nobody in it passes (Okta, support article "No results for users
  /// returned").
  func listForTest(_ request: SCIMRequest, _ cause: Cause) async throws(StepFailure) {
    let exchange = try await testRequest(request, cause)
    do throws(ResourceError) {
      _ = try ListResponse.read(exchange.document, version)
    } catch {
      throw StepFailure(
        step: Provisioner.testStep,
        exchange: exchange.number,
        reason: .unusable(
          request.resource == .user ? "No results for users returned" : "\(error)"
        )
      )
    }
  }
}

extension StepFailure {
  /// With Okta's words where no connection came about (Okta, support article "SCIM connector
  /// configuration error: connect timed out"; of a refused one inferred from that).
  fileprivate func asConnectionTest(_ log: ExchangeLog) -> StepFailure {
    guard case .transport(let trouble) = reason, let exchange else { return self }
    let (origin, words): (Origin, String)
    switch trouble {
    case .connectTimedOut(let asked, _): (origin, words) = (asked, "Connect timed out")
    case .unreachable(let asked, "connection refused"):
      (origin, words) = (asked, "Connection refused")
    default: return self
    }
    let address = log[exchange]?.timings.serverAddress ?? origin.host
    var failure = self
    failure.reason = .unusable(
      "Connect to \(origin.host):\(origin.port) [\(origin.host)/\(address)] failed: \(words)"
    )
    return failure
  }
}

extension SCIMRequest {
  /// Captured from a real org (lab capture, 2026-10); Okta, SCIM 1.1 reference and SCIM guide.
  static let connectionTest = SCIMRequest.list(.user, startIndex: 1, count: 2)
}
