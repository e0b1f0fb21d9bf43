import Foundation
import Testing

/// What design.md, "One engine, and its rules", forbids: none of it shows in a test of behaviour
/// before it makes a run differ from another.
@Suite struct EngineRulesTests {
  static let forbidden: [(words: String, reason: String)] = [
    (
      #"(?<![\w.])Task\s*(\(priority: *[^)]*\)\s*)?\{"#,
      "leaves the loop: Task(executorPreference:)"
    ),
    (#"Task\.detached"#, "leaves the loop: Task(executorPreference:)"),
    (#"Task\.sleep"#, "leaves the loop and its clock: loop.sleep(until:)"),
    (#"DispatchQueue"#, "leaves the loop: loop.offload"),
    (#"DispatchSemaphore|DispatchGroup"#, "blocks the loop"),
    (#"waitUntilExit"#, "takes 50 ms for a process that has ended"),
    (#"FoundationNetworking|URLSession"#, "crashes and hangs on Linux"),
    (#"import XCTest"#, "belongs in no source"),
    (#"\btry!"#, "ends the program: throw"),
    (#"\bfatalError\("#, "ends the program: precondition or throw"),
  ]

  /// The lines of a source without comments; the text of strings stays.
  private static func code(_ source: String) -> [(number: Int, text: String)] {
    source.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      (number, line) in
      let text = String(line)
      let start = text.range(of: #"(^|\s)//.*$"#, options: .regularExpression)
      return (number + 1, start.map { String(text[..<$0.lowerBound]) } ?? text)
    }
  }

  private static let sources: [URL] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources")
    let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    return (found?.allObjects as? [URL] ?? []).filter { $0.pathExtension == "swift" }
  }()

  @Test func `no source leaves the loop or ends the program`() throws {
    #expect(EngineRulesTests.sources.count > 20)
    var breaches: [String] = []
    for file in EngineRulesTests.sources {
      let lines = EngineRulesTests.code(try String(contentsOf: file, encoding: .utf8))
      for (words, reason) in EngineRulesTests.forbidden {
        for line in lines where line.text.range(of: words, options: .regularExpression) != nil {
          breaches.append("\(file.lastPathComponent):\(line.number): \(line.text): \(reason)")
        }
      }
    }
    #expect(breaches == [])
  }

  @Test(arguments: [
    ("Task { await run() }", true),
    ("let job = Task{ 1 }", true),
    ("Task(priority: .high) { 1 }", true),
    ("Task.detached { 1 }", true),
    ("Task(executorPreference: loop) { 1 }", false),
    ("group.addTask { 1 }", false),
    ("struct TokenTask {", false),
    ("// Task { } leaves the loop", false),
    ("let source = DispatchSource.makeSignalSource(signal: SIGINT)", false),
    ("let value = try! read()", true),
  ])
  func `the rules see what they are for`(line: String, isBreach: Bool) {
    let code = EngineRulesTests.code(line).map(\.text).joined()
    let found = EngineRulesTests.forbidden.contains {
      code.range(of: $0.words, options: .regularExpression) != nil
    }
    #expect(found == isBreach)
  }
}
