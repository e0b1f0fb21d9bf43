import HTTP
import SCIM

extension Provisioner {
  /// "Test API Credentials", and each Save on the "To App" page: one GET for two users.
  func testCredentials(_ cause: Cause) async throws(StepFailure) {
    try await listForTest(.connectionTest, cause)
  }

  /// Sends a request for a list, which the answer has to be.
  func listForTest(_ request: SCIMRequest, _ cause: Cause) async throws(StepFailure) {
    let stepName = "Error authenticating"
    let exchange = try await step(stepName, of: nil, request, patience: .page, cause)
    do throws(ResourceError) {
      _ = try ListResponse.read(exchange.document)
    } catch {
      throw StepFailure(step: stepName, exchange: exchange.number, reason: .unusable("\(error)"))
    }
  }
}

extension SCIMRequest {
  /// Captured from a real org (lab capture, 2026-10); Okta, SCIM 1.1 reference and SCIM guide.
  static let connectionTest = SCIMRequest.list(.user, startIndex: 1, count: 2)
}
