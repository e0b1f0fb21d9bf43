import Browser
import Foundation
import HTTP
import JSON
import Profiles
import SCIM
import Testing
import World

/// What fuzzing, and reading with its eyes, has found; each of these failed once.
@Suite struct HostileInputTests {
  private func answer(_ text: String, byteByByte: Bool) throws -> MessageParser {
    var parser = MessageParser(.response(toMethod: "GET"))
    var input = InputBuffer()
    let bytes = Array(text.utf8)
    if byteByByte {
      for byte in bytes {
        input.append([byte])
        _ = try parser.advance(&input)
      }
    } else {
      input.append(bytes)
      _ = try parser.advance(&input)
    }
    return parser
  }

  /// Runs `body` with `count` and with four times as much, which four times the time is enough for;
  /// what looks at everything again for each part of it takes sixteen times.
  ///
  /// By the time that this thread computes: the machine may be busy with something else.
  private func expectTimeInProportion(
    to count: Int,
    _ body: (Int) throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    func seconds(_ count: Int) throws -> Double {
      let start = clock()
      try body(count)
      return clock() - start
    }
    func clock() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
    var ratios: [Double] = []
    // The best of three, since the first may pay for pages of memory.
    while ratios.count < 3, ratios.last ?? .infinity >= 8 {
      let few = try seconds(count)
      ratios.append(try seconds(count * 4) / few)
    }
    #expect(ratios.contains { $0 < 8 }, "\(ratios)", sourceLocation: sourceLocation)
  }

  private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

  // MARK: HTTP messages

