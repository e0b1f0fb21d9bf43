import SelfCheck
import Simulation
import Testing

/// What a shipped scenario says that it covers, it finds.
@Suite(.serialized) struct ClaimTests {
  private static let claims = (try? SelfCheck.claims()) ?? []

  @Test func `the shipped scenarios claim something, and only what the catalogue has`() throws {
    #expect(try SelfCheck.claims().count > 10)
    for claim in Self.claims {
      #expect(FailureMode.named(claim.mode) != nil, "\(claim.scenario) claims \(claim.mode)")
    }
  }

  /// A fault of the sample app, or a client more careless than Okta, is found in the scenario as
  /// what it claims.
  @Test(arguments: claims)
  func `a claim is proven`(claim: ScenarioClaim) async throws {
    let proof = try await SelfCheck().proof(of: claim)

    #expect(proof != nil, "\(claim.scenario) claims \(claim.mode), which nothing shows there")
  }
}
