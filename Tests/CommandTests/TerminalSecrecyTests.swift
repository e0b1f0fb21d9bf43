import Foundation
import Synchronization
import Testing

/// What a person sees who runs the program at a terminal with `-v`, and an app that says every secret
/// wherever it can, in several spellings, with control characters beside.
@Suite(.timeLimit(.minutes(3))) struct TerminalSecrecyTests {
  private static let secrets = ["ACME_SECRET": "cl13nt=s+cr/t", "ACME_PASSWORD": "pa55 wo'rd\"é"]

  /// Of those for every app some of each sort.
  ///
  /// What `cut-refresh` leaves unread nobody can know: an app that tells it later tells no secret of the
  /// run's.
  private static let scenarios = [
    "code-bound", "code-five-at-once", "code-used-twice", "lifecycle", "lost-refresh", "no-token",
    "refresh-five-at-once", "refused-refreshes", "repeated-create", "scope-on-refresh", "two-orgs",
  ]

  /// All reports for others at once.
  private static let reports = [
    "--format", "short", "--github", "--json", "report.json", "--junit", "report.xml", "--jsonl",
    "report.jsonl",
  ]

  @Test(arguments: [["-v"], ["-v", "--json", "-"], ["-v", "--jobs", "1"], reports])
  func `a terminal shows no secret and gets no control character of the app's`(
    options: [String]
  ) async throws {
    let tale = Tale(secrets: Array(Self.secrets.values))
    let app = try BadApp { request, connection in tale.answer(request, connection) }
    try await withTemporaryFolder { folder in
      try app.writeProfile(
        in: folder,
        scenarios: [
          "one": "authorize\ntest credentials\nassign ada\nupdate ada  lastName King\n",
          "two": "authorize\nassign bo\n  expect user bo  active true\ndeactivate bo\n",
        ]
      )
      let shown = try await Terminal.run(
        ["run", "Profiles/acme", "one", "two"] + Self.scenarios + options,
        environment: Self.secrets.merging([
          "TERM": "xterm-256color", "GITHUB_STEP_SUMMARY": "step.md",
        ]) { $1 },
        folder: folder
      )
      #expect(shown.contains("scenarios: "), "\(shown)")
      #expect(app.received.contains { $0.path == "/scim/Users" })
      Self.expectNone(of: tale.told, in: shown, "the terminal")
      let names = options.filter { $0.hasPrefix("report.") } + ["step.md"]
      for name in names + ["Recordings/acme/last.json"] {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        #expect(text.contains("500"), "\(name) tells of no failure")
        Self.expectNone(of: tale.told, in: text, name)
        #expect(!text.contains("\u{1B}"), "\(name)")
      }
      // Colours and the cursor are the program's own; all else that moves a terminal is not.
      let own = #/\u{1B}\[[0-9;]*[mKGAJ]/#
      let foreign = shown.replacing(own, with: "").unicodeScalars.filter {
        $0 != "\r" && $0 != "\n" && ($0.value < 0x20 || (0x7F...0x9F).contains($0.value))
      }
      #expect(foreign.isEmpty, "\(foreign.map { String($0.value, radix: 16) })")
      try Recorded.check(folder, hiding: Self.secrets, "a run at a terminal")
    }
  }

  private static func expectNone(of secrets: [String], in text: String, _ where: String) {
    // By bytes: a String is searched by characters, which took a minute for hundreds of secrets.
    let bytes = Data(text.utf8)
    for spelling in secrets.flatMap(spellings) {
      guard let found = bytes.range(of: Data(spelling.utf8)) else { continue }
      let before = String(decoding: bytes[..<found.lowerBound].suffix(80), as: UTF8.self)
      Issue.record("\(`where`): '\(spelling)' behind …\(before)")
    }
  }

  private static func spellings(_ secret: String) -> [String] {
    let bytes = Array(secret.utf8)
    let percent = bytes.map {
      "%" + (String($0, radix: 16).count == 1 ? "0" : "") + String($0, radix: 16)
    }
    .joined()
    let json = secret.utf16.map { unit in
      "\\u" + String(repeating: "0", count: 4 - String(unit, radix: 16).count)
        + String(unit, radix: 16)
    }.joined()
    return [
      secret, percent, percent.uppercased(), json, secret.lowercased(), secret.uppercased(),
      secrets.values.contains(secret) ? Data(bytes).base64EncodedString() : secret,
      secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret,
    ]
  }
}

/// Signs the admin in with a form, and tells on everybody.
private final class Tale: Sendable {
  private let known: Mutex<[String]>
  private let count = Mutex(0)

  init(secrets: [String]) { known = Mutex(secrets) }

  var told: [String] { known.withLock { $0 } }

