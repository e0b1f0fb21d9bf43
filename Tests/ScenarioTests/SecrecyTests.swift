import Foundation
import HTTP
import JSON
import OAuth
import SelfCheck
import Simulation
import Synchronization
import TestSupport
import Testing
import World

/// An app that puts every secret of the run, those to come as well, wherever an app can put bytes,
/// in every spelling: none is in what a run leaves.
@Suite(.serialized) struct SecrecyTests {
  @Test(
    arguments: 1...12 as ClosedRange<UInt64>,
    ["token-expiry", "lifecycle", "forgotten-token"]
  )
  func `no secret is in a report or a recording`(seed: UInt64, scenario: String) async throws {
    let app = TellTale(seed: seed)
    try await withTemporaryFolder { folder in
      var run = SampleAppRun(
        try Shipped.everyApp().filter { $0.name == scenario },
        settings: seed.isMultiple(of: 2) ? ["family=oin-patch"] : []
      )
      run.recordingFolder = folder.path
      run.front = { FrontOfTellTale(app: $0, tale: app) }
      let results = try await run.perform()

      var outputs: [(name: String, text: String)] = []
      for result in results {
        outputs.append((result.record.scenario.name, SecrecyTests.report(result)))
        let file = folder.appending(path: "\(result.record.scenario.name).har")
        let har = try Data(contentsOf: file)
        outputs.append((file.lastPathComponent, String(decoding: har, as: UTF8.self)))
        let texts = SecrecyTests.texts(in: try JSONReader.read(Array(har)))
        outputs.append(("texts of " + file.lastPathComponent, texts.joined(separator: "\u{1}")))
      }
      let told = app.told
      #expect(told.count > 5)
      for output in outputs {
        for secret in told {
          for spelling in Spelling.allCases.map({ $0.write(secret) }) {
            if let range = output.text.range(of: spelling, options: .literal) {
              let start = output.text.index(
                range.lowerBound,
                offsetBy: -60,
                limitedBy: output.text.startIndex
              )
              let around = output.text[(start ?? output.text.startIndex)...].prefix(200)
              Issue.record("\(output.name) shows '\(spelling.prefix(60))': …\(around)…")
              break
            }
          }
        }
      }
    }
  }

  private static func report(_ result: ScenarioResult) -> String {
    let report = TextReport(
      scenarios: [result.record.scenario],
      style: TextStyle(.plain),
      showsBodies: true
    )
    let findings = result.findings.flatMap { finding in
      [finding.message, finding.advice, finding.sent ?? "", finding.got ?? ""]
        + finding.consequences.map(\.what)
    }
    let left = result.cleanUp.left.map(\.words)
    let texts = [result.reason ?? ""] + result.warnings + left + findings
    return report.scenario(result) + report.findings([result])
      + texts.joined(separator: "\n")
  }

  /// Each text of a document, and each key.
  private static func texts(in value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(texts)
    case .object(let object): object.members.flatMap { [$0.key] + texts(in: $0.value) }
    case .number, .boolean, .null: []
    }
  }
}

/// How a text is written so that a reader makes the same of it.
private enum Spelling: CaseIterable {
  case plain, percent, smallPercent, form, html, json, jsonInASCII

  func write(_ text: String) -> String {
    switch self {
    case .plain: text
    case .percent: FormURLEncoding.percentEncode(text)
    case .smallPercent:
      text.utf8.map { "%" + String(Int($0) + 0x100, radix: 16).dropFirst() }.joined()
    case .form: FormURLEncoding.encode(text)
    case .html: text.unicodeScalars.map { "&#\($0.value);" }.joined()
    case .json: String(JSONValue.string(text).compactText.dropFirst().dropLast())
    case .jsonInASCII:
      text.utf16.map { "\\u" + String(Int($0) + 0x10000, radix: 16).dropFirst() }.joined()
    }
  }
}

/// The secrets of a run, made up before it begins.
private final class TellTale: Sendable {
  private struct State {
    var random: SeededRandom
    /// What the sample app made, and what Okta's side gets to see in its place.
    var planted: [String: String] = [:]
    var made: [String: String] = [:]
    var waiting: [Alphabet: [String]] = [:]
    var told: [String] = []
  }

  enum Alphabet: CaseIterable {
    /// Goes into a header field as it is (RFC 6750 section 2.1).
    case token
    case any
  }

  private let state: Mutex<State>

  init(seed: UInt64) {
    var state = State(random: SeededRandom(seed: seed).stream(named: "tell-tale"))
    for alphabet in Alphabet.allCases {
      let secrets = (0..<40).map { _ in TellTale.secret(alphabet, &state.random) }
      state.waiting[alphabet] = secrets
      // Told before anybody knows what they are.
      state.told += secrets.prefix(4)
    }
    self.state = Mutex(state)
  }

  private static func secret(_ alphabet: Alphabet, _ random: inout SeededRandom) -> String {
    let length = [5, 6, 7, 8, 12, 35, 90, 400].randomElement(using: &random) ?? 35
    let characters: [Character] =
      alphabet == .token
      ? Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789-._~+/")
      : Array(
        "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789  +/=%&\"'<>\\{}[]:;,é\u{1F511}\n\t"
      )
    // A letter at each end, so that no reader trims it.
    return "q"
      + String((0..<length - 2).compactMap { _ in characters.randomElement(using: &random) })
      + "Z"
  }

