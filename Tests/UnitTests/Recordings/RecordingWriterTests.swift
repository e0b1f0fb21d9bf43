import Foundation
import HTTP
import JSON
import Loop
import Profiles
import Recordings
import SampleApp
import Simulation
import TestSupport
import Testing
import World

@Suite struct RecordingWriterTests {
  private func writer(_ path: String, _ loop: EventLoop, _ aliases: SecretAliases = SecretAliases())
    -> RecordingWriter
  {
    RecordingWriter(
      path: path,
      events: ["authorize", "assign ada"],
      aliases: aliases,
      runStart: Timestamp.virtualStart,
      version: "0.1.0",
      loop: loop
    )
  }

  private func exchange(
    _ number: Int,
    _ result: Result<HTTPResponse, TransportFailure>,
    event: Int? = 0
  ) throws -> Exchange {
    Exchange(
      request: HTTPRequest(
        method: "GET",
        url: try #require(HTTPURL("https://app.test/scim/Users?filter=a%20b&count=2")),
        fields: ["Host": "app.test", "Authorization": "Bearer token-of-the-test"]
      ),
      result: result,
      due: .zero,
      sent: .milliseconds(1500),
      received: .milliseconds(1502),
      timings: Exchange.Timings(wait: .milliseconds(2), connection: 4, serverAddress: "127.0.0.1"),
      intent: Intent(.page, cause: Cause(event: event), token: "access_token#1"),
      number: number
    )
  }

  private func stream(_ exchanges: [Exchange]) -> AsyncStream<Exchange> {
    AsyncStream { continuation in
      for exchange in exchanges { continuation.yield(exchange) }
      continuation.finish()
    }
  }

