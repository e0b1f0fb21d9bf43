import Browser
import HTTP
import JSON
import OAuth
import Profiles
import SCIM
import World

/// What is done with one input, by the fuzzer and by the replay of its seeds.
///
/// A reader that traps ends the process; a promise that a reader breaks is thrown.
package enum FuzzBody: String, CaseIterable, Sendable {
  case json, messages, forms, cookies, profile, scenario, urls, answers

  package struct BrokenPromise: Error, CustomStringConvertible {
    package var description: String
  }

  package func run(_ input: [UInt8]) throws {
    switch self {
    case .json: try FuzzBody.readJSON(input)
    case .messages: try FuzzBody.readMessages(input)
    case .forms: try FuzzBody.readForms(input)
    case .cookies: try FuzzBody.readCookies(input)
    case .profile: try FuzzBody.readProfile(input)
    case .scenario: try FuzzBody.readScenario(input)
    case .urls: try FuzzBody.readURLs(input)
    case .answers: try FuzzBody.readAnswers(input)
    }
  }

  private static func promise(
    _ isKept: Bool,
    _ words: @autoclosure () -> String
  ) throws {
    if !isKept { throw BrokenPromise(description: words()) }
  }
}

// MARK: JSON

extension FuzzBody {
  private static func readJSON(_ input: [UInt8]) throws {
    let source = SourceText(file: "input", bytes: input)
    let value: JSONValue
    do {
      value = try JSONReader.read(input)
    } catch {
      try promise(error.offset <= input.count, "the mistake lies behind the end: \(error)")
      try promise(
        source.position(ofByte: error.offset)
          == SourcePosition(line: error.line, column: error.column),
        "line and column are not those of the byte: \(error)"
      )
      let document = try? JSONReader.readDocument(source)
      try promise(document == nil, "a document is read that is no JSON: \(error)")
      return
    }
    let compact = value.compactBytes
    try promise(value.compactText.utf8.elementsEqual(compact), "bytes and text differ")
    let pretty = Array(value.prettyText.utf8)
    var layout = JSONLayout()
    layout.add(compact)
    try promise(
      layout.finish() == pretty + [0x0A],
      "a text is laid out otherwise than its tree"
    )
    for text in [compact, pretty] where text.count <= 1 << 20 {
      let again = try JSONReader.read(text)
      try promise(again == value, "what was written reads back as another value")
      try promise(again.isEquivalent(to: value), "what was written reads back as no equivalent")
      try promise(again.compactBytes == compact, "what was written twice differs")
    }
    do {
      try checkPlaces(JSONReader.readDocument(source))
    } catch let error as SourceError {
      try promise(
        error.problem.hasSuffix("stands here twice"),
        "JSON is no document: \(error)"
      )
    }
  }

  /// Each value, cut out of the text at the place that a mistake about it has, reads the same.
  private static func checkPlaces(_ document: JSONDocument) throws {
    var waiting: [(JSONPointer, JSONValue)] = [(.root, document.value)]
    var count = 0
    while let (pointer, value) = waiting.popLast(), count < 20 {
      count += 1
      let error = document.error("x", at: pointer)
      _ = "\(error)\(document.keyError("x", at: pointer))"
      guard let position = error.position else {
        throw BrokenPromise(description: "\(pointer) has no place")
      }
      let rest = error.excerpt.unicodeScalars.dropFirst(position.column - 1)
      var text = String.UnicodeScalarView()
      text.append(contentsOf: rest.prefix(error.length))
      switch value {
      case .object(let object):
        for key in object.keys.prefix(20) {
          waiting.append((pointer.appending(key), object[key] ?? .null))
        }
      case .array(let elements):
        for index in elements.indices.prefix(20) {
          waiting.append((pointer.appending(index), elements[index]))
        }
      default:
        let read = try JSONReader.read(String(text))
        try promise(read == value, "\(pointer) stands elsewhere than its place says")
      }
    }
  }
}

// MARK: HTTP messages

extension FuzzBody {
  private enum Outcome: Equatable {
    case complete(
      [String],
      fields: HTTPFields,
      trailers: HTTPFields,
      body: [UInt8],
      rest: [UInt8],
      keepsConnection: Bool
    )
    case incomplete(hasHead: Bool, body: [UInt8])
    case failed(MessageParser.Failure)
  }

