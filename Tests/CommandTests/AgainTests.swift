import Foundation
import Testing

/// The command line that a failure ends with.
@Suite struct AgainTests {
  @Test(arguments: [
    ["token-expiry", "--fault", "refresh-dies-with-access-token"],
    ["--fault", "expired-token-403", "--seed", "77", "--leeway", "3s", "--namespace", "n9"],
    ["--only", "F-27", "--fault", "put-loses-attribute", "--record", "My recordings"],
    [
      "token-expiry", "--set", "embeddedSampleApp.graceWindow=5s", "--fault",
      "expired-token-accepted",
    ],
  ])
  func `it finds the same again`(options: [String]) async throws {
    try await withTemporaryFolder { folder in
      let profile = folder.appending(path: "My profiles/acme")
      try FileManager.default.createDirectory(at: profile, withIntermediateDirectories: true)
      let text = """
        { "profile": "acme", "family": "aiw", "embeddedSampleApp": {},
          "scim": { "capabilities": ["createUsers", "updateUsers", "deactivateUsers"] } }
        """
      try Data(text.utf8).write(to: profile.appending(path: "profile.json"))
      let first = try await Program.run(
        ["run", "My profiles/acme", "--clock", "virtual"] + options,
        folder: folder
      )
      #expect(first.status == 4, "\(first.output)")

      let findings = Self.findings(of: first)
      let finding = try #require(findings.first, "\(first.output)")
      let again = try #require(finding.again)
      #expect(again.contains("--namespace n9") == options.contains("n9"))
      #expect(again.hasPrefix("oktasim run 'My profiles/acme' "))
      let second = try await Program.shell(again, folder: folder)

      #expect(second.status == 4, "\(again)\n\(second.output)")
      #expect(
        Self.findings(of: second).contains { $0.id == finding.id },
        "\(again)\n\(second.output)"
      )
      #expect(finding.recording != nil, "\(first.output)")
    }
  }

  private struct Found: Equatable {
    var id: String?
    var again: String?
    var recording: String?
  }

  private static func findings(of ending: Program.Ending) -> [Found] {
    var findings: [Found] = []
    for line in ending.lines {
      if line.hasPrefix("error: ") { findings.append(Found()) }
      guard let last = findings.indices.last, let mark = line.firstRange(of: "   = ") else {
        continue
      }
      let text = line[mark.upperBound...]
      if text.hasSuffix("]"), let start = text.lastIndex(of: "[") {
        findings[last].id = String(text[start...])
      } else if text.hasPrefix("again: ") {
        findings[last].again = String(text.dropFirst(7))
      } else if text.hasPrefix("exchange"), let of = text.firstRange(of: " of ") {
        findings[last].recording = String(text[of.upperBound...])
      }
    }
    return findings
  }
}
