import HTTP
import JSON
import Recordings
import Testing
import World

@testable import Simulation

/// What the app says may steer a terminal, or repeat what it was told in confidence.
@Suite struct ShownTextTests {
  @Test(arguments: [
    ("plain ä text", "plain ä text"),
    ("\u{1B}[31mred\u{7}", #"\u001B[31mred\u0007"#),
    ("two\r\nlines\t", #"two\u000D\u000Alines\u0009"#),
    ("\u{9B}2J \u{7F}", #"\u009B2J \u007F"#),
    ("a\u{202E}b\u{2066}c\u{2028}", #"a\u202Eb\u2066c\u2028"#),
  ])
  func `control characters are spelled out`(text: String, shown: String) {
    #expect(ShownText()(text) == shown)
  }

  @Test func `a text without end is cut`() {
    let shown = ShownText()(String(repeating: "x", count: 1_000_000))
    #expect(shown == String(repeating: "x", count: 2000) + "…")
  }

  /// One letter may have any number of marks on it.
  @Test func `a letter without end is cut, too`() {
    let letter = "e" + String(repeating: "\u{301}", count: 100_000)
    #expect(ShownText()(letter).unicodeScalars.count == 2001)
    #expect(ShownText()("\(Quotation(letter, upTo: 40))").unicodeScalars.count == 41)
  }

  @Test(arguments: ["sh_token", "user", "ab"])
  func `a quotation that is a secret goes, however ordinary it is`(secret: String) {
    let aliases = SecretAliases()
    aliases.secret(secret, kind: .refreshToken)
    #expect(
      ShownText(aliases)("it says '\(Quotation(secret, upTo: 60))' of a \(secret)")
        == "it says 'refresh_token#1' of a \(secret)"
    )
  }

  /// Redacted first, then cut, whatever its length: an app chooses that of its tokens.
  @Test(arguments: [100, 5_000, 300_000])
  func `of a long secret a finding shows no part`(count: Int) async throws {
    let letters = (0..<count).map { (index: Int) -> UInt8 in UInt8(97 + index % 23) }
    let token = "Zq9" + String(decoding: letters, as: UTF8.self)
    var run = SimulatedRun()
    run.wrap = { transport, _ in Repeating(transport: transport, token: token) }
    let result = try await run.perform("authorize\ntest credentials\n")
    let finding = try #require(result.findings.first { $0.id == "event.failed" })
    let texts = [finding.message, finding.advice, finding.sent ?? "", finding.got ?? ""]
    #expect(!texts.contains { $0.contains("Zq9") }, "\(texts.map { $0.prefix(200) })")
    #expect(finding.got?.contains("refresh_token#1") == true)
  }

  /// Only the beginning of a large text is searched, as far as a secret can reach that begins there.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func `no part of a secret shows where a large text is cut`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let letters = Array("abcdefghijkmnpqrstuvwxyz".utf8)
    let secrets = (0..<3).map { _ in
      let count = [12, 40, 700].randomElement(using: &random) ?? 12
      return (0..<count).map { _ in letters.randomElement(using: &random) ?? 0x61 }
    }
    let aliases = SecretAliases()
    for secret in secrets { aliases.secret(String(decoding: secret, as: UTF8.self), kind: .cookie) }
    func spelled(_ secret: [UInt8]) -> String {
      let plain = String(decoding: secret, as: UTF8.self)
      let escaped = secret.map { "%" + String($0, radix: 16) }.joined()
      return switch Int.random(in: 0..<4, using: &random) {
      case 0: plain
      case 1: escaped
      case 2: escaped.utf8.map { "\\u00" + String($0, radix: 16) }.joined()
      default: plain.uppercased()
      }
    }
    let window = Redaction.window
    var text = String(repeating: "-", count: Int.random(in: window - 2000...window, using: &random))
    while text.utf8.count < 12 * window + 36 * 8 * 700 {
      text += spelled(secrets.randomElement(using: &random) ?? [])
      if Bool.random(using: &random) { text += "-\"user\"-" }
    }
    text += "END"
    let redaction = Redaction(aliases: aliases)
    for limit in [60, 2000, window] {
      let shown = redaction.redactQuoting(text, upTo: limit)
      #expect(shown.hasSuffix("…"), "\(shown.suffix(40))")
      #expect(shown.unicodeScalars.count <= limit + 1)
      let rest = shown.drop { $0 == "-" }.replacing(/cookie#\d|"user"|-|…/, with: "")
      #expect(rest.isEmpty, "\(rest.prefix(200))")
    }
  }

  /// As a proxy answers that passes a body on without its head.
  @Test func `an answer that is no HTTP shows its shape where tokens are asked for`() async throws {
    for act in [Intent.Act.exchangeCode, .refresh, .openPage, .read] {
      let log = ExchangeLog()
      let transport = LoggedTransport(Headless(), log: log)
      let request = HTTPRequest(
        method: "POST",
        url: try #require(HTTPURL("http://a.test/")),
        fields: [:]
      )
      let exchange = await transport.send(request, due: nil, intent: Intent(act))
      let shown = ShownText(exchanges: [exchange])("\(try #require(exchange.failure))")
      #expect(
        shown.contains(act == .read ? "zzQacc-8f" : #"'{"access_token": "…15"}'"#),
        "\(shown)"
      )
      #expect(shown.contains("zzQ") == (act == .read))
    }
  }

  @Test func `a secret that the app repeats is shown by its alias, in the report as well`()
    async throws
  {
    var run = SimulatedRun()
    run.wrap = { transport, _ in Chatty(transport: transport) }
    let result = try await run.perform("authorize\nassign ada\nupdate ada  lastName King\n")
    #expect(result.verdict == .failed)
    let report = TextReport(
      scenarios: [result.record.scenario],
      style: TextStyle(.plain),
      showsBodies: true
    )
    let text = report.scenario(result) + report.findings([result])
    let json = JSONReport(.make([result])).text
    let token = try #require(result.record.tokens.first).token.value
    for report in [text, json] {
      #expect(!report.contains(token.exposed()))
      #expect(!report.contains("\u{1B}"))
      #expect(report.contains("you sent Bearer access_token#1"))
    }
  }
}

/// Refuses each PUT with what it was sent.
private struct Chatty: Transport {
  let transport: any Transport

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    let isRefused = request.method == "PUT" && intent.occasion == .okta
    var read = request
    // The app does not see what is refused.
    if isRefused { (read.method, read.body) = ("GET", []) }
    var exchange = await transport.send(read, due: due, intent: intent)
    guard isRefused else { return exchange }
    exchange.request = request
    let detail = "\\u001b[2Jyou sent \(request.fields["Authorization"] ?? "")"
    exchange.result = .success(
      .scim(
        #"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400","detail":"\#(detail)"}"#,
        status: 400
      )
    )
    return exchange
  }
}

private struct Headless: Transport {
  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    let words = Quotation(#"{"access_token": "zzQacc-8f3kLm2P"}"#, upTo: 40)
    return Exchange(
      request: request,
      result: .failure(.malformedAnswer("it starts with '\(words)', not with a status line")),
      due: .zero,
      sent: .zero,
      received: .zero,
      intent: intent
    )
  }
}

/// Gives a refresh token, and says it again in an error.
private struct Repeating: Transport {
  var transport: any Transport
  var token: String

  func send(_ request: HTTPRequest, due: Duration?, intent: Intent) async -> Exchange {
    var exchange = await transport.send(request, due: due, intent: intent)
    if intent.act == .exchangeCode {
      let body = JSONValue.object([
        "access_token": "acc-12345678", "token_type": "Bearer", "expires_in": 60,
        "refresh_token": .string(token),
      ])
      exchange.result = .success(
        HTTPResponse(
          status: 200,
          fields: ["Content-Type": "application/json", "Cache-Control": "no-store"],
          body: body.compactBytes
        )
      )
    } else if intent.party == .serviceProvider {
      let body = JSONValue.object(["status": "400", "detail": .string(token)])
      exchange.result = .success(
        HTTPResponse(
          status: 400,
          fields: ["Content-Type": "application/scim+json"],
          body: body.compactBytes
        )
      )
    }
    return exchange
  }
}