  /// The first line of the input says how the rest of it is read: a letter for the kind of message,
  /// a digit that stands for small limits, letters for the sizes of the pieces.
  private static func readMessages(_ input: [UInt8]) throws {
    guard let end = input.firstIndex(of: UInt8(ascii: "\n")), end > 0 else { return }
    let manner = input[..<end]
    let message = Array(input[(end + 1)...])
    let kind: MessageParser.Kind =
      switch manner[0] {
      case UInt8(ascii: "q"): .request
      case UInt8(ascii: "h"): .response(toMethod: "HEAD")
      default: .response(toMethod: "GET")
      }
    let isSmall = manner.contains { (0x30...0x39).contains($0) }
    let limits =
      isSmall ? MessageLimits(headBytes: 100, bodyBytes: 20) : MessageLimits()
    let sizes = manner.dropFirst().filter { !(0x30...0x39).contains($0) }.map { Int($0 & 0x3F) + 1 }

    for atEnd in [false, true] {
      let whole = outcome(message, pieces: [], kind, limits, atEnd: atEnd)
      for pieces in [[1], sizes] where !pieces.isEmpty && message.count <= 8192 {
        let other = outcome(message, pieces: pieces, kind, limits, atEnd: atEnd)
        try promise(
          whole == other,
          "fed at once it is \(whole), in pieces of \(pieces) \(other); end: \(atEnd)"
        )
      }
      guard case .complete(_, let fields, let trailers, let body, _, _) = whole else { continue }
      try promise(body.count <= limits.bodyBytes, "the body is longer than its limit")
      try checkFields(fields)
      try checkFields(trailers)
      if let coding = fields["Content-Encoding"] {
        let unpacked = try? ContentCoding.decode(body, coding: coding, limit: 4096)
        try promise(body.isEmpty || unpacked?.count ?? 0 <= 4096, "it unpacks to too much")
      }
      _ = fields["Content-Type"].map { MediaType($0).isHTML }
    }
  }

  private static func outcome(
    _ message: [UInt8],
    pieces: [Int],
    _ kind: MessageParser.Kind,
    _ limits: MessageLimits,
    atEnd: Bool
  ) -> Outcome {
    var parser = MessageParser(kind, limits: limits)
    var input = InputBuffer()
    var position = 0
    var piece = 0
    do {
      var isComplete = false
      repeat {
        let size = pieces.isEmpty ? message.count : pieces[piece % pieces.count]
        let next = min(position + size, message.count)
        input.append(Array(message[position..<next]))
        position = next
        piece += 1
        isComplete = try parser.advance(&input, atEnd: atEnd && position == message.count)
      } while !isComplete && position < message.count
      guard isComplete else {
        return .incomplete(hasHead: parser.hasHead, body: parser.body)
      }
    } catch {
      return .failed(error)
    }
    let head = parser.head
    return .complete(
      [head.method, head.target, "\(head.status)", head.reason, "\(head.minorVersion)"],
      fields: head.fields,
      trailers: parser.trailers,
      body: parser.body,
      rest: Array(input.unconsumed) + message[position...],
      keepsConnection: parser.keepsConnection
    )
  }

  private static func checkFields(_ fields: HTTPFields) throws {
    let all = Array(fields)
    try promise(all.count == fields.count, "the count of the fields is wrong")
    guard let first = all.first else { return }
    // A name that is not UTF-8 is not found by its repaired text.
    if !first.name.unicodeScalars.contains("\u{FFFD}") {
      try promise(fields[first.name] == first.value, "a field is not found by its name")
    }
    var changed = fields
    changed.set(first.name, "x\r\ny")
    changed.append("b", "c")
    changed.remove("b")
    try promise(changed["b"] == nil, "a removed field is still there")
    try promise(changed.allSatisfy { !$0.value.utf8.elementsEqual("x\r\ny".utf8) }, "a line end")
  }
}

// MARK: HTML forms

extension FuzzBody {
  /// The first byte of the input says what the Content-Type field is.
  private static func readForms(_ input: [UInt8]) throws {
    guard let first = input.first else { return }
    let contentType: String? =
      switch first {
      case UInt8(ascii: "u"): "text/html; charset=utf-8"
      case UInt8(ascii: "w"): "text/html; charset=windows-1252"
      default: nil
      }
    let body = Array(input.dropFirst())
    var small = HTMLPage.Limits()
    small.pageBytes = 500
    small.forms = 2
    small.fields = 4
    small.options = 3
    small.attributeBytes = 20
    for limits in [HTMLPage.Limits(), small] {
      try check(HTMLPage.read(body, contentType: contentType, limits: limits), limits)
    }
  }

