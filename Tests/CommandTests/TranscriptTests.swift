import Foundation
import Testing

/// What the program prints, word for word, and how it exits.
@Suite struct TranscriptTests {
  private static let folder = Program.root.appending(path: "Tests/CommandTests/Transcripts")

  private static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.sorted()
  }

  @Test func `there are transcripts`() {
    #expect(Self.names.count > 5)
  }

  @Test(arguments: names)
  func `the program answers as the transcript says`(name: String) async throws {
    let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    let transcript = try Transcript(text)
    try await withTemporaryFolder { folder in
      if transcript.needsCertificates { try await PrivateAuthority.make(in: folder) }
      var app: AppOfTranscript?
      for (index, step) in transcript.steps.enumerated() {
        if index == 0 || step.app != app?.words {
          app = try await step.app.asyncMap { try await AppOfTranscript($0, folder: folder) }
          try Self.prepare(folder, for: transcript, app)
        }
        let lines = try await step.lines(app, in: folder)
        if let difference = Transcript.difference(step.expected(app), lines) {
          Issue.record("\(name):\(step.line): \(step.text)\n\(difference)")
        }
        try Recorded.check(folder, hiding: step.environment, "\(name):\(step.line)")
      }
    }
  }

  private static func prepare(
    _ folder: URL,
    for transcript: Transcript,
    _ app: AppOfTranscript?
  ) throws {
    for (path, text) in transcript.files {
      let file = folder.appending(path: path)
      try makeFolder(of: file)
      try Data(app.fill(text).utf8).write(to: file)
    }
    for (path, target) in transcript.links {
      let link = folder.appending(path: path)
      try makeFolder(of: link)
      try? FileManager.default.removeItem(at: link)
      try FileManager.default.createSymbolicLink(
        atPath: link.path,
        withDestinationPath: target
      )
    }
    if transcript.files.contains(where: { $0.path.hasPrefix("Profiles/") }) { return }
    let profiles = folder.appending(path: "Profiles")
    if FileManager.default.fileExists(atPath: profiles.path) { return }
    try FileManager.default.createSymbolicLink(
      at: profiles,
      withDestinationURL: Program.root.appending(path: "Profiles")
    )
  }

  private static func makeFolder(of file: URL) throws {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
  }

  // MARK: The comparison itself

  @Test(arguments: [
    (["a", "b"], ["a", "b"], true),
    (["a", "b"], ["a"], false),
    (["a…c"], ["a long c"], true),
    (["a…c"], ["a long d"], false),
    (["…"], [""], true),
    (["a", "[...]", "z"], ["a", "z"], true),
    (["a", "[...]", "z"], ["a", "b", "c", "z"], true),
    (["a", "[...]", "z"], ["a", "b", "c"], false),
  ])
  func `wildcards stand for text and for lines`(
    expected: [String],
    actual: [String],
    isMatch: Bool
  ) {
    #expect((Transcript.difference(expected, actual) == nil) == isMatch)
  }

  @Test func `a difference shows both sides`() {
    #expect(
      Transcript.difference(["same", "old", "end…"], ["same", "new", "ending"])
        == "  same\n- old\n+ new\n  ending"
    )
  }
}

extension Transcript.Step {
  /// What the program prints, and how it exits.
  func lines(_ app: AppOfTranscript?, in folder: URL) async throws -> [String] {
    let ending = try await Program.run(
      arguments.map(app.fill),
      environment: environment,
      folder: folder,
      input: input.map { folder.appending(path: $0) }
    )
    return ending.lines + ["exit \(ending.status)"]
  }

  func expected(_ app: AppOfTranscript?) -> [String] {
    output.map(app.fill) + ["exit \(status)"]
  }
}

extension Optional where Wrapped == String {
  fileprivate func asyncMap<T>(_ body: (String) async throws -> T) async rethrows -> T? {
    guard let self else { return nil }
    return try await body(self)
  }
}
