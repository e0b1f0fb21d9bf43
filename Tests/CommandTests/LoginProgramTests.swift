import Foundation
import Testing

/// The shipped profile in which a program signs in, with that program.
@Suite(.enabled(if: Python.path != nil, "the profile's program needs python3"))
struct LoginProgramTests {
  @Test func `the Auth0-backed profile's program signs in, and the link is refreshed`() async throws
  {
    let profile = Program.root.appending(path: "Profiles/auth0-backed").path
    try await withTemporaryFolder { folder in
      let ending = try await Program.run(
        ["run", profile, "token-expiry", "--no-record"],
        environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""],
        folder: folder
      )
      #expect(ending.status == 0, "\(ending.output)")
      #expect(ending.lines.contains { $0.hasPrefix("1 scenario: 1 passed") }, "\(ending.output)")
      // No page of the app was opened by the run itself.
      #expect(!ending.output.contains("/oauth/login"))
      #expect(ending.output.contains("refresh_token#2"))
    }
  }

  @Test func `the program's last words are shown where it cannot sign in`() async throws {
    let profile = Program.root.appending(path: "Profiles/auth0-backed").path
    try await withTemporaryFolder { folder in
      let ending = try await Program.run(
        ["run", profile, "token-expiry", "--no-record"],
        environment: [
          "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
          "SAMPLE_ADMIN_PASSWORD": "wrong",
        ],
        folder: folder
      )
      #expect(ending.status == 3, "\(ending.output)")
      #expect(ending.output.contains("running login.command './login.py'"), "\(ending.output)")
      #expect(ending.output.contains("the app goes on asking"), "\(ending.output)")
    }
  }
}

private enum Python {
  /// Where Python 3 is; nil where it is nowhere.
  static let path: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":").map { "\($0)/python3" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}