  @Test(arguments: [false, true])
  func `a chunk that is longer than it says is refused alike, however it comes`(
    byteByByte: Bool
  ) {
    #expect(throws: MessageParser.Failure.malformed("a chunk is longer than it says")) {
      _ = try answer(HostileInputTests.chunked + "1\r\nabc\r\n", byteByByte: byteByByte)
    }
  }

  @Test(arguments: [(4095, true), (4096, true), (4097, false)], [false, true])
  func `a chunk's size with its extensions has 4096 bytes at most, however it comes`(
    _ line: (length: Int, isRead: Bool),
    byteByByte: Bool
  ) {
    let text = "0;" + String(repeating: "x", count: line.length - 2) + "\r\n\r\n"
    let parser = try? answer(HostileInputTests.chunked + text, byteByByte: byteByByte)
    #expect((parser != nil) == line.isRead)
  }

  @Test func `each byte of a field after a chunked body is looked at once, however it comes`()
    throws
  {
    try expectTimeInProportion(to: 10_000) { count in
      let value = String(repeating: "x", count: count)
      let parser = try answer(
        HostileInputTests.chunked + "0\r\nA: \(value)\r\n\r\n",
        byteByByte: true
      )
      #expect(parser.trailers["A"] == value)
    }
  }

  @Test func `answers that announce an answer may not go on for ever`() throws {
    let hint = "HTTP/1.1 103 Early Hints\r\n\r\n"
    let limits = MessageLimits(headBytes: hint.utf8.count * 3)
    var parser = MessageParser(.response(toMethod: "GET"), limits: limits)
    var input = InputBuffer(Array(String(repeating: hint, count: 3).utf8))
    #expect(try parser.advance(&input) == false)

    input.append(Array(hint.utf8))
    #expect(throws: MessageParser.Failure.self) { _ = try parser.advance(&input) }
  }

  // MARK: JSON

  @Test func `a mistake deep in a file stands where it is`() throws {
    let open = String(repeating: "[", count: 120)
    let numbers = String(repeating: "1,", count: 20_000) + "2"
    let close = String(repeating: "]", count: 120)
    let document = try JSONReader.readDocument(
      SourceText(file: "a", text: "\(open)\(numbers)\n\(close)")
    )
    let way = Array(repeating: JSONPointer.Step.index(0), count: 119)
    let error = document.error("x", at: JSONPointer(way + [.index(20_000)]))
    #expect(error.position == SourcePosition(line: 1, column: 120 + 40_000 + 1))
    #expect(error.length == 1)
  }

  @Test func `of a line of a mebibyte only what is around the mistake is quoted`() throws {
    let line = String(repeating: "x", count: 1 << 19) + "?" + String(repeating: "y", count: 1 << 19)
    let source = SourceText(file: "a", text: line)
    let error = SourceError("p", in: source, at: source.position(ofByte: 1 << 19), help: "h")
    #expect(
      error.description == """
        p
         --> a:1:524289
          |
        1 | …\(String(repeating: "x", count: 100))?\(String(repeating: "y", count: 99))…
          | \(String(repeating: " ", count: 101))^ h
        """
    )
  }

  @Test(arguments: [400, 401])
  func `a line of 400 characters is quoted whole`(count: Int) {
    let line = String(repeating: "x", count: count)
    let error = SourceError(
      "p",
      in: SourceText(file: "a", text: line),
      at: SourcePosition(line: 1, column: 1)
    )
    #expect(error.description.contains(line) == (count == 400))
  }

  // MARK: SCIM paths

  @Test(arguments: [31, 32, 33])
  func `a path has 32 steps at most`(count: Int) {
    let text = Array(repeating: "a", count: count).joined(separator: ".")
    #expect((SCIMPath(text) != nil) == (count <= 32))
  }

  @Test(arguments: [14, 15, 16])
  func `a mapping's path has 15 names at most`(count: Int) {
    let path = Array(repeating: "a", count: count).joined(separator: ".")
    let text = """
      { "family": "aiw", "embeddedSampleApp": {},
        "attributeMappings": [{ "from": "f", "to": "\(path)" }] }
      """
    #expect(((try? profile(text)) != nil) == (count <= 15))
  }

  // MARK: HTML forms and cookies

  @Test func `spaces between a thousand tags leave room for the page's words`() {
    let tags = String(repeating: "<div></div>", count: 1000)
    let page = HTMLPage.read(Array("\(tags)<p>Hello<br>you</p>".utf8))
    #expect(page.text == "Hello you")
  }

  @Test func `a list that is one field too many leaves the field before it as it was`() {
    var limits = HTMLPage.Limits()
    limits.fields = 1
    let html = "<form><input name=a value=b><select name=c><option>d</select></form>"
    let page = HTMLPage.read(Array(html.utf8), limits: limits)
    #expect(page.exceededLimit == "more than 1 fields")
    #expect(page.forms.first?.entries(pressing: nil) == [FormField("a", "b")])
  }

  @Test(arguments: [499, 500, 501])
  func `of one answer's cookies the first 500 are looked at`(count: Int) throws {
    let url = try #require(HTTPURL("https://app.test/"))
    let aliases = SecretAliases()
    var jar = CookieJar(startedAtUnixSeconds: 0, aliases: aliases)
    jar.store((1...count).map { "a=12345678-\($0)" }, from: url, at: .zero)
    #expect(jar.field(for: url, at: .zero) == "a=12345678-\(min(count, 500))")
    #expect(aliases.received == min(count, 500))
  }

  // MARK: Profiles

  private func profile(_ text: String) throws -> IntegrationProfile {
    try ProfileReader.read(
      SourceText(file: "profile.json", text: text),
      environment: Environment([:]),
      variables: .leaveOpen
    )
  }

  @Test func `a profile's login fields take time in proportion`() throws {
    try expectTimeInProportion(to: 2000) { count in
      let login = try #require(try login(fields: count))
      #expect(login.fields.count == count)
    }
  }

  private func login(fields count: Int) throws -> FormLogin? {
    let fields = (0..<count).map { "\"f\($0)\":\"\"" }.joined(separator: ",")
    let profile = try profile(
      """
      { "family": "aiw", "scim": { "baseURL": "http://a.test/" },
        "authentication": {
          "mode": "oauth2", "authorizationEndpoint": "http://a.test/a",
          "tokenEndpoint": "http://a.test/t", "redirectURI": "http://a.test/r", "clientID": "c",
          "clientSecret": { "environment": "S" },
          "login": {
            "username": "u", "password": { "environment": "P" }, "fields": { \(fields) } } } }
      """
    )
    guard case .authorizationCode(let settings) = profile.authentication,
      case .form(let login) = settings.login
    else { return nil }
    return login
  }

  @Test(arguments: [(999, true), (1000, true), (1001, false)])
  func `a profile has 1000 attribute mappings at most`(count: Int, isRead: Bool) {
    let mappings = (0..<count).map { #"{"from":"f\#($0)","to":"t\#($0)"}"# }
    let text = """
      { "family": "aiw", "embeddedSampleApp": {},
        "attributeMappings": [\(mappings.joined(separator: ","))] }
      """
    #expect(((try? profile(text)) != nil) == isRead)
  }

  // MARK: Scenarios and plans

  private func scenario(_ text: String) throws -> Scenario {
    try ScenarioReader.read(SourceText(file: "a.scenario", text: text), name: "a")
  }

  @Test func `a scenario's people take time in proportion`() throws {
    try expectTimeInProportion(to: 1000) { count in
      let lines = (0..<count).map { "assign p\($0)\n" }.joined()
      let scenario = try scenario("Scenario: a\n" + lines)
      #expect(scenario.events.count == count)
    }
  }

  @Test func `a hook's name of several words survives in a plan`() throws {
    let plan = Plan(scenario: try scenario("Scenario: a\nNeeds: hook \"a \\\"b\"\nauthorize"))
    let again = try Plan(jsonLines: SourceText(file: "-", text: plan.jsonLines))
    #expect(again.scenario.needs == [.hook("a \"b")])
  }

  @Test(arguments: [("0.0009", false), ("0.001", true), ("1000", true), ("1000.1", false)])
  func `a wait has a thousandth of a lifetime at least, and a thousand at most`(
    count: String,
    isRead: Bool
  ) throws {
    let read = try? scenario("Scenario: a\nafter \(count) lifetimes\nauthorize")
    #expect((read != nil) == isRead)
    guard let read else { return }
    let plan = Plan(scenario: read)
    #expect(try Plan(jsonLines: SourceText(file: "-", text: plan.jsonLines)) == plan)
  }

  @Test func `brackets that nothing closes are looked for once`() throws {
    try expectTimeInProportion(to: 10_000) { count in
      let word = String(repeating: "[", count: count)
      let line = #"{"event":"authorize","expect":["task \#(word)"]}"#
      let plan = try Plan(jsonLines: SourceText(file: "-", text: "{\"scenario\":\"a\"}\n" + line))
      #expect(plan.scenario.events.count == 1)
    }
  }

  @Test func `a plan's attributes take time in proportion`() throws {
    try expectTimeInProportion(to: 1000) { count in
      let attributes = (0..<count).map { "\"a\($0)\":null" }.joined(separator: ",")
      let line = #"{"event":"assign","person":"ada","attributes":{\#(attributes)}}"#
      let plan = try Plan(jsonLines: SourceText(file: "-", text: "{\"scenario\":\"a\"}\n" + line))
      #expect(plan.scenario.events.count == 1)
    }
  }
}
