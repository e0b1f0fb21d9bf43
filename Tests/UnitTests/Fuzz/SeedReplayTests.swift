import Foundation
import TestSupport
import Testing

/// The seeds of the fuzz targets, read as the fuzzer reads them.
@Suite struct SeedReplayTests {
  private static let seeds = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: ".fuzz/seeds")

  private func files(of body: FuzzBody) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: SeedReplayTests.seeds.appending(path: body.rawValue),
      includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }

  @Test(arguments: FuzzBody.allCases)
  func `each seed keeps the reader's promises, and each beginning of it`(body: FuzzBody) throws {
    let files = try files(of: body)
    #expect(files.count >= 4)

    for file in files {
      let seed = Array(try Data(contentsOf: file))
      for count in 0...seed.count {
        do {
          try body.run(Array(seed[..<count]))
        } catch {
          Issue.record("\(file.lastPathComponent), its first \(count) bytes: \(error)")
        }
      }
    }
  }

  @Test func `each folder of seeds has its fuzz target`() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: SeedReplayTests.seeds.path)
    #expect(Set(folders) == Set(FuzzBody.allCases.map(\.rawValue)))
  }
}
