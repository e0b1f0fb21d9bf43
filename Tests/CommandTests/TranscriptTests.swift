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
      try Self.prepare(folder, for: transcript)
      for step in transcript.steps {
        let ending = try await Program.run(
          step.arguments,
          environment: step.environment,
          folder: folder,
          input: step.input.map { folder.appending(path: $0) }
        )
        var lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false)
          .map(String.init)
        // What ends in a line end leaves an empty rest.
        if lines.last == "" { lines.removeLast() }
        lines.append("exit \(ending.status)")
        let expected = step.output + ["exit \(step.status)"]
        if let difference = Transcript.difference(expected, lines) {
          Issue.record("\(name):\(step.line): \(step.text)\n\(difference)")
        }
      }
    }
  }

  private static func prepare(_ folder: URL, for transcript: Transcript) throws {
    for (path, text) in transcript.files {
      let file = folder.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(),
        withIntermediateDirectories: true
      )
      try Data(text.utf8).write(to: file)
    }
    if transcript.files.contains(where: { $0.path.hasPrefix("Profiles/") }) { return }
    try FileManager.default.createSymbolicLink(
      at: folder.appending(path: "Profiles"),
      withDestinationURL: Program.root.appending(path: "Profiles")
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
