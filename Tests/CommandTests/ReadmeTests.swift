import Foundation
import Testing

@testable import oktasim

/// What README.md shows is what the program does.
@Suite struct ReadmeTests {
  /// What stands between two fences.
  struct Block {
    /// Of its first line, from 1.
    var line: Int
    /// What stands behind the opening fence.
    var language: String
    var lines: [String]
  }

  private static func read() throws -> String {
    try String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8)
  }

  private static func blocks() throws -> [Block] {
    var blocks: [Block] = []
    var open: Block?
    for (index, line) in try read().split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      if line.hasPrefix("```") {
        if let block = open {
          blocks.append(block)
          open = nil
        } else {
          open = Block(line: index + 2, language: String(line.dropFirst(3)), lines: [])
        }
      } else {
        open?.lines.append(String(line))
      }
    }
    return blocks
  }

  @Test func `the commands print what README shows below them`() async throws {
    let blocks = try Self.blocks().filter { $0.lines.first?.hasPrefix("$ ") == true }
    #expect(blocks.count > 2)
    try await withTemporaryFolder { folder in
      // Recordings go below the current folder, which is not the repository.
      try FileManager.default.createSymbolicLink(
        at: folder.appending(path: "Profiles"),
        withDestinationURL: Program.root.appending(path: "Profiles")
      )
      for block in blocks { try await Self.replay(block, in: folder) }
    }
  }

  private static func replay(_ block: Block, in folder: URL) async throws {
    var lines = block.lines[...]
    var status: Int32?
    while let command = lines.popFirst() {
      let line = block.line + block.lines.count - lines.count - 1
      let expected = Array(lines.prefix { !$0.hasPrefix("$ ") })
      lines = lines.dropFirst(expected.count)
      let actual: [String]
      if command == "$ echo $?" {
        actual = [String(try #require(status, "README.md:\(line)"))]
      } else {
        let step = try Transcript.step(String(command.dropFirst(2)), line: line)
        let ending = try await Program.run(
          step.arguments,
          environment: step.environment,
          folder: folder
        )
        status = ending.status
        actual = ending.lines
        // Where README does not show how it ends, it ends well.
        if lines.first != "$ echo $?" { #expect(ending.status == 0, "README.md:\(line)") }
      }
      if let difference = Transcript.difference(expected, actual) {
        Issue.record("README.md:\(line): \(command)\n\(difference)")
      }
    }
  }

  @Test func `what README builds and tests with is what the checks run`() throws {
    let commands = try Self.blocks().flatMap(\.lines).filter { $0.hasPrefix("swift ") }
    #expect(commands == ["swift run -c release oktasim run Profiles/sample-app", "swift test"])
    let script = Program.root.appending(path: ".ci/run")
    guard let text = try? String(contentsOf: script, encoding: .utf8) else { return }
    for command in commands { #expect(text.contains(command), ".ci/run does not run '\(command)'") }
  }

  /// What is to be copied is read as the program would.
  @Test(arguments: ["workflow.yml", "compose.yaml"])
  func `the commands of the examples can be read`(name: String) throws {
    let file = Program.root.appending(path: ".ci/examples/\(name)")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    func indentation(_ line: Substring) -> Int { line.prefix { $0 == " " }.count }
    let place = try #require(
      lines.firstIndex { $0.hasSuffix(" run: >") || $0.hasSuffix(" command: >") }
    )
    let folded = lines[(place + 1)...].prefix { indentation($0) > indentation(lines[place]) }
    var words = Transcript.words(of: folded.joined(separator: " "))
    if words.first == "oktasim" { words.removeFirst() }
    #expect(words.removeFirst() == "run")
    let arguments = try ArgumentReader.read(
      words,
      options: RunArguments.options,
      operands: RunArguments.operands
    )
    #expect(try RunArguments(arguments).profile == "Profiles/acme-chat")
  }

  @Test func `the profile and the scenario of README have no mistake`() async throws {
    let blocks = try Self.blocks()
    let profile = try #require(blocks.first { $0.language == "json" })
    let scenario = try #require(
      blocks.first { $0.lines.contains { $0.hasPrefix("Scenario:") } }
    )
    try await withTemporaryFolder { folder in
      let acme = folder.appending(path: "Profiles/acme-chat")
      try FileManager.default.createDirectory(at: acme, withIntermediateDirectories: true)
      for (block, name) in [(profile, "profile.json"), (scenario, "leaver.scenario")] {
        let text = block.lines.map { $0 + "\n" }.joined()
        try Data(text.utf8).write(to: acme.appending(path: name))
      }
      let ending = try await Program.run(["check", "Profiles/acme-chat"], folder: folder)
      #expect(
        ending.output == """
          Profiles/acme-chat: 1 profile, 1 scenario, no mistakes
          not set, and needed to run: ACME_CLIENT_SECRET, ACME_ADMIN_PASSWORD

          """
      )
    }
  }

  @Test func `commands within README's text can be read`() throws {
    let text = try Self.blocks().reduce(into: try Self.read()) { text, block in
      text = text.replacing(block.lines.joined(separator: "\n"), with: "")
    }
    let lines = try Self.blocks().filter { $0.language == "sh" }.flatMap(\.lines)
    let commands = (text.split(separator: "`").map(String.init) + lines)
      .filter { $0.hasPrefix("oktasim ") }
    #expect(lines.contains { $0.hasPrefix("oktasim ") })
    #expect(!commands.isEmpty)
    for text in commands {
      // What a shell takes away.
      let words = Transcript.words(of: text).prefix { $0 != ">" }
      let command = try #require(Command.all.first { $0.name == words[1] }, "\(text)")
      // A command's name alone means the command, not the line.
      if words.count == 2 { continue }
      if case .table(let operands, let options, _) = command.work {
        #expect(throws: Never.self, "\(text)") {
          try ArgumentReader.read(Array(words.dropFirst(2)), options: options, operands: operands)
        }
      } else if case .later = command.work {
        Issue.record("README names '\(text)', which is not supported yet")
      }
    }
  }
}
