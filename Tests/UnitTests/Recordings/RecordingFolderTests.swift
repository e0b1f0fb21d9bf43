import Foundation
import Recordings
import Testing

@Suite struct RecordingFolderTests {
  @Test func `two profiles of one name have a folder each, the same in each run`() throws {
    let root = NSTemporaryDirectory() + "oktasim-folders-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let files = [
      "/a/Profiles/acme/profile.json", "/b/Profiles/acme/profile.json",
      "/a/Profiles/acme/staging.json", "/c/acme/profile.json",
    ]
    for _ in 0..<2 {
      #expect(
        files.map { RecordingFolder.choose(below: root, forProfile: $0).dropFirst(root.count + 1) }
          == ["acme", "acme-2", "acme-staging", "acme-3"]
      )
    }
  }

  @Test func `where nothing can be written the name is the folder's`() {
    #expect(
      RecordingFolder.choose(below: "/dev/null", forProfile: "/a/acme/profile.json")
        == "/dev/null/acme"
    )
  }
}
