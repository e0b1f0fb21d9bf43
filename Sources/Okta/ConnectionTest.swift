import HTTP
import SCIM

extension Provisioner {
  /// "Test API Credentials", and each Save on the "To App" page: one GET for two users.
  ///
  /// Captured from a real org (lab capture, 2026-10); Okta, SCIM 1.1 reference and SCIM guide.
  func testCredentials(_ cause: Cause) async throws(StepFailure) {
    let exchange = try await step(
      "Error authenticating",
      of: nil,
      .list(.user, startIndex: 1, count: 2),
      cause
    )
    try readList(exchange, step: "Error authenticating")
  }

  /// Save on the integration page: the same GET, and one for groups where they are imported.
  ///
  /// Okta, SCIM 1.1 reference; that the second depends on Import Groups is inferred from a capture
  /// without it.
  func saveConnection(_ cause: Cause) async throws(StepFailure) {
    try await testCredentials(cause)
    guard isOn(.importGroups) else { return }
    let exchange = try await step(
      "Error authenticating",
      of: nil,
      .list(.group, startIndex: 1, count: 100),
      cause
    )
    try readList(exchange, step: "Error authenticating")
  }

  private func readList(_ exchange: Exchange, step: String) throws(StepFailure) {
    do throws(ResourceError) {
      _ = try ListResponse.read(exchange.document)
    } catch {
      throw StepFailure(step: step, exchange: exchange.number, reason: .unusable("\(error)"))
    }
  }
}