  private func fresh(_ kind: String) -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let secret = "\(kind)-Zx\(number * 7919 + 100_003)Qw_\(UUID().uuidString)"
    known.withLock { $0.append(secret) }
    return secret
  }

  /// Everything that is known, one behind the other, in one of three spellings.
  private var all: String {
    told.enumerated().map { index, secret in
      switch index % 3 {
      case 0: secret
      // Promised of the client's secret and the password.
      case 1 where index < 2: Data(secret.utf8).base64EncodedString()
      default: secret.utf8.map { "%" + String(0x100 + Int($0), radix: 16).dropFirst() }.joined()
      }
    }.joined(separator: " ")
  }

  func answer(_ request: BadApp.Request, _ connection: BadApp.Connection) {
    if let state = request.parameter("state")?.removingPercentEncoding, !told.contains(state) {
      known.withLock { $0.append(state) }
    }
    let escape = "\u{1B}]0;title\u{7}\u{1B}[2J\u{9B}31m"
    let all = self.all
    switch (request.method, request.path) {
    case ("GET", "/authorize"):
      let cookie = fresh("cookie")
      let query = request.target.drop { $0 != "?" }
      connection.answer(
        200,
        ["Content-Type: text/html", "Set-Cookie: sid=\(cookie); Path=/", "X-\(cookie): \(all)"],
        """
        <title>\(escape)\(all)</title><form method=post action="/login\(query)">
        <input name=username><input type=password name=password>
        <input type=hidden name=s value="\(all.replacing("\"", with: "&quot;"))"><button>Go</button></form>
        """
      )
    case ("POST", "/login"):
      let back = request.parameter("redirect_uri")?.removingPercentEncoding ?? ""
      let state = request.parameter("state") ?? ""
      connection.answer(302, ["Location: \(back)?code=\(fresh("code"))&state=\(state)"])
    case (_, "/token"):
      connection.answer(
        json: """
          {"access_token":"\(fresh("at"))","token_type":"Bearer","expires_in":3600,
          "refresh_token":"\(fresh("rt"))","scope":"\(all.replacing("\"", with: "\\\""))"}
          """
      )
    case ("GET", "/scim/Users"):
      connection.answer(
        json: """
          {"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,
          "startIndex":1,"itemsPerPage":0,"Resources":[],"note":"\(all.replacing("\"", with: "\\\""))"}
          """
      )
    default:
      connection.send("HTTP/1.1 500 \(escape) \(all)\r\nContent-Type: text/\(all)\r\n")
      connection.send("Transfer-Encoding: chunked\r\nX-Said: \(all)\r\n\r\n")
      let detail =
        "{\"detail\":\"\\u001b[2J \(all.replacing("\"", with: "\\\""))\",\"status\":\"500\"}"
      connection.send(
        "\(String(detail.utf8.count, radix: 16));x=\(told.last ?? "")\r\n\(detail)\r\n"
      )
      connection.send("0\r\nX-Trailer: \(all)\r\n\r\n")
    }
  }
}

/// A pseudo-terminal with the program at its other end.
private enum Terminal {
  /// What the program wrote to it.
  static func run(
    _ arguments: [String],
    environment: [String: String],
    folder: URL
  ) async throws -> String {
    // Glibc's header hides the functions for this from Swift.
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    typealias OfDescriptor = @convention(c) (Int32) -> Int32
    typealias NameOfDescriptor = @convention(c) (Int32) -> UnsafePointer<CChar>?
    guard master >= 0, let grant = dlsym(nil, "grantpt"), let unlock = dlsym(nil, "unlockpt"),
      let named = dlsym(nil, "ptsname"),
      unsafeBitCast(grant, to: OfDescriptor.self)(master) == 0,
      unsafeBitCast(unlock, to: OfDescriptor.self)(master) == 0,
      let name = unsafeBitCast(named, to: NameOfDescriptor.self)(master)
    else { throw Program.Failure(description: "no terminal: errno \(errno)") }
    let slave = open(name, O_RDWR | O_NOCTTY)
    guard slave >= 0 else { throw Program.Failure(description: "no terminal: errno \(errno)") }
    let process = Program.process(arguments, environment: environment, folder: folder)
    let end = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = end
    process.standardError = end
    let (chunks, chunk) = AsyncStream.makeStream(of: [UInt8].self)
    Thread {
      var bytes = [UInt8](repeating: 0, count: 16 << 10)
      while true {
        // An error is the end: the other side is closed.
        let count = read(master, &bytes, bytes.count)
        if count <= 0 { break }
        chunk.yield(Array(bytes[..<count]))
      }
      chunk.finish()
    }.start()
    try process.run()
    close(slave)
    var shown: [UInt8] = []
    for await chunk in chunks { shown += chunk }
    close(master)
    return String(decoding: shown, as: UTF8.self)
  }
}
