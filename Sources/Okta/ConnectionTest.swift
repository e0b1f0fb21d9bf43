import HTTP
import SCIM

extension Provisioner {
  /// "Test API Credentials", and each Save on the "To App" page: one GET for two users.
  ///
  /// Captured from a real org (lab capture, 2026-10); Okta, SCIM 1.1 reference and SCIM guide.
  func testCredentials(_ context: ExchangeContext) async throws(StepFailure) {
    let exchange = try await step(
      "Error authenticating",
      of: nil,
      .list(.users, startIndex: 1, count: 2),
      context
    )
    try readList(exchange, step: "Error authenticating")
  }

  /// Save on the integration page: the same GET, and one for groups where they are imported.
  ///
  /// Okta, SCIM 1.1 reference; that the second depends on Import Groups is inferred from a capture
  /// without it.
  func saveConnection(_ context: ExchangeContext) async throws(StepFailure) {
    try await testCredentials(context)
    guard isOn(.importGroups) else { return }
    let exchange = try await step(
      "Error authenticating",
      of: nil,
      .list(.groups, startIndex: 1, count: 100),
      context
    )
    try readList(exchange, step: "Error authenticating")
  }

  private func readList(_ exchange: Exchange, step: String) throws(StepFailure) {
    do throws(ResourceError) {
      _ = try ListResponse.read(exchange.response?.body ?? [])
    } catch {
      throw StepFailure(step: step, exchange: exchange.number, cause: .unusable("\(error)"))
    }
  }
}
