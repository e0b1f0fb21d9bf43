import Foundation
import Testing

@Suite struct PlanCommandTests {
  /// In a plan all of an event's expectations stand on one line.
  @Test func `a shipped scenario is judged the same by way of its plan`() async throws {
    try await withTemporaryFolder { folder in
      let ending = try await Program.shell(
        """
        cd \(Program.root.path)
        for scenario in $(oktasim run Profiles/sample-app --list | cut -d ' ' -f 1); do
          oktasim plan Profiles/sample-app $scenario |
            oktasim run Profiles/sample-app --clock virtual --no-record --plan - \\
              --set scim.entitlements=true --set scim.importUserSchema=true || exit 1
        done
        """,
        folder: folder
      )
      #expect(ending.status == 0, "\(ending.output.suffix(2000))")
      let passed = ending.lines.filter { $0.hasPrefix("1 scenario: 1 passed") }
      #expect(passed.count > 10)
    }
  }
}
