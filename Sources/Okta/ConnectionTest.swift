import HTTP
import SCIM

extension Provisioner {
  /// "Test API Credentials", and each Save on the "To App" page: one GET for two users.
  ///
  /// Assumed of the on-prem agent: the same after it has read what the app can, which an app may not tell.
  func testCredentials(_ cause: Cause) async throws(StepFailure) {
    if habits.readsConfiguration {
      _ = try await step(
        "Error authenticating",
        of: nil,
        .configuration(version),
        accepting: [404, 501],
        patience: .page,
        cause
      )
    }
    try await listForTest(.connectionTest, cause)
  }

  static let connectionTestStep = "Error authenticating"

  /// Sends a request for a list, which the answer has to be.
  ///
  /// The body is read: one that is empty, `null`, an array or a page fails the test of users with these
  /// words, and a list with nobody in it passes (Okta, support article "No results for users
  /// returned").
  func listForTest(_ request: SCIMRequest, _ cause: Cause) async throws(StepFailure) {
    let stepName = Provisioner.connectionTestStep
    let exchange: Exchange
    do throws(StepFailure) {
      exchange = try await step(stepName, of: nil, request, patience: .page, cause)
    } catch {
      throw error.asConnectionTest(log)
    }
    do throws(ResourceError) {
      _ = try ListResponse.read(exchange.document, version)
    } catch {
      throw StepFailure(
        step: stepName,
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
