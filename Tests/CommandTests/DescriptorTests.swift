import Foundation
import Testing

/// A machine that lets the program open only so much.
@Suite struct DescriptorTests {
  /// From a limit at which nothing runs to one at which all does: what could not be judged for want
  /// of descriptors is never a success, nor the app's fault, and it is said what is missing.
  @Test func `running out of descriptors says so`() async throws {
    try await withTemporaryFolder { folder in
      let app = try Misbehaviour.sound.start()
      let profile = folder.appending(path: "acme")
      try FileManager.default.createDirectory(at: profile, withIntermediateDirectories: true)
      let text = """
        { "family": "aiw", "scim": { "baseURL": "\(app.baseURL)/scim", "capabilities": [] },
          "authentication": { "mode": "bearer", "token": { "environment": "T" } } }
        """
      try Data(text.utf8).write(to: profile.appending(path: "profile.json"))
      for number in 1...12 {
        try Data("Scenario: one\ntest credentials\n".utf8)
          .write(to: profile.appending(path: "s\(number).scenario"))
      }
      var statuses: Set<Int32> = []
      var mixed = 0
      for limit in 8...60 {
        let ending = try await Program.shell(
          "ulimit -n \(limit); T=a-long-token exec oktasim run acme --no-every-app --no-record",
          folder: folder
        )
        let says = ending.output.lowercased().contains("too many open files")
        #expect(ending.status == (says ? 3 : 0), "\(limit): \(ending.output)")
        statuses.insert(ending.status)
        if says, ending.output.contains(" passed") { mixed += 1 }
      }
      #expect(statuses == [0, 3])
      #expect(mixed > 0)
    }
  }
}