  /// What stands for a value of the app's own.
  func plant(_ made: String, _ alphabet: Alphabet) -> String {
    state.withLock { state in
      if let known = state.planted[made] { return known }
      let secret = state.waiting[alphabet]?.removeFirst() ?? made
      state.planted[made] = secret
      state.made[secret] = made
      if !state.told.contains(secret) { state.told.append(secret) }
      return secret
    }
  }

  func made(for planted: String) -> String { state.withLock { $0.made[planted] ?? planted } }

  func tell(_ secret: String) {
    state.withLock { if !$0.told.contains(secret) { $0.told.append(secret) } }
  }

  /// Those that Okta's side has, or will have been given.
  var told: [String] {
    state.withLock { state in
      // One that never became a token is no secret.
      state.told.filter { state.made[$0] != nil || !(state.waiting.values.joined().contains($0)) }
    }
  }

  /// Something to say, with every secret told so far in it.
  func gossip() -> [String] {
    state.withLock { state in
      state.told.map { secret in
        (Spelling.allCases.randomElement(using: &state.random) ?? .plain).write(secret)
      }
    }
  }

  func choose(_ count: Int) -> Int {
    state.withLock { Int.random(in: 0..<count, using: &$0.random) }
  }
}

/// Stands before the sample app.
private struct FrontOfTellTale: RequestHandler {
  let app: any RequestHandler
  let tale: TellTale

  func respond(to request: HTTPRequest) async -> HTTPResponse {
    var response = await app.respond(to: translated(request))
    translate(&response)
    blab(in: &response, to: request)
    return response
  }

  // MARK: The app's own values

  private func translated(_ request: HTTPRequest) -> HTTPRequest {
    var request = request
    if let field = request.fields["Authorization"], field.hasPrefix("Bearer ") {
      let token = String(field.dropFirst("Bearer ".count))
      request.fields.set("Authorization", "Bearer " + tale.made(for: token))
    }
    if request.fields["Content-Type"]?.hasPrefix(FormURLEncoding.mediaType) == true {
      let fields = FormURLEncoding.decode(String(decoding: request.body, as: UTF8.self)).map {
        FormField($0.name, tale.made(for: $0.value))
      }
      request.body = Array(FormURLEncoding.encode(fields).utf8)
      request.fields.set("Content-Length", String(request.body.count))
    }
    if let state = request.url.queryFields["state"] { tale.tell(state) }
    if let password = request.document?["password"]?.string { tale.tell(password) }
    return request
  }

  private func translate(_ response: inout HTTPResponse) {
    if var object = JSONBody(response.body).object {
      for (name, alphabet) in [("access_token", TellTale.Alphabet.token), ("refresh_token", .any)] {
        if let made = object[name]?.string { object[name] = .string(tale.plant(made, alphabet)) }
      }
      response.body = JSONValue.object(object).compactBytes
    }
    if let location = response.fields["Location"], let url = HTTPURL(location),
      let code = url.queryFields["code"]
    {
      response.fields.set(
        "Location",
        location.replacing(
          "code=" + code,
          with: "code=" + FormURLEncoding.encode(tale.plant(code, .any))
        )
      )
    }
  }

  // MARK: Everywhere else

  private func blab(in response: inout HTTPResponse, to request: HTTPRequest) {
    let gossip = tale.gossip()
    for text in gossip {
      let line = text.filter { !$0.isNewline && $0 != "\t" }
      switch tale.choose(6) {
      case 0 where line == text: response.fields.append("X-Note", "was \(line) then")
      case 1
      where line.utf8.allSatisfy {
        $0 > 0x20 && $0 < 0x7F && !"()<>@,;:\\\"/[]?={}".utf8.contains($0)
      }:
        response.fields.append("x-\(line.lowercased())", "1")
      case 2 where line == text: response.reason += " " + line
      case 3 where line == text:
        response.fields.append("Set-Cookie", "\(line.count)=\(line); Path=/")
      default: break
      }
    }
    if let type = response.mediaType, type.isHTML {
      let page = gossip.map { "<p>\($0)</p><input type=hidden name=x value=\"\($0)\">" }.joined()
      let title = "<title>\(gossip.randomElement() ?? "")</title>"
      response.body = Array((title + page).utf8) + response.body
    } else if var object = JSONBody(response.body).object,
      object["access_token"] == nil
    {
      for (index, text) in gossip.enumerated() { object["x\(index)"] = .string(text) }
      if let detail = object["detail"]?.string {
        object["detail"] = .string(detail + " " + gossip.joined(separator: " and "))
      }
      for text in gossip.prefix(3) { object[text] = 1 }
      response.body = JSONValue.object(object).compactBytes
      // Of its answers some fail, with words.
      if request.method == "PUT", tale.choose(3) == 0 {
        response.status = 500
        response.body = Array("<h1>\(gossip.joined(separator: "</h1><b>"))".utf8)
        response.fields.set("Content-Type", "text/html; x=\(gossip.count)")
      }
    }
    response.fields.set("Content-Length", String(response.body.count))
  }
}
