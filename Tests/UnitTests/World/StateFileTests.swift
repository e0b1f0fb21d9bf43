import Foundation
import Loop
import TestSupport
import Testing
import World

@Suite struct StateFileTests {
  /// A folder of its own for one test, removed after it.
  private final class Folder {
    let path: String

    init() throws {
      path = FileManager.default.temporaryDirectory.path + "/oktasim-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func text(_ name: String) throws -> String {
      try String(contentsOfFile: path + "/" + name, encoding: .utf8)
    }

    func mode(_ name: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions] as? Int
    }

    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
  }

  @Test func `a file is written for its owner only, and nothing is left beside it`() throws {
    let folder = try Folder()
    try StateFile.writeNow(Array("one".utf8), path: folder.path + "/state.json")
    #expect(try folder.text("state.json") == "one")
    #expect(try folder.mode("state.json") == 0o600)

    try StateFile.writeNow([], path: folder.path + "/state.json")
    #expect(try folder.text("state.json") == "")
    #expect(try folder.names() == ["state.json"])
  }

  @Test func `a file that grows is for its owner, and keeps or loses what stood there`() throws {
    let folder = try Folder()
    let path = folder.path + "/new/lines"
    let first = try GrowingFile(path: path, from: .empty)
    try first.append(Array("one\n".utf8))
    #expect(try folder.text("new/lines") == "one\n")
    #expect(try folder.mode("new/lines") == 0o600)
    try GrowingFile(path: path, from: .end).append(Array("two\n".utf8))
    #expect(try folder.text("new/lines") == "one\ntwo\n")
    _ = try GrowingFile(path: path, from: .empty)
    #expect(try folder.text("new/lines") == "")
    #expect(throws: StateFile.Failure.self) { try GrowingFile(path: folder.path, from: .end) }
  }

  @Test func `a file that others could read is replaced by one that they cannot`() throws {
    let folder = try Folder()
    let path = folder.path + "/state.json"
    #expect(
      FileManager.default.createFile(
        atPath: path,
        contents: nil,
        attributes: [.posixPermissions: 0o644]
      )
    )
    // What a crashed run of the same process number left is not trusted for its mode.
    let left = path + ".\(ProcessInfo.processInfo.processIdentifier).tmp"
    #expect(
      FileManager.default.createFile(
        atPath: left,
        contents: Data("old".utf8),
        attributes: [.posixPermissions: 0o644]
      )
    )

    try StateFile.writeNow(Array("new".utf8), path: path)
    #expect(try folder.mode("state.json") == 0o600)
    #expect(try folder.names() == ["state.json"])
  }

  @Test func `the folders above it are made`() throws {
    let folder = try Folder()
    try StateFile.writeNow(Array("x".utf8), path: folder.path + "/a/b/state.json")
    #expect(try folder.text("a/b/state.json") == "x")
  }

  @Test func `a large file is written whole`() throws {
    let folder = try Folder()
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
    try StateFile.writeNow(bytes, path: folder.path + "/large")
    #expect(FileManager.default.contents(atPath: folder.path + "/large").map(Array.init) == bytes)
  }

  @Test func `a write that fails leaves the old content and says why`() throws {
    let folder = try Folder()
    // A folder stands where the file should go: nothing can be renamed onto it.
    let path = folder.path + "/taken"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try StateFile.writeNow(Array("kept".utf8), path: path + "/inner")

    let error = #expect(throws: StateFile.Failure.self) {
      try StateFile.writeNow(Array("new".utf8), path: path)
    }

    #expect(error.map { "\($0)" } == "could not write \(path): is a directory")
    #expect(try folder.names() == ["taken"])
    #expect(try folder.text("taken/inner") == "kept")
  }

  @Test func `a folder that cannot be made is named`() throws {
    let folder = try Folder()
    try StateFile.writeNow([], path: folder.path + "/file")
    let error = #expect(throws: StateFile.Failure.self) {
      try StateFile.writeNow([], path: folder.path + "/file/state.json")
    }
    #expect(
      error.map { "\($0)" }
        == "could not write \(folder.path)/file: it is a file, not a folder"
    )
  }

  @Test func `a symbolic link stays, and the file that it names is replaced`() throws {
    let folder = try Folder()
    try StateFile.writeNow(Array("old".utf8), path: folder.path + "/elsewhere/real.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/state.json",
      withDestinationPath: "elsewhere/real.json"
    )

    try StateFile.writeNow(Array("new".utf8), path: folder.path + "/state.json")

    #expect(try folder.text("elsewhere/real.json") == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/state.json")
        == "elsewhere/real.json"
    )
    #expect(try folder.names() == ["elsewhere", "state.json"])
  }

  @Test func `a file is written from a loop without leaving it`() async throws {
    let folder = try Folder()
    let file = StateFile(path: folder.path + "/state.json")
    try await onLoop { loop in
      try await file.write(Array("one".utf8), on: loop)
      #expect(loop.isCurrent)
    }
    #expect(try folder.text("state.json") == "one")
  }
}

@Suite struct StateFileFolderTests {
  // A report called `r` used to end the process.
  @Test(arguments: [
    ("r", ""), ("-", ""), ("a/b", "a"), ("/a", "/"), ("/", "/"), ("a/b/c.har", "a/b"), ("./r", "."),
    ("", ""),
  ])
  func `the folder of a path is what stands before its last slash`(path: String, folder: String) {
    #expect(StateFile.folder(of: path) == folder)
  }
}
