import Foundation
import HTTP
import JSON
import Loop
import World

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes a scenario's recording: as it grows to `NAME.har.part`, an entry a line, and at the end
/// to `NAME.har`. A run that is killed leaves the part.
package actor RecordingWriter {
  package struct Page: Sendable {
    package var event: Int?
    package var title: String
    /// Time since the start of the run.
    package var started: Duration

    package init(event: Int?, title: String, started: Duration) {
      self.event = event
      self.title = title
      self.started = started
    }
  }

  /// Where the finished recording goes; another name where another run is writing there.
  package private(set) var path: String
  /// Where it was to go, if that is another place.
  package private(set) var wanted: String?
  private let loop: EventLoop
  private let redaction: Redaction
  private let runStart: Int64
  private let version: String
  private let events: [String]
  private var entries: [Entry] = []
  private var part: Part?
  /// Lines that the part does not have yet.
  private var unwritten: [UInt8] = []
  /// The first thing that went wrong on the disk; what is recorded in memory goes on.
  package private(set) var failure: StateFile.Failure?

  /// - Parameters:
  ///   - path: Of the finished recording: `Recordings/acme-chat/token-expiry.har`.
  ///   - events: The lifecycle events in the words of the scenario.
  ///   - runStart: Milliseconds since 1970 at the start of the run.
  package init(
    path: String,
    events: [String],
    aliases: SecretAliases,
    runStart: Int64,
    version: String,
    loop: EventLoop
  ) {
    self.path = path
    self.events = events
    self.loop = loop
    self.redaction = Redaction(aliases: aliases)
    self.runStart = runStart
    self.version = version
  }

  private struct Entry {
    var exchange: Exchange
    /// Without white space, as the part has it; empty where they are too many to hold.
    var bytes: [UInt8]
    /// How many secrets the app had given when it was written.
    var received: Int
  }

  /// An open part, which nobody else writes.
  private struct Part {
    var descriptor: Int32
    /// Of the finished recording.
    var path: String
  }

  private static func partPath(_ path: String) -> String { path + ".part" }

  /// Records each exchange of the stream as it comes, until it ends.
  ///
  /// - Parameter log: Where they come from, which may keep less of them than came.
  package func follow(_ exchanges: AsyncStream<Exchange>, of log: ExchangeLog? = nil) async {
    for await exchange in exchanges {
      redaction.learn(from: exchange)
      var entry = write(log?[exchange.number] ?? exchange, .outlined)
      unwritten += entry.bytes
      // Written anew at the end: held twice it would be most of what the run holds.
      if entry.bytes.count > RecordingWriter.heldBytes { entry.bytes = [] }
      entries.append(entry)
      unwritten.append(0x0A)
      if unwritten.count >= pieceBytes { await appendToPart() }
    }
    await appendToPart()
  }

  private static let heldBytes = 256 << 10

  private nonisolated func write(_ exchange: Exchange, _ extent: HAREntry.Extent) -> Entry {
    var json = JSONWriter(capacity: 8192)
    HAREntry(
      exchange: exchange,
      redaction: redaction,
      runStart: runStart,
      events: events,
      extent: extent
    ).write(to: &json)
    return Entry(exchange: exchange, bytes: json.bytes, received: redaction.received)
  }

  /// An entry with all that was learned, and whole: an app may have shown a token before it gave it.
  private nonisolated func finalBytes(of entry: Entry, _ received: Int) -> [UInt8] {
    entry.received == received && !entry.bytes.isEmpty && !HAREntry.hasOutline(entry.exchange)
      ? entry.bytes : write(entry.exchange, .whole).bytes
  }

  /// How much is gathered for the part: nothing where a run takes its time.
  ///
  /// On the virtual clock thousands of exchanges take a second, and a write for each of them costs
  /// a tenth of the recording; a run that is killed lacks the last few.
  private var pieceBytes: Int { loop.clockKind == .virtual ? 1 << 14 : 0 }

  /// Writes the finished recording and removes the part; where nothing was sent, nothing is written.
  ///
  /// - Returns: Whether it is written; where it could not be, the part stays.
  package func finish(pages: [Page]) async -> Bool {
    if entries.isEmpty { return false }
    let frame = frame(pages)
    let entries = self.entries
    let received = redaction.received
    let path = self.path
    let part = self.part
    self.part = nil
    do {
      try await loop.offload {
        // The part is locked until its name is free again.
        defer { if let part { close(part.descriptor) } }
        try StateFile.writeNow(path: path, followsLinks: false) { write in
          let bytes = entries.lazy.map { self.finalBytes(of: $0, received) }
          try RecordingWriter.lay(out: bytes, in: frame, write)
        }
        if part != nil { unlink(RecordingWriter.partPath(path)) }
      }
      return true
    } catch {
      let isPartWhole = failure == nil && !entries.isEmpty
      note(error)
      if isPartWhole, let reason = failure?.reason {
        failure = StateFile.Failure(
          path: path,
          reason: reason + "; what was recorded stays in \(RecordingWriter.partPath(path))"
        )
      }
      return false
    }
  }

  private func appendToPart() async {
    let lines = unwritten
    unwritten = []
    guard failure == nil, !lines.isEmpty else { return }
    let path = self.path
    let known = part
    let append = { @Sendable in
      let part = try known ?? RecordingWriter.open(path)
      try StateFile.writeAll(lines, to: part.descriptor, path: RecordingWriter.partPath(part.path))
      return part
    }
    do {
      // Virtual time stands still either way, and going to another thread and back takes longer
      // than the writing.
      let part = loop.clockKind == .virtual ? try append() : try await loop.offload(append)
      self.part = part
      if part.path != path {
        wanted = path
        self.path = part.path
      }
    } catch {
      note(error)
    }
  }

  /// Opens the part, or one of another name where another run writes to that.
  private static func open(_ path: String) throws -> Part {
    try StateFile.makeFolder(StateFile.folder(of: path))
    let stem = path.hasSuffix(".har") ? path.dropLast(4) : path[...]
    for number in 1...99 {
      let name = number == 1 ? path : "\(stem)-\(number).har"
      if let descriptor = try openLocked(partPath(name)) {
        return Part(descriptor: descriptor, path: name)
      }
    }
    throw StateFile.Failure(path: path, reason: "99 other runs are writing there")
  }

  /// nil where another run has the file.
  private static func openLocked(_ path: String) throws -> Int32? {
    // The name may be guessed: what lies there may be a link to anything.
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    while true {
      #if canImport(Glibc)
      let descriptor = Glibc.open(path, flags, 0o600)
      #else
      let descriptor = Darwin.open(path, flags, 0o600)
      #endif
      guard descriptor >= 0 else { throw failure(path) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let isTaken = errno == EWOULDBLOCK
        let failure = failure(path)
        close(descriptor)
        if isTaken { return nil }
        throw failure
      }
      // The run that had it may have finished, and its part be gone, before the lock was had.
      var (opened, named) = (stat(), stat())
      if fstat(descriptor, &opened) == 0, lstat(path, &named) == 0, opened.st_ino == named.st_ino {
        guard ftruncate(descriptor, 0) == 0 else {
          let failure = failure(path)
          close(descriptor)
          throw failure
        }
        return descriptor
      }
      close(descriptor)
    }
  }

  private static func failure(_ path: String) -> StateFile.Failure {
    let reason =
      errno == ELOOP
      ? "it is a link, which is not followed" : SystemError(code: errno, call: "open").words
    return StateFile.Failure(path: path, reason: reason)
  }

  private func note(_ error: any Error) {
    guard failure == nil else { return }
    failure = error as? StateFile.Failure ?? StateFile.Failure(path: path, reason: "\(error)")
  }

  /// Writes the recording for people.
  private static func lay(
    out entries: some Sequence<[UInt8]>,
    in frame: (head: [UInt8], tail: [UInt8]),
    _ write: ([UInt8]) throws -> Void
  ) throws {
    var layout = JSONLayout()
    layout.add(frame.head)
    for (index, entry) in entries.enumerated() {
      if index > 0 { layout.add([UInt8(ascii: ",")]) }
      layout.add(entry)
      if layout.count >= 1 << 18 { try write(layout.take()) }
    }
    layout.add(frame.tail)
    try write(layout.finish())
  }

  /// What stands before and behind the entries, without white space.
  private func frame(_ pages: [Page]) -> (head: [UInt8], tail: [UInt8]) {
    var json = JSONWriter()
    json.object { document in
      document.key("log")
      document.object { log in
        log.member("version", "1.2")
        log.key("creator")
        log.object { creator in
          creator.member("name", "oktasim")
          creator.member("version", version)
        }
        log.key("pages")
        log.array { array in
          for page in pages { write(page, to: &array) }
        }
        log.key("entries")
        log.array { _ in }
      }
    }
    let tail = Array("]}}".utf8)
    return (head: json.bytes.dropLast(tail.count), tail: tail)
  }

  private func write(_ page: Page, to json: inout JSONWriter) {
    json.object { object in
      object.member(
        "startedDateTime",
        Timestamp.text(runStart + page.started.nanoseconds / 1_000_000)
      )
      object.member("id", HAREntry.page(of: page.event))
      object.member("title", page.title)
      object.key("pageTimings")
      object.object { _ in }
    }
  }
}
