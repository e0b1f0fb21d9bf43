import Foundation
import Testing

/// Where the JSON report of a run goes.
@Suite struct ReportFileTests {
  private static let run = "oktasim run Profiles/sample-app lifecycle --clock virtual --no-record"

  @Test func `a report for standard output stands there alone`() async throws {
    try await withTemporaryFolder { folder in
      let root = Program.root.path
      let ending = try await Program.shell("cd \(root); \(Self.run) --json - 2>&-", folder: folder)
      #expect(ending.status == 0)
      let report = try JSONSerialization.jsonObject(with: Data(ending.output.utf8))
      let object = try #require(report as? [String: Any])
      #expect(object["profile"] as? String == "sample-app")
      let words = try await Program.shell(
        "cd \(root); \(Self.run) --json - 2>&1 >/dev/null",
        folder: folder
      )
      #expect(words.lines.last?.hasPrefix("1 scenario: 1 passed") == true)
    }
  }

  /// `head -1` has had enough; a full disk has not.
  @Test(arguments: [("--help >/dev/full", 1), ("--help | head -1", 0), ("--help >&-", 0)])
  func `output that is not whole is no success`(line: String, status: Int32) async throws {
    try await withTemporaryFolder { folder in
      let ending = try await Program.shell("oktasim \(line)", folder: folder)
      #expect(ending.status == status)
      #expect(ending.output.contains("No space left on device") == (status == 1))
    }
  }

  @Test func `a report of lines tells each finding, each end and the run's`() async throws {
    try await withTemporaryFolder { folder in
      let ending = try await Program.shell(
        "cd \(Program.root.path); \(Self.run) --jsonl - --fault put-loses-attribute 2>&-",
        folder: folder
      )
      #expect(ending.status == 4)
      let lines = try ending.lines.map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
      let types = lines.compactMap { $0["type"] as? String }
      #expect(types.first == "run-started" && types.last == "run-ended")
      #expect(types.dropFirst().dropLast(2).allSatisfy { $0 == "finding" })
      #expect(types.dropLast().last == "scenario-ended")
      #expect(lines[0]["scenarios"] as? [String] == ["lifecycle"])
      #expect(lines[1]["id"] as? String == "SCIM.put-lost-attribute")
      #expect(lines[lines.count - 2]["verdict"] as? String == "failed")
      let summary = try #require(lines.last?["summary"] as? [String: Any])
      #expect(summary["failed"] as? Int == 1)
    }
  }

  @Test func `the summary of a step gets what each run of it found`() async throws {
    try await withTemporaryFolder { folder in
      let line = "cd \(Program.root.path); GITHUB_STEP_SUMMARY=\(folder.path)/step.md \(Self.run)"
      #expect(try await Program.shell(line, folder: folder).status == 0)
      let ending = try await Program.shell(line + " --fault put-loses-attribute", folder: folder)
      #expect(ending.status == 4)
      let page = try String(contentsOf: folder.appending(path: "step.md"), encoding: .utf8)
      #expect(page.split(separator: "### oktasim: sample-app\n").count == 2)
      #expect(page.contains("1 scenario: 1 passed in") && page.contains("\n| error | "))
    }
  }

  @Test func `a report that nobody can read is not a success`() async throws {
    try await withTemporaryFolder { folder in
      let ending = try await Program.shell(
        "cd \(Program.root.path); \(Self.run) --json - 2>&1 >/dev/full",
        folder: folder
      )
      #expect(ending.status == 1)
      #expect(
        ending.lines.last
          == "error: could not write to standard output: No space left on device"
      )
    }
  }
}