  @Test func `a second run that records there takes another name`() async throws {
    let folder = try TemporaryFolder()
    let exchange = try exchange(1, .success(.scim(#"{"id":"1"}"#)))
    try await onLoop { loop in
      let first = writer(folder.path + "/story.har", loop)
      let second = writer(folder.path + "/story.har", loop)
      await first.follow(stream([exchange]))
      await second.follow(stream([exchange, exchange]))
      #expect(folder.names == ["story-2.har.part", "story.har.part"])
      #expect(await second.wanted == folder.path + "/story.har")
      #expect(await second.finish(pages: []))
      #expect(await first.finish(pages: []))
      #expect(folder.names == ["story-2.har", "story.har"])
      #expect(await first.wanted == nil)
      // The name is free again.
      let third = writer(folder.path + "/story.har", loop)
      await third.follow(stream([exchange]))
      #expect(folder.names == ["story-2.har", "story.har", "story.har.part"])
      #expect(await third.finish(pages: []))
    }
    let sizes = ["story.har", "story-2.har"].map { folder.read($0)?.count ?? 0 }
    #expect(sizes[0] > 500 && sizes[1] > sizes[0])
  }

  @Test func `a link in the place of a recording is not followed`() async throws {
    let folder = try TemporaryFolder()
    let victim = folder.path + "/victim"
    #expect(FileManager.default.createFile(atPath: victim, contents: Data("mine".utf8)))
    for name in ["story.har", "story.har.part"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/" + name,
        withDestinationPath: victim
      )
    }
    let exchange = try exchange(1, .success(.scim(#"{"id":"1"}"#)))
    try await onLoop { loop in
      let writer = writer(folder.path + "/story.har", loop)
      await writer.follow(stream([exchange]))
      #expect("\(String(describing: await writer.failure))".contains("story.har.part"))
      #expect(await writer.finish(pages: []))
    }
    #expect(folder.read("victim").map { String(decoding: $0, as: UTF8.self) } == "mine")
    #expect((folder.read("story.har")?.count ?? 0) > 500)
  }

  @Test func `an entry has what HAR 1_2 asks for, and our own fields`() async throws {
    let folder = try TemporaryFolder()
    let exchange = try exchange(
      1,
      .success(.scim(#"{"id":"1"}"#))
    )
    try await onLoop { loop in
      let writer = writer(folder.path + "/a/story.har", loop)
      await writer.follow(stream([exchange]))
      #expect(folder.read("a/story.har.part") != nil)
      _ = await writer.finish(
        pages: [RecordingWriter.Page(event: 0, title: "assign ada", started: .milliseconds(1500))]
      )
      #expect(await writer.failure == nil)
    }

    let text = String(decoding: try #require(folder.read("a/story.har")), as: UTF8.self)
    let entry = """
      {"pageref":"event_1","startedDateTime":"2026-01-01T00:00:01.500Z","time":2.000,\
      "request":{"method":"GET","url":"https://app.test/scim/Users?filter=a%20b&count=2",\
      "httpVersion":"HTTP/1.1","cookies":[],"headers":[{"name":"Host","value":"app.test"},\
      {"name":"Authorization","value":"Bearer access_token#1"}],\
      "queryString":[{"name":"filter","value":"a b"},{"name":"count","value":"2"}],\
      "headersSize":-1,"bodySize":0},\
      "response":{"status":200,"statusText":"OK","httpVersion":"HTTP/1.1","cookies":[],\
      "headers":[{"name":"Content-Type","value":"application/scim+json"}],\
      "content":{"size":10,"mimeType":"application/scim+json","text":"{\\"id\\":\\"1\\"}"},\
      "redirectURL":"","headersSize":-1,"bodySize":10},\
      "cache":{},\
      "timings":{"blocked":-1,"dns":-1,"connect":-1,"send":0.000,"wait":2.000,"receive":0.000,"ssl":-1},\
      "connection":"4",\
      "_oktasim":{"exchange":1,"org":"a","event":"authorize","eventNumber":1,"act":"page","occasion":"okta","attempt":1,\
      "token":"access_token#1","serverAddress":"127.0.0.1","offset":1.500}}
      """
    let document = try JSONReader.read(Array(text.utf8))
    #expect(
      document.compactText == """
        {"log":{"version":"1.2","creator":{"name":"oktasim","version":"0.1.0"},\
        "pages":[{"startedDateTime":"2026-01-01T00:00:01.500Z","id":"event_1","title":"assign ada",\
        "pageTimings":{}}],"entries":[\(entry)]}}
        """
    )
    #expect(FileManager.default.contents(atPath: folder.path + "/a/story.har.part") == nil)
  }

  /// HAR 1.2: `time` "is the sum of all timings", and the entry starts with the first of them.
  @Test func `the time of an exchange has its connection in it`() async throws {
    let folder = try TemporaryFolder()
    var exchange = try exchange(1, .success(.scim("{}")))
    exchange.timings.lookUp = .milliseconds(1)
    exchange.timings.connect = .milliseconds(20)
    exchange.timings.handshake = .milliseconds(300)
    let connected = exchange
    try await onLoop { loop in
      let writer = writer(folder.path + "/story.har", loop)
      await writer.follow(stream([connected]))
      _ = await writer.finish(pages: [])
    }
    let har = try JSONReader.read(try #require(folder.read("story.har")))
    let entry = try #require(har["log"]?["entries"]?.array?.first)
    #expect(entry["startedDateTime"] == "2026-01-01T00:00:01.179Z")
    #expect(entry["time"]?.compactText == "323.000")
    #expect(entry["timings"]?["connect"]?.compactText == "320.000")
  }

  @Test func `an exchange without an answer says why`() async throws {
    let folder = try TemporaryFolder()
    let exchange = try exchange(1, .failure(.closedBeforeAnswer), event: nil)
    try await onLoop { loop in
      let writer = writer(folder.path + "/story.har", loop)
      await writer.follow(stream([exchange]))
      _ = await writer.finish(pages: [])
    }
    let har = try JSONReader.read(try #require(folder.read("story.har")))
    let entry = try #require(har["log"]?["entries"]?.array?.first)
    #expect(entry["pageref"] == "after_the_verdict")
    #expect(
      entry["response"]?.compactText
        == #"{"status":0,"statusText":"","httpVersion":"","cookies":[],"headers":[],"#
        + #""content":{"size":0,"mimeType":""},"redirectURL":"","headersSize":-1,"bodySize":-1,"#
        + #""_error":"the app closed the connection without an answer"}"#
    )
  }

  @Test func `the part grows by a line an exchange, and stays where the end cannot be written`()
    async throws
  {
    let folder = try TemporaryFolder()
    let exchanges = try (1...3).map { try exchange($0, .success(.scim("{}"))) }
    try await onLoop { loop in
      let writer = writer(folder.path + "/story.har", loop)
      await writer.follow(stream(exchanges))
      // Somebody makes a folder where the recording is to be.
      try FileManager.default.createDirectory(
        atPath: folder.path + "/story.har",
        withIntermediateDirectories: false
      )
      _ = await writer.finish(pages: [])
      let failure = try #require(await writer.failure)
      #expect("\(failure)".hasPrefix("could not write \(folder.path)/story.har: "))
    }
    let part = String(decoding: try #require(folder.read("story.har.part")), as: UTF8.self)
    let numbers = try part.split(separator: "\n").map { line in
      try JSONReader.read(Array(line.utf8))["_oktasim"]?["exchange"]?.integer
    }
    #expect(numbers == [1, 2, 3])
  }

  @Test func `a disk that cannot be written is reported, and following goes on`() async throws {
    let folder = try TemporaryFolder()
    #expect(FileManager.default.createFile(atPath: folder.path + "/file", contents: nil))
    let exchanges = try (1...3).map { try exchange($0, .success(.scim("{}"))) }
    try await onLoop { loop in
      let writer = writer(folder.path + "/file/story.har", loop)
      await writer.follow(stream(exchanges))
      _ = await writer.finish(pages: [])
      #expect(await writer.failure != nil)
    }
    #expect(folder.names == ["file"])
  }

  @Test func `nothing that was sent is nothing that is written`() async throws {
    let folder = try TemporaryFolder()
    try await onLoop { loop in
      let writer = writer(folder.path + "/story.har", loop)
      await writer.follow(stream([]))
      _ = await writer.finish(pages: [])
    }
    #expect(folder.names == [])
  }

  /// Wherever the body is cut, and whenever the secret is learned, no piece of it is left.
  @Test(arguments: [false, true])
  func `a body of which the beginning is kept shows no part of a secret`(
    isKnownBefore: Bool
  ) async throws {
    let secret = "zq9XvB7-kWm3Jr5Tn8Pd2Lh6Gf4Cs1Ya0Eu-QoRtVw"
    let folder = try TemporaryFolder()
    // Across the end of what is shown and of what is held, at every place.
    let bodies = stride(from: 0, through: secret.count + 2, by: 3).map { offset in
      let shown = String(repeating: ".", count: BodyBudget.shownBytes - offset) + secret
      let filler = BodyBudget.heldBytes - offset - shown.utf8.count
      return shown + String(repeating: ".", count: filler) + secret
        + String(repeating: ".", count: 99)
    }
    try await onLoop { loop in
      let aliases = SecretAliases()
      if isKnownBefore { aliases.secret(secret, kind: .accessToken) }
      let log = ExchangeLog(bodies: BodyBudget(0))
      let exchanges = log.follow()
      for body in bodies { _ = log.append(try exchange(0, .success(.scim(body)))) }
      log.close()
      let writer = writer(folder.path + "/story.har", loop, aliases)
      await writer.follow(exchanges, of: log)
      aliases.secret(secret, kind: .accessToken)
      #expect(await writer.finish(pages: []))
    }
    let text = String(decoding: try #require(folder.read("story.har")), as: UTF8.self)
    let har = try JSONReader.read(Array(text.utf8))
    let content = har["log"]?["entries"]?.array?.first?["response"]?["content"]
    #expect(content?["size"]?.integer == bodies[0].utf8.count)
    #expect(
      content?["comment"]?.string?.hasPrefix(
        "the first 64 KiB of \(bodies[0].utf8.count) bytes; SHA-256 "
      ) == true
    )
    for start in 0..<secret.count - 6 {
      let piece = secret.dropFirst(start).prefix(6)
      #expect(!text.contains(piece), "\(piece)")
    }
  }

  /// A page whose path, field's name and value are codes and tokens to come: the part of a run that is
  /// killed has their shapes.
  @Test func `a part shows no secret that a page holds before it is known`() async throws {
    let secret = "C0de-zzQ-abcdef123"
    var page = try exchange(1, .success(.scim("<p>\(secret)</p>")))
    page.intent = Intent(.openPage, cause: Cause(event: 0))
    page.document = .empty
    page.request.url = try #require(
      HTTPURL("https://app2.example-of-hosts.test/p/\(secret)/x?a=\(secret)")
    )
    var fields = page.response?.fields ?? [:]
    fields.append("X-\(secret)", secret)
    fields.append("Location", "https://app.test/q/\(secret)")
    page.result = .success(
      HTTPResponse(status: 302, fields: fields, body: page.response?.body ?? [])
    )
    let folder = try TemporaryFolder()
    let told = page
    try await onLoop { loop in await writer(folder.path + "/story.har", loop).follow(stream([told]))
    }
    let part = String(decoding: try #require(folder.read("story.har.part")), as: UTF8.self)
    #expect(part.contains("https://app2.example-of-hosts.test/p/…18/x"))
    #expect(!part.contains("zzQ"), "\(part)")
  }

  /// Shapes that apps give their token responses in, and others that could be one.
  @Test(
    arguments: [
      #"{"access":"TOKEN","refresh":"TOKEN"}"#, #"{"access_token":"ok-1","refresh":"TOKEN"}"#,
      #"{"key":"TOKEN","session":{"bearer":"TOKEN"}}"#, #"{"result":"access_token=TOKEN&x=1"}"#,
      #"{"statusCode":200,"body":"{\"access_token\": \"TOKEN\"}"}"#,
      #"[{"name":"access_token","value":"TOKEN"}]"#, #"[["access_token","TOKEN"]]"#,
      #"{"access_token_id":"TOKEN","tokenValueAt":"TOKEN"}"#,
    ],
    [200, 400]
  )
  func `a token response of any shape shows no token`(body: String, status: Int) async throws {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig-Nature_1"
    var exchange = try exchange(
      1,
      .success(.scim(body.replacing("TOKEN", with: token), status: status))
    )
    exchange.intent = Intent(.exchangeCode, cause: Cause(event: 0))
    exchange.document = JSONBody(exchange.response?.body ?? [])
    var fields = exchange.response?.fields ?? [:]
    fields.append("X-Access-Token", token)
    fields.append("Location", "https://app.test/a")
    fields.append("Location", "https://app.test/cb?code=a-code-of-the-second")
    fields.append("Location", "/n?next=%2Fcb%3Fa%3D1%26code%3Da-code-of-the-next")
    fields.append("Set-Cookie", "a-cookie-without-a-name")
    fields.append("Authentication-Info", "token=a-token-of-info")
    fields.append("X-Odd", "a=1; access_token=a-token-of-a-parameter")
    fields.append("access_token=a-token-as-a-name", "1")
    fields.append("Location", "https://app.test/token/a-T0ken-of-a-path")
    fields.append("Set-Cookie", "=another-without")
    exchange.result = .success(
      HTTPResponse(
        status: status,
        reason: "access_token=a-token-of-a-reason",
        fields: fields,
        body: exchange.response?.body ?? []
      )
    )
    let folder = try TemporaryFolder()
    let told = exchange
    try await onLoop { loop in
      let writer = writer(folder.path + "/story.har", loop)
      await writer.follow(stream([told]))
      _ = await writer.finish(pages: [])
    }
    let text = String(decoding: try #require(folder.read("story.har")), as: UTF8.self)
    for secret in [
      token, "a-code-of-the-second", "a-code-of-the-next", "a-cookie-without", "another-without",
      "a-token-of-info", "a-token-of-a-parameter", "a-token-as-a-name", "a-token-of-a-reason",
    ] {
      #expect(!text.contains(secret), "\(secret)")
    }
  }

  // MARK: A whole run

  @Test(arguments: [Authentication.ClientAuthentication.post, .basic], ["jwt-like", "opaque"])
  func `no secret of a whole run is in its recording`(
    client: Authentication.ClientAuthentication,
    format: String
  ) async throws {
    let folder = try TemporaryFolder()
    let parts = Parts()
    var run = SimulatedRun()
    run.folder = folder.path
    run.app.tokenFormat = SampleAppSettings.TokenFormat(rawValue: format) ?? .opaque
    let app = run.app
    run.change = { settings in
      settings.profile = .sampleApp(app, clientAuthentication: client)
    }
    // Looks at what is on the disk while the run goes on.
    run.wrap = { transport, _ in
      Peeking(transport: transport) { parts.add(folder.read("story.har.part") ?? []) }
    }
    let result = try await run.perform(
      """
      authorize
      assign ada
      after access token expires
      update ada  lastName King
      spoil access token
      update ada  lastName Byron
      re-authenticate
      deactivate ada
      """
    )
    #expect(result.findings == [])
    let har = String(decoding: try #require(folder.read("story.har")), as: UTF8.self)
    #expect(folder.names == ["story.har"])
    let part = parts.longest
    #expect(!part.isEmpty)

    let secrets = secrets(of: result, app)
    // Two codes, four access and refresh tokens, a spoiled one, cookies, two passwords, the secret.
    #expect(secrets.count > 14)
    for secret in secrets {
      for spelling in [
        secret, FormURLEncoding.encode(secret), FormURLEncoding.percentEncode(secret),
      ] {
        #expect(!har.contains(spelling), "\(spelling) is in the recording")
        #expect(!part.contains(spelling), "\(spelling) is in the part")
      }
    }
    // Rotation stays visible, under the same alias on both sides.
    for alias in [
      "access_token#1", "access_token#2", "refresh_token#1", "refresh_token#2", "code#2",
    ] {
      #expect(har.components(separatedBy: alias).count > 2, "\(alias)")
    }
    let pages = try JSONReader.read(Array(har.utf8))["log"]
    let ids = Set(pages?["pages"]?.array?.compactMap { $0["id"]?.string } ?? [])
    let references = Set(pages?["entries"]?.array?.compactMap { $0["pageref"]?.string } ?? [])
    #expect(references.isSubset(of: ids))
  }

  @Test func `the same seed writes the same bytes`() async throws {
    var recordings: [[UInt8]?] = []
    for _ in 0..<2 {
      let folder = try TemporaryFolder()
      var run = SimulatedRun()
      run.folder = folder.path
      _ = try await run.perform("authorize\nat once\nassign ada\nassign bob\n")
      recordings.append(folder.read("story.har"))
    }
    #expect(recordings[0] != nil)
    #expect(recordings[0] == recordings[1])
  }

  /// Every value that nobody may read, from the raw exchanges.
  private func secrets(of result: ScenarioResult, _ app: SampleAppSettings) -> [String] {
    var secrets: Set<String> = [app.clientSecret, app.adminPassword]
    for exchange in result.record.exchanges {
      let form = FormURLEncoding.decode(exchange.request.text)
      for name in ["code", "refresh_token", "client_secret", "password"] {
        if let value = form[name] { secrets.insert(value) }
      }
      let object = (try? JSONReader.read(exchange.response?.body ?? []))?.object
      for name in ["access_token", "refresh_token"] {
        if let value = object?[name]?.string { secrets.insert(value) }
      }
      let sent = (try? JSONReader.read(exchange.request.body))?.object
      if let password = sent?["password"]?.string { secrets.insert(password) }
      for field in exchange.response?.fields.values("Set-Cookie") ?? [] {
        let value = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).last
        if let value, value.count > 15 { secrets.insert(String(value)) }
      }
      if let words = exchange.request.fields["Authorization"]?.split(separator: " ") {
        if let value = words.last { secrets.insert(String(value)) }
      }
    }
    return secrets.sorted()
  }
}

/// The longest state of a growing file.
private final class Parts: @unchecked Sendable {
  // The loop's thread writes, the test reads when the loop is gone.
  private(set) var longest = ""

  func add(_ bytes: [UInt8]) {
    if bytes.count > longest.utf8.count { longest = String(decoding: bytes, as: UTF8.self) }
  }
}

/// Calls something before each request.
private struct Peeking: Transport {
  let transport: any Transport
  let look: @Sendable () -> Void

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    look()
    return await transport.send(request, due: due, intent: intent)
  }
}