  private static func check(_ page: HTMLPage, _ limits: HTMLPage.Limits) throws {
    try promise(page.forms.count <= limits.forms, "there are too many forms")
    try promise(page.headings.count <= 10 && page.messages.count <= 10, "there are too many texts")
    try promise(page.text.utf8.count <= 5000, "the text is too long")
    if let refresh = page.refresh {
      try promise(refresh.delaySeconds.isFinite && refresh.delaySeconds >= 0, "a delay is none")
    }
    let fields = page.forms.flatMap(\.fields) + page.looseFields
    let buttons = page.forms.flatMap(\.buttons)
    let positions = fields.map(\.position) + buttons.map(\.position)
    try promise(positions.count <= limits.fields, "there are too many fields")
    try promise(Set(positions).count == positions.count, "two fields have one place")
    try promise(
      fields.reduce(0) { $0 + $1.options.count } <= limits.options,
      "there are too many options"
    )
    guard let base = HTTPURL("http://127.0.0.1:8080/login?a=b") else { return }
    for form in page.forms.prefix(3) {
      for button in [nil] + form.buttons.prefix(2).map({ Optional($0) }) {
        let entries = form.entries(pressing: button)
        let encoded = FormURLEncoding.encode(entries)
        try promise(
          encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F },
          "a form is sent with odd bytes"
        )
        let decoded = FormURLEncoding.decode(encoded)
        try promise(decoded == entries, "a form that was encoded reads back as another")
        try promise(
          entries.allSatisfy { hasWireLines($0.name) && hasWireLines($0.value) },
          "a line end in a form is not that of the wire"
        )
      }
      _ = form.action.flatMap(base.resolving)
    }
  }

  private static func hasWireLines(_ text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if (byte == 0x0A) != (previous == 0x0D) { return false }
      previous = byte
    }
    return previous != 0x0D
  }
}

// MARK: Cookies

extension FuzzBody {
  private static let places = [
    "http://127.0.0.1:8080/", "https://app.test/a/b/page", "http://app.test/a?q=/x",
    "https://www.app.test/a/", "http://localhost/login", "https://[::1]/",
  ]

  /// Each line of the input is a Set-Cookie field, or `@` with two bytes: which place answers, and
  /// how many seconds go by.
  private static func readCookies(_ input: [UInt8]) throws {
    let urls = places.compactMap { HTTPURL($0) }
    var jar = CookieJar(startedAtUnixSeconds: 1_700_000_000, aliases: SecretAliases())
    var url = urls[0]
    var instant = Duration.zero
    for line in input.split(separator: UInt8(ascii: "\n")) {
      if line.first == UInt8(ascii: "@") {
        let bytes = line.dropFirst().prefix(2).map { Int($0) }
        url = urls[(bytes.first ?? 0) % urls.count]
        instant += .seconds(bytes.last ?? 0)
      } else {
        jar.store([String(decoding: line, as: UTF8.self)], from: url, at: instant)
      }
    }
    try promise(jar.count <= 50 * 6, "the jar holds \(jar.count) cookies")
    for url in urls {
      for later in [Duration.zero, .seconds(1 << 32)] {
        guard let field = jar.field(for: url, at: instant + later) else { continue }
        try promise(!field.isEmpty, "no cookie goes along, in a field of its own")
        try promise(field.utf8.count <= 50 * 4 * 4100, "the field is too long")
        try promise(jar.field(for: url, at: instant + later) == field, "asked twice it differs")
      }
    }
  }
}

// MARK: Profiles and scenarios

