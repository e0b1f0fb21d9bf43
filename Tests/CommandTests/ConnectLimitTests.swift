import Foundation
import Testing

/// How long a connection is waited for, TLS included.
@Suite(.timeLimit(.minutes(3))) struct ConnectLimitTests {
  /// What it is greeted with it takes for a request that has not ended.
  @Test func `okta.connectTimeout ends what never becomes a connection`() async throws {
    try await withTemporaryFolder { folder in
      let app = try Misbehaviour.sound.start()
      try app.writeProfile(in: folder, scenarios: ["hello": "authorize\n"])
      let secured = app.baseURL.replacing("http:", with: "https:")
      let ending = try await Program.run(
        [
          "run", "Profiles/acme", "hello", "--set",
          "authentication.authorizationEndpoint=\(secured)/authorize", "--set",
          "okta.connectTimeout=1s",
        ],
        environment: ["ACME_SECRET": "the-clients-secret", "ACME_PASSWORD": "the-password"],
        folder: folder
      )

      #expect(ending.status == 3)
      #expect(
        ending.output.contains("could not reach \(secured): no connection after 1 s"),
        "\(ending.output)"
      )
    }
  }
}
