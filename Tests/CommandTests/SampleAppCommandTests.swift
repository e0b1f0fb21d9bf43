import Foundation
import Testing

/// The command that does not end by itself.
@Suite struct SampleAppCommandTests {
  @Test(arguments: [SIGTERM, SIGINT])
  func `the sample app is announced, and ends when it is interrupted`(
    signal: Int32
  ) async throws {
    try await withTemporaryFolder { folder in
      let program = try RunningProgram(
        ["sample-app", "--port", "0", "--access-token-lifetime", "3s", "--seed", "7"],
        folder: folder
      )
      let ready = try #require(await program.line(with: "READY "))
      let object = try JSONSerialization.jsonObject(with: Data(ready.dropFirst(6).utf8))
      let announced = try #require(object as? [String: Any])
      let base = try #require(announced["base"] as? String)
      #expect(base.hasPrefix("http://127.0.0.1:"))
      #expect(announced["scimBase"] as? String == base + "/scim/v2")
      #expect(announced["lifetime"] as? Int == 3)
      #expect(announced["seed"] as? Int == 7)
      #expect(program.output.contains("access tokens live 3s"))

      program.send(signal)
      #expect(await program.status() == 0)
      #expect(program.endedByItself)
    }
  }
}