extension FuzzBody {
  /// Lines that start with a backslash, which no profile's do, are settings of the command line.
  private static func readProfile(_ input: [UInt8]) throws {
    var text: [UInt8] = []
    var settings: [Setting] = []
    for line in input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if line.first == UInt8(ascii: "\\") {
        let argument = String(decoding: line.dropFirst(), as: UTF8.self)
        if let setting = Setting(argument: argument) { settings.append(setting) }
      } else {
        text += line + [UInt8(ascii: "\n")]
      }
    }
    let source = SourceText(file: "a/b/profile.json", bytes: text)
    let environment = Environment(["S": "secret", "E": "", "U": "http://127.0.0.1:1/"])
    let open = profile(source, settings, environment, .leaveOpen)
    let strict = profile(source, settings, environment, .refuse)
    guard let strict else { return }
    guard let open else {
      throw BrokenPromise(description: "a profile is good for a run, and not for a check")
    }
    for profile in [open, strict] {
      try promise(!profile.scim.baseURL.hasSuffix("/"), "the base URL ends with a slash")
      try promise(!profile.name.isEmpty && !profile.name.contains("/"), "the name is no file name")
      for mapping in profile.attributeMappings.prefix(100) {
        _ = SCIMPath(mapping.to).map { path in
          var user = JSONObject()
          user.set(path, "x")
          _ = JSONValue.object(user)[path]
          user.set(path, nil)
        }
      }
    }
  }

  private static func profile(
    _ source: SourceText,
    _ settings: [Setting],
    _ environment: Environment,
    _ variables: UnsetVariables
  ) -> IntegrationProfile? {
    do {
      return try ProfileReader.read(
        source,
        settings: settings,
        environment: environment,
        variables: variables
      )
    } catch {
      _ = "\(error)"
      return nil
    }
  }

  /// Reads the input as a scenario, and as a plan.
  private static func readScenario(_ input: [UInt8]) throws {
    let source = SourceText(file: "a.scenario", bytes: input)
    do {
      try checkRoundTrip(Plan(scenario: ScenarioReader.read(source, name: "a")))
    } catch let error as Mistakes {
      _ = "\(error.all)"
    }
    do {
      try checkRoundTrip(Plan(jsonLines: source))
    } catch let error as Mistakes {
      _ = "\(error.all)"
    }
  }

  private static func checkRoundTrip(_ plan: Plan) throws {
    let lines = plan.jsonLines
    // A plan is longer than its scenario, and no longer one is read.
    if lines.utf8.count > 1 << 20 { return }
    let again: Plan
    do {
      again = try Plan(jsonLines: SourceText(file: "-", text: lines))
    } catch {
      throw BrokenPromise(description: "a plan that was written cannot be read: \(error)")
    }
    try promise(again == plan, "a plan reads back as another: \(lines)\n\(again.jsonLines)")
    let (left, right) = (plan.scenario, again.scenario)
    try promise(left.events.map(\.event) == right.events.map(\.event), "the events differ")
    try promise(left.needs == right.needs, "the needs differ")
    try promise(left.blocks.map(\.start) == right.blocks.map(\.start), "the times differ")
    try promise(
      left.events.map { $0.expectations.map(\.kind) }
        == right.events.map { $0.expectations.map(\.kind) },
      "the expectations differ"
    )
    try promise(left.atEnd.map(\.kind) == right.atEnd.map(\.kind), "the last expectations differ")
  }
}

// MARK: URLs and answers

extension FuzzBody {
  /// The first line of the input is a URL or a reference, the second a reference in it.
  private static func readURLs(_ input: [UInt8]) throws {
    let lines = input.split(
      separator: UInt8(ascii: "\n"),
      maxSplits: 1,
      omittingEmptySubsequences: false
    ).map { String(decoding: $0, as: UTF8.self) }
    let base = HTTPURL("http://127.0.0.1:8080/a/b?c")
    for url in [HTTPURL(lines[0]), base?.resolving(lines[0])] {
      guard let url else { continue }
      try check(url)
      if lines.count > 1, let resolved = url.resolving(lines[1]) { try check(resolved) }
    }
    let fields = FormURLEncoding.decode(lines[0])
    let encoded = FormURLEncoding.encode(fields)
    try promise(
      FormURLEncoding.decode(encoded) == fields,
      "fields that were encoded read back as others"
    )
  }

  private static func check(_ url: HTTPURL) throws {
    try promise(url.target.hasPrefix("/"), "a target is none: \(url)")
    let text = url.origin.hostField + url.target
    try promise(
      text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F },
      "a URL would break the request line: \(url)"
    )
    try promise(HTTPURL(url.description) == url, "a URL reads back as another: \(url)")
    _ = url.queryFields
  }

  /// The first line of the input is a path, or the coding and the media type of a response; the
  /// rest is a body.
  private static func readAnswers(_ input: [UInt8]) throws {
    let end = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.endIndex
    let first = String(decoding: input[..<end], as: UTF8.self)
    let body = Array(input[min(end + 1, input.count)...])
    for status in [200, 400] {
      let response = HTTPResponse(
        status: status,
        fields: ["Content-Type": first, "Cache-Control": "no-store"],
        body: body
      )
      do throws(TokenResponseError) {
        let token = try TokenResponse.read(response, JSONBody(response.body))
        try? promise(!token.accessToken.isEmpty, "a token is empty")
      } catch {
        _ = "\(error) \(error.endsGrant)"
      }
    }
    _ = try? SCIMError.read(JSONBody(body), status: 400)
    _ = try? ListResponse.read(JSONBody(body))
    if let unpacked = try? ContentCoding.decode(body, coding: first, limit: 10_000) {
      try promise(unpacked.count <= 10_000 || unpacked == body, "it unpacks to too much")
    }
    guard let path = SCIMPath(first), let value = try? JSONReader.read(body) else { return }
    _ = value[path]?.textForComparison
    guard var object = value.object else { return }
    object.set(path, "x")
    object.set(path, nil)
    _ = JSONValue.object(object).compactText
  }
}
